import * as z from 'zod';
import type { Acceptance, Reference } from '../../../../domain/documents/environment.ts';
import type { Approval } from '../../../../domain/documents/values/approval.ts';
import type { Bake } from '../../../../domain/documents/values/bake.ts';
import type { Attempt, Release } from '../../../../domain/documents/values/release.ts';
import type { DeliveryRecord, ReleaseRecord } from '../../../../ports/store.ts';
import { exact } from '../exact.ts';
import {
  actor,
  attemptOutcome,
  count,
  end,
  environmentIdText,
  flag,
  leftovers,
  person,
  releaseIdText,
  releaseKind,
  revoked,
  sha,
  shaOrNull,
  status,
  step,
  text,
  textOrNull,
  time,
} from './basic.ts';
import { remote } from './remote.ts';

const approval = exact<Approval>()(z.object({ by: actor, at: time, until: time, fits: z.array(count) }));

const attempt = exact<Attempt>()(
  z.object({
    number: count,
    step,
    worker: text,
    startedAt: time,
    leaseUntil: time,
    wasUncertain: flag,
    cancelWished: z.object({ by: actor, at: time, reason: textOrNull }).nullable(),
    lastLine: textOrNull,
    progressAt: time,
    endedAt: time.nullable(),
    outcome: attemptOutcome.nullable(),
    leftovers: leftovers.exactOptional(),
    remote: remote.exactOptional(),
  }),
);

const bake = exact<Bake>()(
  z.object({
    startedAt: time,
    forMs: z.number(),
    everyMs: z.number(),
    failures: count,
    passedMs: z.number(),
    checks: count,
    failedInRow: count,
    erroredInRow: count,
    checkFrom: time,
    countedTo: time.nullable(),
    nextAt: time.nullable(),
    yields: z.literal(true).exactOptional(),
    shownAt: time,
  }),
);

export const release = exact<Release>()(
  z.object({
    number: z.int().min(1),
    kind: releaseKind,
    sha,
    ref: textOrNull,
    status,
    erroredIn: step.nullable(),
    requestedBy: actor,
    requestedAt: time,
    note: textOrNull,
    build: z.enum(['pending', 'succeeded', 'failed']),
    builtAgain: z.literal(true).exactOptional(),
    approvals: z.array(approval),
    voided: z.array(approval),
    unknownAuthors: z.array(text).nullable().optional(),
    policy: text,
    expiresAt: time.nullable(),
    queue: z.object({ at: time, by: actor, place: count, was: status.nullable() }).nullable(),
    deployer: actor.nullable(),
    soaksUntil: time.nullable(),
    held: z
      .object({ gate: z.enum(['order', 'soak', 'freeze', 'lock', 'paused']), until: time.nullable() })
      .nullable(),
    override: z.object({ by: actor, at: time, reason: text }).nullable(),
    begun: flag,
    replaces: shaOrNull,
    deployedAt: time.nullable(),
    attempts: z.array(attempt),
    autoRetries: count,
    end: end.nullable(),
    revoked,
    head: count.nullable(),
    rolledBackBy: count.exactOptional(),
    leaves: z.object({ sha, release: count.nullable() }).nullable(),
    card: text,
    asked: z.array(z.object({ to: person, named: flag, anew: count.optional() })).optional(),
    bake: bake.exactOptional(),
  }),
);

export const reference = exact<Reference>()(
  z.object({
    sha,
    ref: textOrNull,
    release: count,
    at: time,
    by: actor,
    adopted: z.literal(true).exactOptional(),
  }),
);

export const acceptance = exact<Acceptance>()(
  z.object({
    environment: environmentIdText,
    sha,
    ref: textOrNull,
    release: count,
    kind: releaseKind,
    at: time,
    clock: time.exactOptional(),
    by: actor,
    card: text,
    revoked,
    revision: count,
  }),
);

export const releaseRecord = exact<ReleaseRecord>()(
  z.object({ id: releaseIdText, environment: environmentIdText, product: text, release, revision: count }),
);

export const deliveryRecord = exact<DeliveryRecord>()(
  z.object({ id: text, product: text, at: time, outcome: textOrNull }),
);
