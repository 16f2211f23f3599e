import type { LastWord, Leftovers } from './guard/leftovers.ts';

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

/** Why Slipway requested the end of the command. */
export type Wish =
  | { kind: 'cancelled'; reason: string }
  | { kind: 'timedOut'; limit: 'time' | 'silence'; afterMs: number };

/** How the command ended, from the guard's final report. `wish` null: nobody requested its end. */
export function endOf(word: LastWord, wish: Wish | null, durationMs: number): RunEnd {
  if (word.type === 'notStarted') return { kind: 'didNotRun', reason: word.reason };
  switch (word.cause) {
    case null:
      return word.exitCode === null
        ? { kind: 'signalled', signal: word.signal ?? 'unknown', durationMs }
        : { kind: 'exited', exitCode: word.exitCode, durationMs };
    case 'asked':
      return wish?.kind === 'timedOut' ? wish : { kind: 'cancelled', reason: wish?.reason ?? '', durationMs };
    case 'leaseOver':
    case 'workerGone':
      return { kind: 'leaseLost', durationMs };
    default:
      return word.cause satisfies never;
  }
}
