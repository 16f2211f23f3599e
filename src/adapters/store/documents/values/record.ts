import * as z from 'zod';
import type { Failed } from '../../../../domain/documents/values/record.ts';
import { exact } from '../exact.ts';
import { flag, text } from './basic.ts';

/** Why the file of an environment could not be written. */
export const failed = exact<Failed>()(z.object({ reason: text, lasting: flag }));
