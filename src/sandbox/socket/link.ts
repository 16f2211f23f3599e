import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Acknowledged, SlackRequest } from '../delivery/delivery.ts';
import { fieldsOf, parseJson, textOf } from '../workspace/json.ts';

/** How often Slack pings. A bot that answered none of the last two is gone. */
const PING_MS = 10_000;

/** How long Slack waits for the bot to go before it closes the connection itself. */
const GOING_MS = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

const TOO_LATE: Acknowledged = { ok: false, error: 'operation_timeout', reason: 'timeout' };

/** One connection of the bot, as Slack sees it. */
export class Link {
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Acknowledged) => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  #isAskedToGo = false;
  #unansweredPings = 0;

  constructor(id: string, socket: WebSocket, closed: () => void) {
    this.id = id;
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#acknowledged(String(data)));
    socket.on('pong', () => {
      this.#unansweredPings = 0;
    });
    socket.on('close', () => {
      for (const timer of this.#timers) clearTimeout(timer);
      closed();
    });
    this.#timers.push(setInterval(() => this.#ping(), PING_MS));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether Slack chooses it for new requests while there are others. */
  get takesRequests(): boolean {
    return !this.#isAskedToGo && this.isOpen;
  }

  greet(connections: number, appId: string, lifeSeconds: number): void {
    this.#send({
      type: 'hello',
      num_connections: connections,
      debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: lifeSeconds },
      connection_info: { app_id: appId },
    });
  }

  /** Sends a request, and resolves with the bot's answer, or when it took too long. */
  request({ kind, payload, retry }: SlackRequest, withinMs: number): Promise<Acknowledged> {
    const envelopeId = randomUUID();
    this.#send({
      envelope_id: envelopeId,
      type: kind,
      payload,
      accepts_response_payload: kind !== 'events_api',
      ...(kind === 'events_api' ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' } : {}),
    });
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(TOO_LATE), withinMs);
      const done = (answer: Acknowledged) => {
        clearTimeout(timer);
        this.#waiting.delete(envelopeId);
        resolve(answer);
      };
      this.#waiting.set(envelopeId, done);
    });
  }

  /** Tells the bot to replace this connection, and closes it if the bot does not. A warning comes well before the end. */
  disconnect(reason: DisconnectReason): void {
    this.#send({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } });
    if (reason === 'warning') {
      this.#timers.push(setTimeout(() => this.disconnect('refresh_requested'), GOING_MS));
      return;
    }
    this.#isAskedToGo = true;
    if (reason === 'refresh_requested') this.#timers.push(setTimeout(() => this.close(), GOING_MS));
    else this.close();
  }

  /** Does `act` in so many milliseconds, unless the connection is closed before. */
  later(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** As when a cable is cut: without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #ping(): void {
    if (this.#unansweredPings >= 2) this.cut();
    this.#unansweredPings += 1;
    if (this.isOpen) this.#socket.ping();
  }

  #acknowledged(text: string): void {
    const { envelope_id, payload } = fieldsOf(parseJson(text));
    this.#waiting.get(textOf(envelope_id))?.({ ok: true, body: fieldsOf(payload) });
  }

  #send(message: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }
}
