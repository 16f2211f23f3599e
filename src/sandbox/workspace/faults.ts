import type { Clock } from './ids.ts';
import type { Fields } from './json.ts';

/** How a call of the Web API or of a response URL fails. */
export type Fault =
  /** `retryAfterSeconds` null: the header is missing. */
  | { kind: 'rate_limited'; retryAfterSeconds: number | null }
  /** An HTML page instead of an answer. `status` absent: 500. */
  | { kind: 'server_error'; status?: number }
  /** This text instead of an answer. */
  | { kind: 'body'; text: string }
  /** The connection is closed before anything is done. */
  | { kind: 'cut' }
  /** Answers as usual, but only after `ms` milliseconds. */
  | { kind: 'hang'; ms: number }
  /** Carries out the call, then closes the connection without an answer. */
  | { kind: 'unanswered' }
  /** A Slack error such as `channel_not_found`. `needed`: the missing scope. */
  | { kind: 'error'; error: string; needed?: string };

/** A call that the workspace received. */
export interface RecordedCall {
  /** Such as `chat.postMessage`; `response_url` for calls to a response URL. */
  method: string;
  args: Fields;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Records the calls that the workspace received, and plans faults for later ones. */
export class Faults {
  readonly calls: RecordedCall[] = [];
  readonly #clock: Clock;
  readonly #planned = new Map<string, { fault: Fault; left: number }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes the next `times` calls of `method` fail. Without `times`: all calls until `clear`. */
  plan(method: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    const planned = this.#planned.get(method) ?? [];
    this.#planned.set(method, [...planned, { fault, left: times }]);
  }

  /** Removes the planned faults of one method, or of all. */
  clear(method?: string): void {
    if (method === undefined) this.#planned.clear();
    else this.#planned.delete(method);
  }

  record(method: string, args: Fields): void {
    this.calls.push({ method, args, at: this.#clock.now() });
  }

  /** The fault for this call, which is counted as used. null: none. */
  take(method: string): Fault | null {
    const next = this.#planned.get(method)?.find((each) => each.left > 0);
    if (!next) return null;
    next.left -= 1;
    return next.fault;
  }

  callsOf(method: string): RecordedCall[] {
    return this.calls.filter((each) => each.method === method);
  }
}
