import * as z from 'zod';
import type { Check, CheckState } from '../../../../domain/checks/checks.ts';
import type { AttemptKey, BuildChecks, ChecksEnd } from '../../../../domain/documents/values/build/checks.ts';
import { exact } from '../exact.ts';
import { count, flag, text, textOrNull, time } from './basic.ts';

const checkState = exact<CheckState>()(
  z.enum([
    'passed',
    'neutral',
    'skipped',
    'allowedToFail',
    'pending',
    'manual',
    'failed',
    'cancelled',
    'errored',
  ]),
);

const said = { name: text, state: checkState, url: textOrNull, description: textOrNull };
const key = { name: text, group: text, attempt: z.number() };

/** A check before it is known which of its attempts this is. */
export const saidCheck = exact<Omit<Check, 'group' | 'attempt'>>()(z.object(said));

export const check = exact<Check>()(z.object({ ...said, ...key }));

export const attemptKey = exact<AttemptKey>()(z.object(key));

export const buildChecks = exact<BuildChecks>()(
  z.object({
    names: z.array(text),
    looks: count,
    judged: count,
    lookedAt: time.nullable(),
    lookAt: time.nullable(),
    rung: flag,
    since: time.nullable(),
    deadline: time.nullable(),
    latest: z.array(check),
    missing: z.array(text),
    others: z.array(text),
    again: z.array(attemptKey),
    endedAt: time.nullable(),
    overdue: flag,
    toldBad: flag,
    followUntil: time.nullable(),
    superseded: flag,
    unread: z.object({ reason: text, since: time, times: count, notBefore: time }).nullable(),
  }),
);

const brief = z.object({ name: text, url: textOrNull, state: checkState });

export const checksEnd = exact<ChecksEnd>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['failed', 'errored']), checks: z.array(brief) }),
    z.object({ kind: z.literal('overdue'), missing: z.array(text), waiting: z.array(brief) }),
  ]),
);
