import type { Leftovers } from './guard/leftovers.ts';

/** How a run ended. Durations are in milliseconds. */
export type RunOutcome = RunEnd & {
  /** Absent: nothing was left running. */
  leftovers?: Leftovers;
};

/** How the command itself ended. */
export type RunEnd =
  | { kind: 'exited'; exitCode: number; durationMs: number }
  /** Ended by a signal that Slipway did not send: from outside, or from the command itself. */
  | { kind: 'signalled'; signal: string; durationMs: number }
  /** Ended by Slipway: it ran longer than `timeoutMs`, or was silent longer than `silenceMs`. */
  | { kind: 'timedOut'; limit: 'time' | 'silence'; afterMs: number }
  /** Ended by Slipway on request. A command that ended before the request took effect is `exited`. */
  | { kind: 'cancelled'; reason: string; durationMs: number }
  /** Certainly did not start, so nothing was changed (RULES 5). */
  | { kind: 'didNotRun'; reason: string }
  /** Ended by the guard because the worker's signs of life stopped. How far it got is unknown. */
  | { kind: 'leaseLost'; durationMs: number }
  /** The guard was killed and its watcher killed the command. How far it got is unknown. */
  | { kind: 'guardLost'; durationMs: number };
