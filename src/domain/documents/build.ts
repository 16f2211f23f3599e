import type { Check } from '../checks/checks.ts';
import { type BuildId, buildId, type EnvironmentId } from '../ids.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { BuildChecks } from './values/build/checks.ts';
import type { BuildAttempt, BuildStatus, PushRequest } from './values/build/run.ts';

/** The build of one commit of one product. It is built and tested once, and every deploy uses its result. */
export interface Build extends Aggregate {
  id: BuildId;
  sha: string;
  status: BuildStatus;
  /** Why the build cannot begin although it is its turn; absent: nothing holds it. */
  held?: string;
  /** Number of the newest branch head for which the lowest environment was sent this build to deploy; absent: none. */
  toldHead?: number;
  /**
   * What its last success made was given up, until the next one: it is deleted, or will be, and a release that needs it waits
   * until the commit is built again (RULES 49). Absent: it is kept.
   */
  discarded?: true;
  attempts: number;
  /** How many times in a row its worker stopped while the build ran. */
  interruptions: number;
  /** The newest attempt; null: none yet. */
  attempt: BuildAttempt | null;
  /** What is known of its checks; absent: Slipway builds it, or nobody has requested it. */
  checks?: BuildChecks;
  /** The latest that `/hooks/build` said of each check, oldest first, also before a push; absent: nothing. */
  reported?: Check[];
  pushes: PushRequest[];
  /** Ids of environments where a release of this commit waits; each is sent the end of the build. */
  watchers: EnvironmentId[];
}

/** True: it succeeded, and what it made is kept or lies elsewhere. */
export function isKept({ status, discarded }: Pick<Build, 'status' | 'discarded'>): boolean {
  return status === 'succeeded' && discarded === undefined;
}

/** A build that nobody has requested yet. */
export function newBuild(product: string, sha: string): Build {
  return {
    ...newAggregate(buildId(product, sha), product),
    sha,
    status: 'none',
    attempts: 0,
    interruptions: 0,
    attempt: null,
    pushes: [],
    watchers: [],
  };
}
