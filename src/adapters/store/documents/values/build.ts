import * as z from 'zod';
import type {
  BuildAttempt,
  BuildOutcome,
  BuildStatus,
  BuildStep,
  LeftOut,
  PushRequest,
} from '../../../../domain/documents/values/build/run.ts';
import type { CardSubject } from '../../../../domain/documents/values/card-subject.ts';
import type { HeadTag, SeenTags } from '../../../../domain/documents/values/tag.ts';
import { exact } from '../exact.ts';
import { commandEnd, count, environmentIdText, leftovers, sha, text, textOrNull, time } from './basic.ts';
import { notice } from './holds.ts';

export const buildStatus = exact<BuildStatus>()(
  z.enum(['none', 'requested', 'awaiting', 'building', 'succeeded', 'failed', 'errored', 'skipped']),
);

export const buildStep = exact<BuildStep>()(z.enum(['fetch', 'build', 'test']));

export const buildOutcome = exact<BuildOutcome>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('succeeded') }),
    z.object({ kind: z.literal('failed'), step: buildStep, command: text, how: commandEnd }),
    z.object({ kind: z.literal('errored'), reason: text }),
    z.object({ kind: z.literal('interrupted') }),
    z.object({ kind: z.literal('handedBack') }),
  ]),
);

export const buildAttempt = exact<BuildAttempt>()(
  z.object({
    number: count,
    worker: text,
    startedAt: time,
    leaseUntil: time,
    step: buildStep,
    lastLine: textOrNull,
    progressAt: time,
    endedAt: time.nullable(),
    outcome: buildOutcome.nullable(),
    leftovers: leftovers.exactOptional(),
  }),
);

export const leftOut = exact<LeftOut>()(
  z.discriminatedUnion('why', [
    z.object({ why: z.literal('paths'), since: sha, paths: z.array(text) }),
    z.object({ why: z.literal('old'), of: sha }),
  ]),
);

export const headTag = exact<HeadTag>()(z.object({ name: text, from: text.exactOptional() }));

export const seenTags = exact<SeenTags>()(
  z.object({
    glob: text,
    seen: z.array(z.object({ name: text, sha: text, early: z.literal(true).exactOptional() })),
  }),
);

export const pushRequest = exact<PushRequest>()(
  z.object({
    head: count,
    branch: text,
    pushedBy: textOrNull,
    at: time,
    card: text,
    burst: z.object({ earlier: count, quietUntil: time.nullable() }).exactOptional(),
    leftOut: leftOut.exactOptional(),
    tag: headTag.exactOptional(),
  }),
);

export const cardSubject = exact<CardSubject>()(
  z.discriminatedUnion('kind', [
    // Empty: something was requested of the card before its commit was known.
    z.object({ kind: z.literal('push'), head: count, sha: z.union([sha, z.literal('')]) }),
    z.object({ kind: z.literal('release'), environment: environmentIdText, number: count }),
    z.object({ kind: z.literal('notice'), place: text, notice }),
  ]),
);
