import WebSocket from 'ws';
import { type Envelope, type Frame, readFrame } from './frames.ts';

/** In bytes, as for bodies of requests; a larger message would end the connection. */
const MOST_BYTES = 1024 * 1024;

/** How long Slack may take to answer a close, in milliseconds. */
const CLOSE_MS = 1_000;

/** Pings without an answer, after which a connection counts as dead. */
const PINGS_LOST = 3;

/** Slack did not make a connection ready. `reason`: as Slack named it; null: it said nothing. */
export class ConnectionRefused extends Error {
  readonly reason: string | null;

  constructor(reason: string | null, options?: ErrorOptions) {
    super(reason === null ? 'Slack did not make the connection ready' : `Slack said ${reason}`, options);
    this.name = 'ConnectionRefused';
    this.reason = reason;
  }
}

/** Sends the answer to one envelope. Rejects when the connection can no longer carry it. */
export type Acknowledge = (body?: object | string) => Promise<void>;

export interface ConnectionHandlers {
  /** Slack has greeted. Called before anything else comes in. */
  ready(connection: Connection): void;
  request(envelope: Envelope, acknowledge: Acknowledge): void;
  /** Slack is about to close this connection. */
  askedToGo(connection: Connection, reason: string): void;
  /** The connection is closed, whoever closed it. */
  closed(connection: Connection): void;
  /** Slack sent something that Slipway does not know. */
  unknown(what: string | null): void;
}

export interface ConnectionTiming {
  /** How long Slack may take to make a connection ready. */
  readyMs: number;
  pingMs: number;
}

/** One connection of Socket Mode, from Slack's greeting to its end. */
export class Connection {
  /** How long Slack expects to keep it, in milliseconds; null: not said. */
  readonly lifeMs: number | null;
  readonly #socket: WebSocket;
  readonly #handlers: ConnectionHandlers;
  readonly #beat: NodeJS.Timeout;
  /** Envelopes without an answer. */
  readonly #unanswered = new Set<string>();
  #pingsLost = 0;
  #leaving: Promise<void> | null = null;
  #answered: () => void = () => {};
  /** Whether requests that still come in are taken; false: none could be answered any more. */
  #takes = true;

  private constructor(
    socket: WebSocket,
    lifeMs: number | null,
    handlers: ConnectionHandlers,
    { pingMs }: ConnectionTiming,
  ) {
    this.lifeMs = lifeMs;
    this.#socket = socket;
    this.#handlers = handlers;
    const alive = () => {
      this.#pingsLost = 0;
    };
    socket.on('pong', alive);
    socket.on('ping', alive);
    socket.on('message', (data, isBinary) => {
      alive();
      if (!isBinary) this.#receive(readFrame(String(data)));
    });
    socket.on('close', () => {
      clearInterval(this.#beat);
      this.#takes = false;
      this.#answered();
      handlers.closed(this);
    });
    // Counts pings and not time: a process that was frozen first reads what waits for it.
    this.#beat = setInterval(() => {
      if (this.#pingsLost >= PINGS_LOST) socket.terminate();
      this.#pingsLost += 1;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, pingMs);
  }

  /** Connects. Resolves when Slack has greeted. Throws `ConnectionRefused`. */
  static async open(
    url: string,
    handlers: ConnectionHandlers,
    timing: ConnectionTiming,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      handshakeTimeout: timing.readyMs,
      maxPayload: MOST_BYTES,
      perMessageDeflate: false,
    });
    // Errors are followed by a close, which says all that is needed afterwards.
    socket.on('error', () => {});
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(abort, timing.readyMs);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', (cause) => reject(new ConnectionRefused(null, { cause })));
        socket.once('close', () => reject(new ConnectionRefused(null)));
        socket.once('message', (data) => {
          const first = readFrame(String(data));
          if (first.kind === 'hello') {
            handlers.ready(new Connection(socket, first.lifeMs, handlers, timing));
            resolve();
          } else reject(new ConnectionRefused(first.kind === 'disconnect' ? first.reason : null));
        });
      });
    } catch (error) {
      socket.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  #receive(frame: Frame): void {
    switch (frame.kind) {
      case 'hello':
        return;
      case 'disconnect':
        this.#handlers.askedToGo(this, frame.reason);
        return;
      case 'request':
        this.#take(frame.envelope);
        return;
      case 'unknown':
        this.#handlers.unknown(frame.what);
        return;
      default:
        frame satisfies never;
    }
  }

  /** A request that cannot be answered is not taken: its sender sees that nothing happened. */
  #take(envelope: Envelope): void {
    if (!this.#takes) return;
    const { id } = envelope;
    this.#unanswered.add(id);
    this.#handlers.request(envelope, async (body) => {
      if (!this.#unanswered.delete(id)) return;
      const payload = typeof body === 'string' ? { text: body } : body;
      const answer = { envelope_id: id, ...(payload === undefined ? {} : { payload }) };
      try {
        await new Promise<void>((resolve, reject) => {
          this.#socket.send(JSON.stringify(answer), (error) => (error ? reject(error) : resolve()));
        });
      } finally {
        if (this.#unanswered.size === 0) this.#answered();
      }
    });
  }

  /** Answers what it has taken, for `withinMs` milliseconds at most, then closes. Resolves when it is closed. */
  leave(withinMs: number): Promise<void> {
    this.#leaving ??= this.#leave(withinMs);
    return this.#leaving;
  }

  async #leave(withinMs: number): Promise<void> {
    const socket = this.#socket;
    if (this.#unanswered.size > 0 && socket.readyState === WebSocket.OPEN) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#answered = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#takes = false;
    if (socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // Slack answers a close, but may leave the line open.
    const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
    socket.close(1000);
    await closed;
    clearTimeout(timer);
  }
}
