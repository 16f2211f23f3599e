import { environmentId } from '../names.ts';
import type { Actor } from '../people/people.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Lock, Pause } from './lock.ts';
import type { Release, ReleaseKind } from './release.ts';

/** A commit reference: which commit, as typed, through which release, since when. */
export interface Reference {
  sha: string;
  ref: string | null;
  release: number;
  at: number;
  by: Actor;
  /** It was adopted, never deployed by that release. Absent: it was deployed. */
  adopted?: true;
}

/** A commit was found good here; the memory of the gate `order` and of rollbacks. */
export interface Acceptance {
  /** Environment id. */
  environment: string;
  sha: string;
  ref: string | null;
  release: number;
  kind: ReleaseKind;
  /** In the time of its document, which orders acceptances. */
  at: number;
  /** What the clock of its process said: a soak counts from it. Absent: `at`. */
  clock?: number;
  by: Actor;
  /** Card of the release, told when the commit is promoted. */
  card: string;
  revoked: { at: number; by: Actor; release: number | null } | null;
  /** Revision of the environment at which this was decided: an older one never replaces a newer (RULES 21). */
  revision: number;
}

export interface Environment extends Aggregate {
  name: string;
  /** Number of the newest release; 0: none yet. */
  releases: number;
  /** Number of the newest attempt, deploys and checks alike; 0: none yet (RULES 2). */
  attempts: number;
  /** Counts places given in the queue: first in, first out. */
  places: number;
  /** What runs there; null: nothing was ever deployed. */
  deployed: Reference | null;
  /** Revision at which `deployed` last changed, and with it what every candidate would add and remove; 0: never. */
  deployedRevision: number;
  /** From the begin of a deploy until the next success: the environment may be half changed. */
  uncertain: boolean;
  /** What was last found good there; null: nothing yet. */
  accepted: Reference | null;
  /** Commit of the release last begun. */
  desired: { sha: string; release: number } | null;
  /** Highest number of a branch head made into a release here; 0: none. Continuous environments only. */
  newestHead: number;
  /** True: git could not be asked when a deploy reported; superseding and voiding are decided again (RULES 19). */
  relationsOwed: boolean;
  /**
   * Commits that ran here, of which git has not said yet whether what runs now contains them: until it does, no approval
   * counts that was given before (RULES 28). Absent: none.
   */
  movedFrom?: string[];
  /** Nobody but its owner deploys here; null: unlocked. */
  lock: Lock | null;
  /** The lock of all environments of the product, as the product told it. */
  productLock: Lock | null;
  /** Continuous environments only. null: what is built is deployed. */
  paused: Pause | null;
  /** The freeze that holds, as far as those who wait were told; null: none. */
  frozen: { reason: string; until: number; card: string } | null;
  /** When a freeze begins or ends next; null: never, or nobody waits for it. */
  freezeChangesAt: number | null;
  /** Releases that can still go somewhere. */
  open: Release[];
  /** The last ended ones, oldest first. `recorded`: the history holds this state, decided at `revision`. */
  ended: { release: Release; revision: number; recorded: boolean }[];
  /** Acceptances decided lately, oldest first. `recorded` as above. */
  acceptances: { acceptance: Acceptance; recorded: boolean }[];
}

export const ENDED_KEPT = 20;
/** The memory outside has them all; these are what it may not have heard yet, and the newest. */
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

/** Slipway was told that it runs here, and has not deployed it. */
export function isAdopted(environment: Environment, { adopted, release }: Reference): boolean {
  return adopted === true || findRelease(environment, release)?.kind === 'adopted';
}

/** A deploy of Slipway has succeeded here: from then on it knows by itself what runs (RULES 26). */
export function hasDeployed(environment: Environment): boolean {
  const { deployed, open, ended, acceptances } = environment;
  const releases = [...open, ...ended.map(({ release }) => release)];
  return (
    (deployed !== null && !isAdopted(environment, deployed)) ||
    releases.some(({ kind, deployedAt }) => kind !== 'adopted' && deployedAt !== null) ||
    acceptances.some(({ acceptance }) => acceptance.kind !== 'adopted')
  );
}

/** The release with this number, open or lately ended; undefined: not in the document. */
export function findRelease(environment: Environment, number: number): Release | undefined {
  return (
    environment.open.find((release) => release.number === number) ??
    environment.ended.find(({ release }) => release.number === number)?.release
  );
}
