import * as z from 'zod';
import { type Answer, AUDITED, type Change, type Settled } from '../../../domain/documents/document.ts';
import type { AuditRecord } from '../../../ports/store.ts';
import { commandType } from './commands/commands.ts';
import { exact } from './exact.ts';
import { refusal } from './refusal.ts';
import { actor, count, flag, place, shaOrNull, text, textOrNull, time } from './values/basic.ts';
import { warning } from './warning.ts';

const answer = exact<Answer>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('accepted'),
      release: count.exactOptional(),
      attempt: count.exactOptional(),
      build: text.exactOptional(),
      warnings: z.array(warning).exactOptional(),
    }),
    z.object({ kind: z.literal('refused'), refusal }),
  ]),
);

const settledFields = {
  id: text,
  type: commandType,
  actor,
  at: time,
  answer,
  sha: shaOrNull,
  reason: textOrNull,
  revision: count,
  changed: z.array(
    exact<Change>()(
      z.object({ what: z.enum(AUDITED), number: count.nullable(), from: textOrNull, to: textOrNull }),
    ),
  ),
};

export const settled = exact<Settled>()(z.object({ ...settledFields, recorded: flag }));

export const auditRecord = exact<AuditRecord>()(z.object({ ...settledFields, product: text, place }));
