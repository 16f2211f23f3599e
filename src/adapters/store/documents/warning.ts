import * as z from 'zod';
import type { Warning } from '../../../domain/warning.ts';
import { time } from './basic.ts';
import { exact } from './exact.ts';

export const warning = exact<Warning>()(
  z.object({ kind: z.literal('expiresFirst'), startsAt: time, expiresAt: time }),
);
