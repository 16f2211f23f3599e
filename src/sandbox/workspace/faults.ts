import type { Clock } from './ids.ts';
import type { Fields } from './json.ts';

export type Fault =
  /** `retryAfterSeconds` null: no time is named. */
  | { kind: 'rate_limited'; retryAfterSeconds: number | null }
  /** A page where an answer should be; `status` absent: 500. */
  | { kind: 'server_error'; status?: number }
  /** This instead of an answer. */
  | { kind: 'body'; text: string }
  /** The connection breaks before anything is done. */
  | { kind: 'cut' }
  /** Answers as usual, but only after `ms`. */
  | { kind: 'hang'; ms: number }
  /** Does what was asked, and the connection breaks before the answer. */
  | { kind: 'unanswered' }
  /** A Slack error such as `channel_not_found`. */
  | { kind: 'error'; error: string; needed?: string };

export interface RecordedCall {
  /** `chat.postMessage`; what a `response_url` got is `response_url`. */
  method: string;
  args: Fields;
  /** Milliseconds since 1970. */
  at: number;
}

/** What the workspace was asked, and how it should fail. */
export class Faults {
  readonly calls: RecordedCall[] = [];
  readonly #clock: Clock;
  readonly #planned = new Map<string, { fault: Fault; left: number }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next `times` calls of `method` go wrong; without `times`: all of them until `clear`. */
  plan(method: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    const planned = this.#planned.get(method) ?? [];
    this.#planned.set(method, [...planned, { fault, left: times }]);
  }

  /** Of one method, or of all. */
  clear(method?: string): void {
    if (method === undefined) this.#planned.clear();
    else this.#planned.delete(method);
  }

  record(method: string, args: Fields): void {
    this.calls.push({ method, args, at: this.#clock.now() });
  }

  /** The fault for this call; it counts as used. */
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
