import { type EnvironmentId, environmentId } from '../ids.ts';
import type { Actor } from '../people/people.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Current } from './values/current.ts';
import type { Lock, Pause } from './values/lock.ts';
import { type Attempt, isRunning, isWaiting, type Release, type ReleaseKind } from './values/release.ts';

/** A reference to a commit: its SHA, its name as typed, the release that brought it, and since when. */
export interface Reference {
  sha: string;
  ref: string | null;
  release: number;
  at: number;
  by: Actor;
  /** True: the commit was adopted, not deployed by that release. Absent: it was deployed. */
  adopted?: true;
}

/** A commit was accepted here. The gate `order` and rollbacks are decided from these. */
export interface Acceptance {
  environment: EnvironmentId;
  sha: string;
  ref: string | null;
  release: number;
  kind: ReleaseKind;
  /** By the document's time, which orders acceptances. */
  at: number;
  /** By the clock of the deciding process; a soak is counted from it. Absent: `at`. */
  clock?: number;
  by: Actor;
  /** Card of the release, which is redrawn when the commit is promoted. */
  card: string;
  revoked: { at: number; by: Actor; release: number | null } | null;
  /** Revision of the environment that decided this: an older one never replaces a newer one (RULES 21). */
  revision: number;
}

/** One environment of one product: its releases, its queue and what runs there. */
export interface Environment extends Aggregate {
  id: EnvironmentId;
  name: string;
  /** Number of the newest release; 0: none yet. */
  releases: number;
  /** Number of the newest attempt, deploys and verifications alike; 0: none yet (RULES 2). */
  attempts: number;
  /** Number of places given in the queue so far; the queue is first in, first out. */
  places: number;
  /** What runs here; null: nothing was ever deployed. */
  deployed: Reference | null;
  /** Revision at which `deployed` last changed, and with it what every release that waits for people would add and remove; 0: never. */
  deployedRevision: number;
  /** True from the begin of a deploy until the next success: the environment may be half changed. */
  uncertain: boolean;
  /** What was last accepted here; null: nothing yet. */
  accepted: Reference | null;
  /** Commit of the release that was begun last; null: none. */
  desired: { sha: string; release: number } | null;
  /** Highest number of a branch head that became a release here; 0: none. Continuous environments only. */
  newestHead: number;
  /** True: git could not be read when a deploy was reported; superseding and voiding must be decided again (RULES 19). */
  relationsOwed: boolean;
  /**
   * Commits that ran here before and for which git has not said yet whether the present commit contains them. Until it
   * has, approvals given earlier do not count (RULES 28). Absent: none.
   */
  movedFrom?: string[];
  /** Nobody but the owner of the lock may deploy here; null: unlocked. */
  lock: Lock | null;
  /** The lock of all environments of the product, as the product reported it; null: none. */
  productLock: Lock | null;
  /** Continuous environments only. null: not paused, every new build is deployed. */
  paused: Pause | null;
  /** The freeze that was last announced to people who wait; null: none. */
  frozen: { reason: string; until: number; card: string } | null;
  /** When a freeze next begins or ends; null: never, or no release waits. */
  freezeChangesAt: number | null;
  /** When time alone next changes whether a deploy that ended badly may be retried. Absent: never. */
  retriesChangeAt?: number;
  /** What it said about which commit really runs here. Absent: it is not asked. */
  current?: Current;
  /** Releases that have not ended. */
  open: Release[];
  /** The releases that ended last, oldest first. `recorded`: the history has this state, decided at `revision`. */
  ended: { release: Release; revision: number; recorded: boolean }[];
  /** Recent acceptances, oldest first. `recorded`: the store has this state. */
  acceptances: { acceptance: Acceptance; recorded: boolean }[];
}

/** How many ended releases the document keeps, beside those that are not recorded yet. */
export const ENDED_KEPT = 20;
/** How many acceptances the document keeps, beside those that are not recorded yet. The store has all of them. */
export const ACCEPTANCES_KEPT = 10;

/** An environment that nothing has happened to yet. */
export function newEnvironment(product: string, name: string): Environment {
  return {
    ...newAggregate(environmentId(product, name), product),
    name,
    releases: 0,
    attempts: 0,
    places: 0,
    deployed: null,
    deployedRevision: 0,
    uncertain: false,
    accepted: null,
    desired: null,
    newestHead: 0,
    relationsOwed: false,
    lock: null,
    productLock: null,
    paused: null,
    frozen: null,
    freezeChangesAt: null,
    open: [],
    ended: [],
    acceptances: [],
  };
}

/** True: this commit was adopted; people said that it runs here, and Slipway has not deployed it. */
export function isAdopted(
  environment: Environment,
  { adopted, release }: Pick<Reference, 'adopted' | 'release'>,
): boolean {
  return adopted === true || findRelease(environment, release)?.kind === 'adopted';
}

/** True: Slipway has deployed here, so it knows by itself what runs (RULES 26). */
export function hasDeployed(environment: Environment): boolean {
  const { deployed, open, ended, acceptances } = environment;
  const releases = [...open, ...ended.map(({ release }) => release)];
  return (
    (deployed !== null && !isAdopted(environment, deployed)) ||
    releases.some(({ kind, deployedAt }) => kind !== 'adopted' && deployedAt !== null) ||
    acceptances.some(({ acceptance }) => acceptance.kind !== 'adopted')
  );
}

/** The release with this number, open or recently ended; undefined: it is not in the document. */
export function findRelease(environment: Environment, number: number): Release | undefined {
  return (
    environment.open.find((release) => release.number === number) ??
    environment.ended.find(({ release }) => release.number === number)?.release
  );
}

/** Every release that the document still holds, oldest first. */
export function releasesOf(environment: Environment): Release[] {
  return [...environment.ended.map(({ release }) => release), ...environment.open].sort(
    (a, b) => a.number - b.number,
  );
}

/** The release that is deploying or verifying here now; null: none. */
export function runningIn(environment: Environment): Release | null {
  return environment.open.find(isRunning) ?? null;
}

/** The attempt that was begun last here, and its release; null: none, or the document has forgotten it. */
export function latestAttempt(environment: Environment): { release: Release; attempt: Attempt } | null {
  const { open, ended, attempts: latest } = environment;
  for (const release of [...open, ...ended.map((entry) => entry.release)]) {
    const attempt = release.attempts.find(({ number }) => number === latest);
    if (attempt) return { release, attempt };
  }
  return null;
}

/** Whether what runs here was deployed by this release. */
export function runsHere(environment: Environment, release: Release): boolean {
  return environment.deployed?.release === release.number;
}

/** A rollback that waits or runs: until it ends, no deploy is retried and no other rollback begins (RULES 11, 14). */
export function openRollback(environment: Environment): Release | null {
  return (
    environment.open.find(
      (release) => release.kind === 'rollback' && (isWaiting(release) || isRunning(release)),
    ) ?? null
  );
}

/** Number of another release whose deploy began here after this one's last (RULES 11); null: none. */
export function overtakenBy(environment: Environment, release: Release): number | null {
  const begun = environment.desired?.release ?? release.number;
  return begun === release.number ? null : begun;
}
