import * as z from 'zod';
import { AGGREGATE_KINDS, type DocumentRef } from '../../../../domain/documents/document.ts';
import {
  type AttemptOutcome,
  type CommandEnd,
  type End,
  type Leftovers,
  STATUSES,
  type Step,
} from '../../../../domain/documents/values/release.ts';
import { isBuildId, isEnvironmentId, isFullSha, isReleaseId } from '../../../../domain/ids.ts';
import type { Actor, Person } from '../../../../domain/people/people.ts';
import { exact } from '../exact.ts';

function idText<Id extends string>(isId: (text: string) => text is Id, message: string) {
  return z.custom<Id>((value) => typeof value === 'string' && isId(value), message);
}

export const text = z.string();
export const textOrNull = z.string().nullable();
export const flag = z.boolean();
/** Milliseconds since the epoch. */
export const time = z.number();
/** Numbers from 1, and counts from 0. */
export const count = z.int().min(0);
/** A full SHA: names typed by people or reported by a forge are resolved before they are stored. */
export const sha = z.string().refine(isFullSha, 'Invalid SHA: expected 40 lower-case hexadecimal digits');
export const environmentIdText = idText(isEnvironmentId, 'Invalid id: expected PRODUCT/ENVIRONMENT');
export const buildIdText = idText(isBuildId, 'Invalid id: expected PRODUCT@SHA');
export const releaseIdText = idText(isReleaseId, 'Invalid id: expected PRODUCT/ENVIRONMENT#NUMBER');
export const shaOrNull = sha.nullable();

export const person = exact<Person>()(
  z.object({ kind: z.literal('person'), id: text, name: text, member: flag }),
);

export const actor = exact<Actor>()(
  z.discriminatedUnion('kind', [person, z.object({ kind: z.literal('robot'), name: text })]),
);

export const place = exact<DocumentRef>()(z.object({ kind: z.enum(AGGREGATE_KINDS), id: text }));

export const status = z.enum(STATUSES);

export const releaseKind = z.enum(['continuous', 'promotion', 'hotfix', 'rollback', 'adopted']);

export const step = exact<Step>()(z.enum(['deploy', 'verify']));

export const revoked = z.object({ at: time, by: actor, release: count.nullable() }).nullable();

export const end = exact<End>()(
  z.object({
    at: time,
    by: actor,
    reason: textOrNull,
    cause: z.object({ release: count, sha }).nullable(),
  }),
);

export const commandEnd = exact<CommandEnd>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('exit'), code: z.int() }),
    z.object({ kind: z.literal('signal'), signal: text }),
    z.object({ kind: z.literal('timeout'), afterMs: z.number() }),
    z.object({ kind: z.literal('outside'), says: text }),
  ]),
);

export const leftovers = exact<Leftovers>()(z.object({ ended: z.array(text), left: z.array(text) }));

const badEnds = [
  z.object({ kind: z.literal('failed'), how: commandEnd }),
  z.object({ kind: z.literal('cancelled'), says: text.exactOptional() }),
  z.object({ kind: z.literal('interrupted') }),
  z.object({ kind: z.literal('errored'), reason: text, ran: flag }),
] as const;

/** How an attempt that did not succeed ended. */
export const badOutcome = z.discriminatedUnion('kind', badEnds);

export const attemptOutcome = exact<AttemptOutcome>()(
  z.discriminatedUnion('kind', [z.object({ kind: z.literal('succeeded') }), ...badEnds]),
);
