import type { CommandEnd, Leftovers } from '../release.ts';
import type { HeadTag } from '../tag.ts';

/** `none`: nobody has requested the build. `awaiting`: it is made elsewhere, and its checks have not all passed yet. */
export type BuildStatus =
  | 'none'
  | 'requested'
  | 'awaiting'
  | 'building'
  | 'succeeded'
  | 'failed'
  | 'errored'
  | 'skipped';
/** The steps of a build, in order. */
export type BuildStep = 'fetch' | 'build' | 'test';

/** How an attempt at a build ended. */
export type BuildOutcome =
  | { kind: 'succeeded' }
  | { kind: 'failed'; step: BuildStep; command: string; how: CommandEnd }
  | { kind: 'errored'; reason: string }
  /** The worker stopped; the build begins again automatically. */
  | { kind: 'interrupted' }
  /**
   * The worker had to stop and ended the build in good order. It begins again; this is not a failure of the build.
   */
  | { kind: 'handedBack' };

/** One attempt at a build, numbered within its build. Times in milliseconds since the epoch. */
export interface BuildAttempt {
  number: number;
  worker: string;
  startedAt: number;
  leaseUntil: number;
  step: BuildStep;
  lastLine: string | null;
  /** When its progress was last shown on the cards. */
  progressAt: number;
  endedAt: number | null;
  /** null: running. */
  outcome: BuildOutcome | null;
  /** Processes that its commands left running; absent: none. */
  leftovers?: Leftovers;
}

/** The step that the attempt is at, or in which it ended. */
export function lastStep({ step, outcome }: BuildAttempt): BuildStep {
  return outcome?.kind === 'failed' ? outcome.step : step;
}

/** Why a push is not built by itself. */
export type LeftOut =
  /** It changes nothing that `paths` names. `since`: the head that it was compared with, the last one that was not left out. */
  | { why: 'paths'; since: string; paths: readonly string[] }
  /** It is a tag on a commit that is part of this one, which runs in the lowest environment or is about to. */
  | { why: 'old'; of: string };

/** A push that requested this build: the number of the branch head, who pushed, and the card. */
export interface PushRequest {
  head: number;
  branch: string;
  /** Name as the forge gave it; null: unknown, because the head was found at a start of Slipway. */
  pushedBy: string | null;
  at: number;
  card: string;
  /** One of several pushes within seconds; absent: it is not. */
  burst?: PushBurst;
  /** Absent: it is built. */
  leftOut?: LeftOut;
  /** The tag that was pushed; `branch` is its name too. Absent: a branch was. */
  tag?: HeadTag;
}

export interface PushBurst {
  /** Number of the pushes just before it whose cards were held back. */
  earlier: number;
  /** Its own card is held back until then, and left out if a newer push comes; null: it is posted at once. */
  quietUntil: number | null;
}
