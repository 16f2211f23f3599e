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

/** How a request to the bot goes wrong. */
export type DeliveryFault =
  /** The bot gets it twice, at the same time. */
  | { kind: 'twice' }
  /** The bot gets it `ms` milliseconds late; the person waits. */
  | { kind: 'late'; ms: number }
  /** The bot never gets it: the person sees `operation_timeout`, an event is sent again. */
  | { kind: 'lost' }
  /** The bot gets it, but its answer is lost. */
  | { kind: 'answer_lost' };

/** A call that the workspace received. */
export interface RecordedCall {
  /** Such as `chat.postMessage`; `response_url` for calls to a response URL. */
  method: string;
  args: Fields;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Stands for every method or every kind of request. */
export const EVERY = '*';

/** Records the calls that the workspace received, and plans faults for later ones. */
export class Faults {
  readonly calls: RecordedCall[] = [];
  readonly #clock: Clock;
  readonly #planned = new Plans<Fault>();
  readonly #deliveries = new Plans<DeliveryFault>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes the next `times` calls of `method` fail, `*` for every one. Without `times`: all calls until `clear`. */
  plan(method: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#planned.add(method, fault, times);
  }

  /** The same for requests to the bot. `kind`: `slash_commands`, `interactive`, `events_api`, or `*`. */
  planDelivery(kind: string, fault: DeliveryFault, times = Number.POSITIVE_INFINITY): void {
    this.#deliveries.add(kind, fault, times);
  }

  /** Removes the planned faults of one method or kind of request, or all. */
  clear(method?: string): void {
    this.#planned.clear(method);
    this.#deliveries.clear(method);
  }

  record(method: string, args: Fields): void {
    this.calls.push({ method, args, at: this.#clock.now() });
  }

  /** The fault for this call, which is counted as used. null: none. */
  take(method: string): Fault | null {
    return this.#planned.take(method);
  }

  takeDelivery(kind: string): DeliveryFault | null {
    return this.#deliveries.take(kind);
  }

  /** What is still to come. */
  planned(): { method: string; fault: Fault | DeliveryFault; left: number }[] {
    return [...this.#planned.left(), ...this.#deliveries.left()];
  }

  callsOf(method: string): RecordedCall[] {
    return this.calls.filter((each) => each.method === method);
  }
}

/** Faults by what they are for. */
class Plans<T> {
  readonly #plans = new Map<string, { fault: T; left: number }[]>();

  add(method: string, fault: T, times: number): void {
    this.#plans.set(method, [...(this.#plans.get(method) ?? []), { fault, left: times }]);
  }

  clear(method?: string): void {
    if (method === undefined) this.#plans.clear();
    else this.#plans.delete(method);
  }

  take(method: string): T | null {
    const next = [method, EVERY].flatMap((each) => this.#plans.get(each) ?? []).find(({ left }) => left > 0);
    if (!next) return null;
    next.left -= 1;
    return next.fault;
  }

  left(): { method: string; fault: T; left: number }[] {
    return [...this.#plans].flatMap(([method, plans]) =>
      plans.filter(({ left }) => left > 0).map((plan) => ({ method, ...plan })),
    );
  }
}
