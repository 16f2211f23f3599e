import * as z from 'zod';
import type { Lock, Pause } from '../../../../domain/documents/values/lock.ts';
import type { LockAnswer, Notice } from '../../../../domain/documents/values/notice.ts';
import type { Frozen } from '../../../../domain/time/freeze.ts';
import { exact } from '../exact.ts';
import { actor, count, flag, sha, text, textOrNull, time } from './basic.ts';
import { said } from './current.ts';
import { release } from './release.ts';
import { ruleChange } from './rules.ts';

export const lock = exact<Lock>()(
  z.object({
    owner: actor,
    reason: text,
    at: time,
    until: time.nullable(),
    askedBy: z.array(actor),
    remindAt: time,
    reminders: count,
    card: text,
    kept: count.optional(),
  }),
);

export const frozen = exact<Frozen>()(z.object({ reason: text, since: time, until: time }));

export const pause = exact<Pause>()(
  z.object({
    by: actor,
    reason: text,
    at: time,
    rollback: count.nullable(),
    newest: z.object({ sha, ref: textOrNull, head: count, card: textOrNull }).nullable(),
    card: text,
  }),
);

const lockAnswer = exact<LockAnswer>()(
  z.object({
    kind: z.enum(['unlocked', 'handedOver', 'kept', 'takenOver', 'expired']),
    by: actor.nullable(),
    at: time,
    owner: actor.nullable(),
  }),
);

const waiting = z.array(count);

export const notice = exact<Notice>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('lock'),
      lock,
      from: actor.nullable(),
      handed: flag,
      waiting,
      ended: lockAnswer.nullable(),
    }),
    z.object({ kind: z.literal('freeze'), reason: text, until: time, over: flag, waiting }),
    z.object({
      kind: z.literal('paused'),
      by: actor,
      reason: text,
      at: time,
      rollback: count.nullable(),
      resumed: z.object({ by: actor, at: time }).nullable(),
    }),
    z.object({
      kind: z.literal('drift'),
      runs: said,
      deployed: z.object({ sha, release: count }).nullable(),
      since: time,
      over: z.object({ at: time, why: z.enum(['again', 'deployed', 'notAsked']) }).nullable(),
    }),
    z.object({ kind: z.literal('rules'), at: time, changes: z.array(ruleChange) }),
    z.object({
      kind: z.literal('unlockAsked'),
      to: actor,
      by: actor,
      lock,
      waiting,
      answer: lockAnswer.nullable(),
    }),
    z.object({ kind: z.literal('unlockAnswered'), to: actor, lock, answer: lockAnswer }),
    z.object({ kind: z.literal('lockReminder'), to: actor, lock, over: flag }),
    z.object({
      kind: z.literal('approvalAsked'),
      to: actor,
      release: count,
      named: flag,
      replaced: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal('releaseEnded'), to: actor, release }),
    z.object({ kind: z.literal('commitsDeployed'), release: count, at: time }),
    z.object({ kind: z.literal('commitReached'), to: actor, release: count, at: time }),
  ]),
);
