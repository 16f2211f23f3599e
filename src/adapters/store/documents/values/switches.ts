import * as z from 'zod';
import type { Switches } from '../../../../domain/documents/values/switches.ts';
import { exact } from '../exact.ts';
import { flag } from './basic.ts';

/** Which direct messages a person wants. */
export const switches = exact<Switches>()(
  z.object({
    awaited: flag.optional(),
    group: flag.optional(),
    ended: flag.optional(),
    reached: flag.optional(),
    lock: flag.optional(),
  }),
);
