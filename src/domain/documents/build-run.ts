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
