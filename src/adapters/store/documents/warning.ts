import * as z from 'zod';
import type { Warning } from '../../../domain/documents/warning.ts';
import { exact } from './exact.ts';
import { count, flag, text, time } from './values/basic.ts';

const need = z.object({ missing: count, from: z.array(text).nullable() });

export const warning = exact<Warning>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('outOfReach'),
      count,
      required: count,
      needs: z.array(need),
      self: flag,
      authors: flag,
    }),
    z.object({ kind: z.literal('groupUnknown'), group: text }),
    z.object({ kind: z.literal('expiresFirst'), startsAt: time, expiresAt: time }),
  ]),
);
