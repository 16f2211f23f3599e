import fc from 'fast-check';
import type { Acceptance } from '../../src/domain/documents/environment.ts';
import { newProduct, type Product } from '../../src/domain/documents/product.ts';
import { newProfile, type Profile } from '../../src/domain/documents/profile.ts';
import type { Release } from '../../src/domain/documents/values/release.ts';
import { type EnvironmentId, releaseId } from '../../src/domain/ids.ts';
import { ROBOT } from '../../src/domain/people/people.ts';
import type { AuditRecord, ReleaseRecord } from '../../src/ports/store.ts';
import { unicodeText } from '../support/unicode.ts';

export function product(id: string, changes: Partial<Product> = {}): Product {
  return { ...newProduct(id), revision: 1, ...changes };
}

export function profile(id: string, changes: Partial<Profile> = {}): Profile {
  return { ...newProfile(id), revision: 1, ...changes };
}

export function audit(id: string, changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id,
    type: 'approve',
    actor: { kind: 'person', id: 'U1', name: 'Ada', member: true },
    at: 1_700_000_000_000,
    answer: { kind: 'accepted', release: 1 },
    sha: 'a'.repeat(40),
    reason: null,
    revision: 3,
    changed: [{ what: 'release', number: 1, from: 'prepared', to: 'approved' }],
    product: 'storefront',
    place: { kind: 'environments', id: 'storefront/prod' },
    ...changes,
  };
}

export function acceptance(
  environment: EnvironmentId,
  sha: string,
  changes: Partial<Acceptance> = {},
): Acceptance {
  return {
    environment,
    sha,
    ref: 'main',
    release: 1,
    kind: 'promotion',
    at: 1_000,
    by: ROBOT,
    card: 'card',
    revoked: null,
    revision: 1,
    ...changes,
  };
}

/** An accepted release in the history. */
export function released(
  environment: EnvironmentId,
  number: number,
  revision: number,
  note: string | null = null,
): ReleaseRecord {
  const release: Release = {
    number,
    kind: 'promotion',
    sha: 'a'.repeat(40),
    ref: 'main',
    status: 'accepted',
    erroredIn: null,
    requestedBy: { kind: 'person', id: 'U1', name: 'Ada', member: true },
    requestedAt: 1_000,
    note,
    build: 'succeeded',
    approvals: [
      { by: { kind: 'person', id: 'U2', name: 'Lin', member: true }, at: 2_000, until: 90_000, fits: [0] },
    ],
    voided: [],
    unknownAuthors: null,
    policy: '[1,null,false,86400000]',
    expiresAt: 90_000,
    queue: null,
    deployer: { kind: 'person', id: 'U1', name: 'Ada', member: true },
    soaksUntil: null,
    held: null,
    override: null,
    begun: true,
    replaces: null,
    deployedAt: 4_000,
    attempts: [
      {
        number: 1,
        step: 'deploy',
        worker: 'w1',
        startedAt: 3_000,
        leaseUntil: 33_000,
        wasUncertain: false,
        cancelWished: null,
        lastLine: 'done',
        progressAt: 3_500,
        endedAt: 4_000,
        outcome: { kind: 'succeeded' },
      },
    ],
    autoRetries: 0,
    end: { at: 5_000, by: ROBOT, reason: null, cause: null },
    revoked: null,
    head: null,
    leaves: null,
    card: 'card',
  };
  return { id: releaseId(environment, number), environment, product: 'storefront', release, revision };
}

/** Text as the world has it: any UTF-16, with NUL and halves of surrogate pairs. */
export const anyText = fc.oneof(
  unicodeText(),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\u0000', 'a\u0000b', '\ud83d', '\udca9', '💩', '\\u0000', '"', "'", '$1', '%s'),
);

export const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

/** The same value with the keys of every object in order: a store may keep them in another. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted((value as Record<string, unknown>)[key])]);
}
