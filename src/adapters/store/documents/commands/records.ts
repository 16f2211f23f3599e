import * as z from 'zod';
import type { RecordsCommand } from '../../../../domain/documents/commands/records.ts';
import { exact } from '../exact.ts';
import { count, text, time } from '../values/basic.ts';
import { failed } from '../values/record.ts';
import { carried, command, workersGone } from './base.ts';

export const recordsCommand = exact<RecordsCommand>()(
  z.discriminatedUnion('type', [
    command('keepRecord', { product: text }),
    command('claimRecord', { worker: text, until: time }),
    command('recordWritten', { worker: text, wanted: count, compareAt: time.nullable() }),
    command('recordDeferred', { worker: text, until: time, failed }),
    command('recordAgain', {}),
    command('recordNothing', {}),
    workersGone,
    command('carried', carried),
  ]),
);
