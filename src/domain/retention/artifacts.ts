import type { Build } from '../documents/build.ts';
import type { Acceptance, Environment } from '../documents/environment.ts';
import { isRunning } from '../documents/values/release.ts';
import { knownAcceptances } from '../gates/acceptances.ts';

/** How many accepted, not revoked commits of an environment keep what their builds made: the way back, and the way up. */
export const ACCEPTED_KEPT = { approval: 10, continuous: 2, retired: 0 } as const;

/** One environment of a product. `retired`: the configuration does not have it any more. */
export interface KeepingEnvironment {
  environment: Environment;
  mode: keyof typeof ACCEPTED_KEPT;
  /** Its newest acceptances in the store that are not revoked; at least as many as are kept and the document holds. */
  acceptances: readonly Acceptance[];
}

/** Why the commit of a build is needed in an environment. */
export type Need =
  /** It runs there, is about to, or was accepted there last. */
  | { why: 'runs'; environment: string }
  /** A release of it is open there, or a pause keeps it for a resume. */
  | { why: 'waits'; environment: string }
  /** `place`: 1 for the commit that was accepted last. */
  | { why: 'accepted'; environment: string; place: number };

/** Why what an attempt at a build made stays. */
export type Stays =
  | Need
  /** `place`: 1 for the newest build. */
  | { why: 'newest'; place: number }
  /** The attempt runs, may still report a success, or nobody has decided what comes after it. */
  | { why: 'building' }
  /** The store does not know the build, or what it has of it is damaged. */
  | { why: 'unknown' };

/** Why it goes. */
export type Goes =
  /** Nobody needs it. It is deleted only when its build is marked as discarded, and it is looked at again after that. */
  | { why: 'old' }
  /** Its build is marked as discarded, and nobody needs it. */
  | { why: 'discarded' }
  /** A later attempt has begun, so that nobody ever uses it again. */
  | { why: 'replaced' }
  /** Nobody ever uses it: the attempt did not succeed and will not any more, or the commit counts as built elsewhere since. */
  | { why: 'unused' };

/** What an attempt at a build has stored, and its build as the store has it; null: there is none that can be read. */
export interface StoredRun {
  attempt: number;
  build: Build | null;
}

export type Verdict<R extends StoredRun> = { run: R; stays: Stays } | { run: R; goes: Goes };

/**
 * Decides which results of a product's builds stay: those of the newest `newest` builds that are kept at all, and whatever an
 * environment needs. Says for each why, in the order given.
 */
export function keptArtifacts<R extends StoredRun>(
  runs: readonly R[],
  environments: readonly KeepingEnvironment[],
  newest: number,
): Verdict<R>[] {
  const needs = needsOf(environments);
  const places = placesOf(runs);
  return runs.map((run): Verdict<R> => {
    const { build, attempt } = run;
    if (build === null) return { run, stays: { why: 'unknown' } };
    const state = stateOf(build, attempt);
    if (state === 'building') return { run, stays: { why: 'building' } };
    if (state === 'replaced' || state === 'unused') return { run, goes: { why: state } };
    const need = needs.get(build.sha);
    if (need) return { run, stays: need };
    if (state === 'discarded') return { run, goes: { why: 'discarded' } };
    const place = places.get(build.sha) ?? 0;
    return place <= newest ? { run, stays: { why: 'newest', place } } : { run, goes: { why: 'old' } };
  });
}

/** By full SHA; of several needs, the first that was found. */
function needsOf(all: readonly KeepingEnvironment[]): Map<string, Need> {
  const needs = new Map<string, Need>();
  const add = (sha: string | undefined, need: Need) => {
    if (sha !== undefined && !needs.has(sha)) needs.set(sha, need);
  };
  for (const { environment } of all) {
    const { name, deployed, desired, accepted, open, paused } = environment;
    for (const reference of [deployed, desired, accepted])
      add(reference?.sha, { why: 'runs', environment: name });
    for (const release of open) {
      const why = isRunning(release) ? 'runs' : 'waits';
      for (const sha of [release.sha, release.leaves?.sha]) add(sha, { why, environment: name });
    }
    add(paused?.newest?.sha, { why: 'waits', environment: name });
  }
  for (const { environment, mode, acceptances } of all) {
    const accepted = knownAcceptances(environment, acceptances).filter(({ revoked }) => revoked === null);
    for (const [index, { sha }] of accepted.slice(0, ACCEPTED_KEPT[mode]).entries())
      add(sha, { why: 'accepted', environment: environment.name, place: index + 1 });
  }
  return needs;
}

type State = 'building' | 'kept' | 'discarded' | 'replaced' | 'unused';

/** What has become of an attempt that has stored something. */
function stateOf(build: Build, number: number): State {
  const { attempt, checks, status, discarded } = build;
  if (build.attempts > number) return 'replaced';
  // The store is behind what was stored here, or another attempt is claimed just now.
  if (attempt?.number !== number) return 'building';
  // The worker of an interrupted attempt may live, and its success counts while no other attempt has begun.
  if (attempt.outcome === null || attempt.outcome.kind === 'interrupted') return 'building';
  if (attempt.outcome.kind !== 'succeeded') return 'unused';
  if (checks) return 'unused';
  return discarded || status !== 'succeeded' ? 'discarded' : 'kept';
}

/** The place of each kept build, 1 for the one that succeeded last. */
function placesOf(runs: readonly StoredRun[]): Map<string, number> {
  const kept = runs.flatMap(({ build, attempt }) =>
    build !== null && stateOf(build, attempt) === 'kept' ? [build] : [],
  );
  const at = (build: Build) => build.attempt?.endedAt ?? 0;
  const sorted = kept.toSorted((a, b) => at(b) - at(a) || (a.sha < b.sha ? -1 : 1));
  return new Map(sorted.map(({ sha }, index) => [sha, index + 1]));
}
