import { ACCEPTANCES_KEPT, ENDED_KEPT, type Environment } from '../../../src/domain/documents/environment.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { releaseId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import type { AuditRecord, ReleaseRecord, Store } from '../../../src/ports/store.ts';
import { generator } from './load.ts';

/** Settled commands that a release leaves in the audit: prepared, deployed, accepted. */
const COMMANDS = ['prepare', 'deploy', 'accept'] as const;

const WRITTEN_AT_ONCE = 500;

/**
 * Gives an environment a past: `count` ended releases, each accepted once, in the history, the memory and the audit, and
 * as many of them in its document as it keeps. They are copies of the newest real one, numbered before it, so that what
 * the environment has open and deployed stays as it is.
 */
export async function addPast(store: Store, environmentId: string, count: number): Promise<void> {
  const environment = await store.load('environments', environmentId);
  const real = environment?.ended.at(-1)?.release;
  const acceptance = environment?.acceptances.at(-1)?.acceptance;
  if (!environment || !real || !acceptance) throw new TypeError(`${environmentId} has no ended release`);
  const random = generator(7);
  const sha = () =>
    Array.from({ length: 5 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  const start = real.requestedAt - count * 60_000;
  const past: Release[] = Array.from({ length: count }, (_, index) => ({
    ...real,
    number: PAST_BEFORE + index,
    sha: sha(),
    requestedAt: start + index * 60_000,
    card: `${real.card}-past-${index}`,
  }));
  for (let from = 0; from < count; from += WRITTEN_AT_ONCE) {
    const some = past.slice(from, from + WRITTEN_AT_ONCE);
    await store.putReleases(some.map((release) => recordOf(environment, release)));
    await store.putAcceptances(some.map((release) => ({ ...acceptance, ...factOf(release) })));
    await store.addAudit(some.flatMap((release) => auditOf(environment, release)));
  }
  const saved = await store.save('environments', {
    ...environment,
    revision: environment.revision + 1,
    releases: Math.max(environment.releases, PAST_BEFORE + count),
    ended: [
      ...past.map((release) => ({ release, revision: environment.revision, recorded: true })),
      ...environment.ended,
    ].slice(-ENDED_KEPT),
    acceptances: [
      ...past.map((release) => ({ acceptance: { ...acceptance, ...factOf(release) }, recorded: true })),
      ...environment.acceptances,
    ].slice(-ACCEPTANCES_KEPT),
  });
  if (saved !== 'saved') throw new TypeError('somebody else has the store open');
}

/** Real releases have lower numbers than these. */
const PAST_BEFORE = 1_000;

function factOf(release: Release) {
  const { sha, number, requestedAt, card } = release;
  return { sha, release: number, at: requestedAt, card };
}

function recordOf(environment: Environment, release: Release): ReleaseRecord {
  return {
    id: releaseId(environment.id, release.number),
    environment: environment.id,
    product: environment.product,
    release,
    revision: environment.revision,
  };
}

function auditOf(environment: Environment, release: Release): AuditRecord[] {
  return COMMANDS.map((type) => ({
    id: `past:${type}:${release.card}`,
    type,
    actor: ROBOT,
    at: release.requestedAt,
    answer: { kind: 'accepted', release: release.number },
    sha: release.sha,
    reason: null,
    revision: environment.revision,
    changed: [{ what: 'release', number: release.number, from: 'testing', to: 'accepted' }],
    product: environment.product,
    place: { kind: 'environments', id: environment.id },
  }));
}
