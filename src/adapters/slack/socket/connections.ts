import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Troubles } from '../../../flow/services/troubles.ts';
import { type Acknowledge, Connection, type ConnectionTiming } from './connection.ts';
import type { Envelope } from './frames.ts';
import { lostTrouble, openingTrouble, troubleOf } from './words.ts';

/** Key of the trouble that Slack gives this process no connection. */
export const SOCKET_TROUBLE = 'Slack connection';

/** One can be replaced, or be dead without knowing, while the other one works. */
const WANTED = 2;

export interface SocketTiming extends ConnectionTiming {
  /** How long a connection that was replaced still takes what Slack has sent to it. */
  drainMs: number;
  /** How long it may then take to answer what it has taken: Slack waits no longer. */
  answerMs: number;
  /** A connection that ends sooner counts as a failed opening. */
  youngMs: number;
  /** Waits after failed openings in a row; the last one repeats. */
  backoffMs: readonly number[];
}

export const SOCKET_TIMING: SocketTiming = {
  readyMs: 10_000,
  // Slack's own client pings about as often.
  pingMs: 5_000,
  drainMs: 2_000,
  answerMs: 3_000,
  youngMs: 10_000,
  backoffMs: [500, 1_000, 2_000, 5_000, 10_000, 30_000],
};

export interface ConnectionsOptions {
  /** Asks Slack for the address of a new connection; it works once. Throws `ChatError`. */
  address(): Promise<string>;
  request(envelope: Envelope, acknowledge: Acknowledge): void;
  troubles: Pick<Troubles, 'set' | 'clear' | 'has'>;
  log: Logger;
  timing?: Partial<SocketTiming>;
}

interface Held {
  connection: Connection;
  openedAt: number;
  /** Asks to replace it before Slack does; null: not planned. */
  early: NodeJS.Timeout | null;
}

/**
 * Keeps two connections open, any of which may get any request. They are opened one after the other, and one that Slack
 * is about to close goes only when the next one is open.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #timing: SocketTiming;
  readonly #stopping = new AbortController();
  /** Those that Slack will keep. */
  readonly #staying: Held[] = [];
  /** Those that Slack is about to close, oldest first, until they are closed. */
  readonly #going = new Map<Connection, { replaced: boolean }>();
  /** Openings that failed in a row. */
  #failures = 0;
  /** Connections in a row that ended soon after Slack's greeting. */
  #youngEnds = 0;
  #wake: () => void = () => {};
  #keeping: Promise<void> | null = null;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#timing = { ...SOCKET_TIMING, ...options.timing };
  }

  /** How many can take requests now. */
  get open(): number {
    return this.#staying.length + this.#going.size;
  }

  /** Opens connections, and goes on until `stop`. */
  start(): void {
    this.#keeping ??= this.#keep();
  }

  /** Opens no more, answers what was taken, and closes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    const all = [...this.#staying.map(({ connection }) => connection), ...this.#going.keys()];
    await Promise.all(all.map((connection) => connection.leave(this.#timing.answerMs)));
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#staying.length >= WANTED) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else await this.#openNext(signal);
    }
  }

  async #openNext(signal: AbortSignal): Promise<void> {
    const { backoffMs } = this.#timing;
    const again = Math.min(Math.max(this.#failures, this.#youngEnds), backoffMs.length) - 1;
    await wait(again < 0 ? 0 : backoffMs[again], undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const handlers = {
      ready: (connection: Connection) => this.#ready(connection),
      request: this.#options.request,
      askedToGo: (connection: Connection, reason: string) => this.#askedToGo(connection, reason),
      closed: (connection: Connection) => this.#closed(connection),
      unknown: (what: string | null) => {
        this.#options.log.info(
          { what: what?.slice(0, 80) },
          'Slack sent something that Slipway does not know',
        );
      },
    };
    try {
      await Connection.open(await this.#options.address(), handlers, this.#timing, signal);
    } catch (error) {
      if (!signal.aborted) await this.#failed(error, signal);
    }
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    const { troubles, log } = this.#options;
    this.#failures += 1;
    const { says, todo, standing, waitMs } = openingTrouble(error);
    log.warn({ err: error, open: this.open }, 'a connection to Slack could not be opened');
    if (standing || this.open === 0) troubles.set(SOCKET_TROUBLE, { says, todo });
    if (waitMs > 0) await wait(waitMs, undefined, { signal }).catch(() => {});
  }

  #ready(connection: Connection): void {
    const held: Held = { connection, openedAt: performance.now(), early: null };
    this.#failures = 0;
    this.#staying.push(held);
    this.#planEarly(held);
    this.#options.troubles.clear(SOCKET_TROUBLE);
    this.#options.log.info({ open: this.open }, 'connected to Slack');
    const next = [...this.#going].find(([, { replaced }]) => !replaced);
    if (next) void this.#retire(next[0]);
  }

  /**
   * Two connections of about the same age would have to be replaced at the same time: the second one is replaced halfway
   * through its life.
   */
  #planEarly(held: Held): void {
    const { lifeMs } = held.connection;
    if (lifeMs === null) return;
    const isTwin = this.#staying.some(
      (other) => other !== held && other.early === null && held.openedAt - other.openedAt < lifeMs / 4,
    );
    if (!isTwin) return;
    held.early = setTimeout(() => this.#askedToGo(held.connection, 'early'), lifeMs / 2);
    held.early.unref();
  }

  #askedToGo(connection: Connection, reason: string): void {
    this.#options.log.info({ reason, open: this.open }, 'a connection to Slack is to be replaced');
    const known = this.#going.get(connection);
    // Slack repeats itself when the end is near.
    if (known?.replaced) void connection.leave(this.#timing.answerMs);
    if (known || !this.#release(connection)) return;
    this.#going.set(connection, { replaced: false });
    const { says, todo, standing } = troubleOf(reason);
    if (standing) this.#options.troubles.set(SOCKET_TROUBLE, { says, todo });
    this.#wake();
  }

  async #retire(connection: Connection): Promise<void> {
    this.#going.set(connection, { replaced: true });
    await wait(this.#timing.drainMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    await connection.leave(this.#timing.answerMs);
  }

  #closed(connection: Connection): void {
    const held = this.#release(connection);
    this.#going.delete(connection);
    const isYoung = held !== null && performance.now() - held.openedAt < this.#timing.youngMs;
    this.#youngEnds = isYoung ? this.#youngEnds + 1 : 0;
    if (this.#stopping.signal.aborted) return;
    const { troubles, log } = this.#options;
    if (held) log.warn({ open: this.open }, 'a connection to Slack was lost');
    if (this.open === 0 && !troubles.has(SOCKET_TROUBLE)) troubles.set(SOCKET_TROUBLE, lostTrouble());
    this.#wake();
  }

  /** Takes it from those that stay. null: it was not one of them. */
  #release(connection: Connection): Held | null {
    const at = this.#staying.findIndex((held) => held.connection === connection);
    const [held = null] = at < 0 ? [] : this.#staying.splice(at, 1);
    if (held?.early) clearTimeout(held.early);
    return held;
  }
}
