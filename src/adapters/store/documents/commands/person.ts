import * as z from 'zod';
import type { PersonCommand } from '../../../../domain/documents/commands/person.ts';
import { exact } from '../exact.ts';
import { count, text, time } from '../values/basic.ts';
import { switches } from '../values/switches.ts';
import { command } from './base.ts';

export const personCommand = exact<PersonCommand>()(
  z.discriminatedUnion('type', [
    command('switched', { switches, clickedAt: time }),
    command('touched', { product: text }),
    command('homeOpened', {}),
    command('homeTurned', { page: count, search: text, clickedAt: time }),
    command('homeTaken', { worker: text }),
    command('homeHeld', { worker: text }),
    command('homeLeft', { worker: text }),
  ]),
);
