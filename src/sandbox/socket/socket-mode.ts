import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Acknowledged, Delivery, SlackRequest } from '../delivery/delivery.ts';
import { type DisconnectReason, Link } from './link.ts';

/** Slack allows an app so many connections at a time. */
const MOST_LINKS = 10;

/** The address of a connection works once, and not for long. */
const TICKET_MS = 30_000;

/** Slack keeps a connection for about five hours. */
const LIFE_MS = 18_060_000;

/** Slack warns so long before it refreshes a connection. */
const WARNING_MS = 10_000;

const NOBODY: Acknowledged = { ok: false, error: 'dispatch_failed', reason: 'connection_failed' };

export interface SocketModeOptions {
  appToken: string;
  appId: string;
  acknowledgeMs: number;
  now: () => number;
  /** How long Slack keeps a connection, in milliseconds. Default about five hours. */
  lifeMs?: number;
}

/** Slack's side of Socket Mode: the bot connects, and any of its connections gets each request. */
export class SocketMode implements Delivery {
  /** The only token that opens connections. */
  readonly appToken: string;
  readonly #options: SocketModeOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #tickets = new Map<string, number>();
  /** Oldest first. */
  readonly #links: Link[] = [];
  #next = 0;
  #opened = 0;
  #isOn = true;

  constructor(options: SocketModeOptions) {
    this.appToken = options.appToken;
    this.#options = options;
  }

  /** The connections of the bot, oldest first. */
  get links(): readonly Link[] {
    return this.#links;
  }

  /** Those that were not asked to go. */
  get taking(): readonly Link[] {
    return this.#links.filter(({ takesRequests }) => takesRequests);
  }

  /** How many connections there have been. */
  get opened(): number {
    return this.#opened;
  }

  /** Path and query of a connection's address. */
  ticket(): string {
    const ticket = randomUUID();
    this.#tickets.set(ticket, this.#options.now());
    return `/link/?ticket=${ticket}&app_id=${this.#options.appId}`;
  }

  /** Takes connections to the HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://sandbox');
      const ticket = searchParams.get('ticket') ?? '';
      const issuedAt = this.#tickets.get(ticket);
      this.#tickets.delete(ticket);
      if (pathname !== '/link/' || issuedAt === undefined || this.#options.now() - issuedAt > TICKET_MS) {
        socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        const link: Link = new Link(randomUUID(), webSocket, () => {
          const at = this.#links.indexOf(link);
          if (at >= 0) this.#links.splice(at, 1);
        });
        this.#welcome(link);
      });
    });
  }

  #welcome(link: Link): void {
    const refusal = this.#refusal();
    if (refusal !== null) {
      link.disconnect(refusal);
      return;
    }
    const { lifeMs = LIFE_MS, appId } = this.#options;
    this.#links.push(link);
    this.#opened += 1;
    link.greet(this.#links.length, appId, lifeMs / 1000);
    const warnsFirst = lifeMs > WARNING_MS;
    link.later(warnsFirst ? lifeMs - WARNING_MS : lifeMs, () =>
      link.disconnect(warnsFirst ? 'warning' : 'refresh_requested'),
    );
  }

  #refusal(): DisconnectReason | null {
    if (!this.#isOn) return 'link_disabled';
    return this.#links.length >= MOST_LINKS ? 'too_many_websockets' : null;
  }

  async deliver(request: SlackRequest): Promise<Acknowledged> {
    // Those that were asked to go get requests while there is no other.
    const links = this.taking.length > 0 ? this.taking : this.#links.filter(({ isOpen }) => isOpen);
    this.#next += 1;
    const link = links[this.#next % links.length];
    return link?.request(request, this.#options.acknowledgeMs) ?? NOBODY;
  }

  /** Asks the bot to replace its connections: all of them, or only the oldest ones. */
  disconnect(reason: DisconnectReason, howMany = this.#links.length): void {
    for (const link of this.#links.slice(0, howMany)) link.disconnect(reason);
  }

  /** Switches Socket Mode on or off, as on the app's page. */
  turn(on: boolean): void {
    this.#isOn = on;
    if (!on) this.disconnect('link_disabled');
  }

  close(): void {
    for (const link of [...this.#links]) link.cut();
  }
}
