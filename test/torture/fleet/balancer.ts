import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Choices } from '../acts/choices.ts';
import type { Timeline } from '../report/timeline.ts';
import type { Fleet, Member } from './fleet.ts';

/** A request as it came: bytes and headers, so that it can be sent again just so. */
export interface Raw {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

export interface Answered {
  status: number;
  text: string;
}

/** How many requests of Slack are kept to be sent again; they are good for five minutes. */
const KEPT = 80;

/** Slack gives up after three seconds, forges after ten. */
const PATIENCE_MS = 10_000;

const HEADERS = ['content-type', 'x-slack-request-timestamp', 'x-slack-signature'];

/** Stands before the bots as a load balancer does: who cannot be connected to is passed over. */
export class Balancer {
  /** Requests of Slack, newest last. */
  readonly recorded: (Raw & { at: number })[] = [];
  readonly #fleet: Fleet;
  readonly #timeline: Timeline;
  readonly #choices: Choices;
  readonly #server: Server;
  #turn = 0;

  constructor(fleet: Fleet, timeline: Timeline, choices: Choices) {
    this.#fleet = fleet;
    this.#timeline = timeline;
    this.#choices = choices;
    this.#server = createServer((request, response) => {
      void this.#fromSlack(request).then((answer) => {
        response.writeHead(answer?.status ?? 502).end(answer?.text ?? '');
      });
    });
  }

  /** Listens for Slack; its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/slack/events`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  /** null: nobody there, or the answer was lost with whoever should have given it. */
  async send(raw: Raw): Promise<Answered | null> {
    const doors = this.#fleet.doors();
    this.#turn += 1;
    for (let index = 0; index < doors.length; index += 1) {
      const door = doors[(index + this.#turn) % doors.length];
      const answer = door ? await sendTo(door, raw) : 'refused';
      if (answer !== 'refused') return answer;
    }
    return null;
  }

  async #fromSlack(request: IncomingMessage): Promise<Answered | null> {
    const twice = this.#choices.chance(0.1);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers = Object.fromEntries(HEADERS.map((name) => [name, String(request.headers[name] ?? '')]));
    const raw = { path: '/slack/events', headers, body: new Uint8Array(Buffer.concat(parts)) };
    this.recorded.push({ ...raw, at: Date.now() });
    if (this.recorded.length > KEPT) this.recorded.shift();
    const first = this.send(raw);
    if (twice) {
      this.#timeline.did('requests of Slack sent twice at once');
      void this.send(raw);
    }
    return await first;
  }
}

async function sendTo(door: Member, { path, headers, body }: Raw): Promise<Answered | 'refused' | null> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${door.url}${path}`, { method: 'POST', headers, body, signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return isRefused(error) ? 'refused' : null;
  }
}

/** Nothing was sent: nobody listens there. */
function isRefused(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && error.code === 'ECONNREFUSED') return true;
  return 'cause' in error && isRefused(error.cause);
}
