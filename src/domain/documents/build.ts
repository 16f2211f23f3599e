import { buildId } from '../names.ts';
import type { BuildAttempt, BuildStatus, PushRequest } from './build-run.ts';
import { type Aggregate, newAggregate } from './document.ts';

/** One (product, SHA), built and tested once; every deploy uses what the build made. */
export interface Build extends Aggregate {
  sha: string;
  status: BuildStatus;
  /** Why it does not begin though it is its turn; absent: nothing keeps it. */
  held?: string;
  /** Number of the newest branch head by which the lowest environment was asked to deploy it; absent: none. */
  toldHead?: number;
  attempts: number;
  /** How often in a row its worker stopped while it ran. */
  interruptions: number;
  /** The newest attempt; null: none yet. */
  attempt: BuildAttempt | null;
  pushes: PushRequest[];
  /** Environment ids that have a candidate of this commit and want to hear the end. */
  watchers: string[];
}

/** A build that nobody has asked for yet. */
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
