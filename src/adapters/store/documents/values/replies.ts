import * as z from 'zod';
import type { NotRolledBack, Reply, ReplyEvent } from '../../../../domain/documents/values/replies.ts';
import { exact } from '../exact.ts';
import { actor, badOutcome, count, flag, sha, step, text, textOrNull, time } from './basic.ts';
import { checksEnd } from './checks.ts';
import { release } from './release.ts';

function event<K extends ReplyEvent['kind'], S extends z.ZodRawShape>(kind: K, facts: S) {
  return z.object({ kind: z.literal(kind), ...facts });
}

const notRolledBack = exact<NotRolledBack>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('noTarget') }),
    z.object({ kind: z.literal('unknown') }),
    z.object({ kind: z.literal('accepted') }),
    z.object({ kind: z.literal('again'), release: count }),
    z.object({
      kind: z.literal('irreversible'),
      sha,
      commits: z.array(sha),
      count: count.nullable(),
    }),
  ]),
);

const replyEvent = exact<ReplyEvent>()(
  z.discriminatedUnion('kind', [
    event('approved', { by: actor, count, required: count }),
    event('ready', { requester: actor, soaks: flag }),
    event('rejected', { by: actor, reason: text, requester: actor }),
    event('expired', { requester: actor }),
    event('cancelled', { by: actor, reason: textOrNull }),
    event('voided', { approvers: z.array(actor), why: z.enum(['policy', 'removes']) }),
    event('deployed', { durationMs: z.number() }),
    event('pleaseTest', { testers: z.array(text).nullable(), requester: actor }),
    event('accepted', { by: actor, reason: textOrNull, broadcast: flag }),
    event('faulty', { by: actor, reason: text, requester: actor, stillRuns: flag }),
    event('ended', { step, outcome: badOutcome, requester: actor, log: text }),
    event('cancelRefused', { step, reason: text }),
    event('saidItself', { sha, deployed: flag }),
    event('retried', { by: actor }),
    event('startedAgain', { interruptedAt: time }),
    event('rolledBack', { reason: text }),
    event('rollingBack', { release: count, sha, heldBy: actor.nullable() }),
    event('notRolledBack', { why: notRolledBack }),
    event('revoked', { by: actor, byRelease: count.nullable() }),
    event('buildFailed', { log: text, checks: checksEnd.exactOptional() }),
    event('builtAgain', {}),
    event('checksPassed', {}),
    event('sentBack', { gate: z.enum(['order', 'freeze', 'lock']), requester: actor }),
    event('overridden', { by: actor, reason: text, freeze: text }),
    event('lockTakenOver', { by: actor, from: actor, reason: text }),
    event('lockHandedOver', { by: actor, to: actor }),
    event('lockStillThere', { to: actor }),
    event('notInBranch', { requester: actor }),
  ]),
);

export const reply = exact<Reply>()(
  z.object({ id: text, at: time, event: replyEvent, release: release.nullable() }),
);
