import { buildId } from '../names.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { CommandEnd, Leftovers } from './release.ts';

/** `none`: nobody has asked for it. */
export type BuildStatus = 'none' | 'requested' | 'building' | 'succeeded' | 'failed' | 'errored' | 'skipped';
export type BuildStep = 'fetch' | 'build' | 'test';

export type BuildOutcome =
  | { kind: 'succeeded' }
  | { kind: 'failed'; step: BuildStep; command: string; how: CommandEnd }
  | { kind: 'errored'; reason: string }
  /** Its worker stopped; a build begins again by itself. */
  | { kind: 'interrupted' }
  /** Its worker was told to stop and ended it in good order: it begins again, and this is no fault of the build. */
  | { kind: 'handedBack' };

export interface BuildAttempt {
  number: number;
  worker: string;
  startedAt: number;
  leaseUntil: number;
  step: BuildStep;
  lastLine: string | null;
  /** When its progress was last shown. */
  progressAt: number;
  endedAt: number | null;
  /** null: running. */
  outcome: BuildOutcome | null;
  /** Absent: nothing was left. */
  leftovers?: Leftovers;
}

/** The step that it is at, or ended in. */
export function lastStep({ step, outcome }: BuildAttempt): BuildStep {
  return outcome?.kind === 'failed' ? outcome.step : step;
}

/** A push that asked for this build: number of the branch head, who pushed, and its card. */
export interface PushRequest {
  head: number;
  branch: string;
  /** Name as the forge gave it; null: unknown (found at start). */
  pushedBy: string | null;
  at: number;
  card: string;
}

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
