import type { ReleaseKind, Step } from '../domain/documents/values/release.ts';
import type { CancelAnswer, RemoteRun, Sight } from '../domain/documents/values/remote.ts';

/** An attempt as the system that carries it out is told about it. */
export interface RemoteAttempt {
  /** `{attempt}`: unique for all time, the same for every call about this attempt. */
  key: string;
  step: Step;
  product: string;
  environment: string;
  /** Full SHA. */
  commit: string;
  /** As typed by a person, or the branch that was pushed; null: none. */
  ref: string | null;
  /** The commit that ran there before; null: none. */
  previous: string | null;
  /** Number of the release in its environment. */
  release: number;
  kind: ReleaseKind;
}

/** How an attempt ended elsewhere. */
export type RemoteOutcome =
  | { kind: 'succeeded' }
  /** The system carried it out and it failed. `says`: in the system's words, "the run failed: failure". */
  | { kind: 'failed'; says: string }
  /** It was ended there. `says`: by whom or why, as far as the system tells; null: it does not. */
  | { kind: 'cancelled'; says: string | null }
  /** It did not come to a result. `ran` false: it certainly changed nothing. `reason` says what to do, where somebody must. */
  | { kind: 'errored'; reason: string; ran: boolean };

/** What is known of an attempt after a call. */
export type Seen =
  | Sight
  /** `run` null: it never had one, as it did not begin. */
  | { kind: 'ended'; run: RemoteRun | null; outcome: RemoteOutcome };

/** What became of the wish to end an attempt. */
export type Cancel = CancelAnswer;

/**
 * Another system that carries out a step. Promises of every implementation:
 *
 * - No call throws for what the system or the network does, and none takes longer than half a minute.
 * - `start` is called once for each attempt by Slipway, but may have happened although its answer was lost, or although our
 *   process died. `ended` with `ran: false` means that the system certainly did not and will not start it; wherever that is
 *   not certain, the answer is `unknown`.
 * - `find` looks for an attempt whose start had no known answer, and never starts a second one.
 * - `look` and `cancel` may be called at any time, by any process, any number of times.
 * - What a run ended with may change later, where people run it again there: `look` tells what is true now.
 * - No answer contains a credential.
 */
export interface Executor {
  start(attempt: RemoteAttempt): Promise<Seen>;
  find(attempt: RemoteAttempt): Promise<Seen>;
  look(attempt: RemoteAttempt, run: RemoteRun): Promise<Seen>;
  cancel(attempt: RemoteAttempt, run: RemoteRun): Promise<Cancel>;
  /** The end of its output, some hundred lines at most, not masked; null: the system keeps none, or does not say. */
  log(attempt: RemoteAttempt, run: RemoteRun): Promise<string | null>;
}
