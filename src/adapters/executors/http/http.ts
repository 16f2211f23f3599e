import { randomUUID } from 'node:crypto';
import type { RemoteRun } from '../../../domain/documents/values/remote.ts';
import { releaseName } from '../../../domain/ids.ts';
import type { HttpRun } from '../../../flow/settings/steps.ts';
import type { Cancel, Executor, RemoteAttempt, Seen } from '../../../ports/executor.ts';
import { secretsIn, standardHeaders } from '../../standard-webhooks.ts';
import { type ExecutorOptions, exchange } from '../exchange.ts';
import { tail } from '../said.ts';
import { type Answer, type Heard, hear, outcomeOf } from './answers.ts';

/** Addresses that a server names are stored, so long ones are not taken. */
const LOCATION_MAX = 1_000;

/** Statuses by which a server tells the state of an attempt that it was asked to carry out, and of one that it was asked about. */
const POSTED = [200, 202, 409];
const GOT = [200, 202];

/**
 * A server that speaks Slipway's protocol (docs/deploys.md). An attempt is asked for by its id, which begins it only once. A run is
 * known by the address that the server named for it, at its own origin; else by the id of the attempt, with which it is asked again.
 */
export function openHttpExecutor(target: HttpRun, options: ExecutorOptions): Executor {
  const server = new DeployServer(target, options);
  return {
    async start(attempt) {
      const heard = await server.post(attempt);
      if (heard.kind !== 'refused') return server.seen(attempt, heard, null);
      const outcome = { kind: 'errored', reason: heard.reason, ran: false } as const;
      return { kind: 'ended', run: null, outcome };
    },
    // A refusal of the second request does not say what became of the first one.
    find: async (attempt) => server.seen(attempt, await server.post(attempt), null),
    async look(attempt, run) {
      const heard = await server.ask(attempt, run);
      if (heard.kind === 'refused' && heard.gone && server.hasAddress(run)) return { kind: 'notFound' };
      return server.seen(attempt, heard, run);
    },
    cancel: (_attempt, run) => server.cancel(run),
    async log(attempt, run) {
      // Without an address, the server would be asked to carry out an attempt that it may have forgotten since.
      if (!server.hasAddress(run)) return null;
      const heard = await server.ask(attempt, run);
      return heard.kind === 'state' ? server.logOf(heard.answer) : null;
    },
  };
}

class DeployServer {
  readonly #url: URL;
  readonly #secret: string;
  readonly #options: ExecutorOptions;

  constructor({ url, secret }: HttpRun, options: ExecutorOptions) {
    this.#url = new URL(url);
    this.#secret = secret;
    this.#options = options;
  }

  /** Asks for an attempt, or about it: a server that knows it says how it is. */
  async post(attempt: RemoteAttempt): Promise<Heard> {
    const { key, release, step, product, environment, commit, ref, previous, kind } = attempt;
    const body = JSON.stringify({
      attempt: key,
      product,
      environment,
      commit,
      ref,
      previous,
      release: releaseName(environment, release),
      kind,
      step,
    });
    return await this.#hear('POST', this.#url.href, key, body, POSTED);
  }

  async ask(attempt: RemoteAttempt, run: RemoteRun): Promise<Heard> {
    // Another server than the one that named the address would begin the attempt.
    if (!this.hasAddress(run) && run.id !== attempt.key) {
      const reason = `it was begun at another server than ${this.#url.host}`;
      return { kind: 'unknown', reason, until: null };
    }
    if (!this.hasAddress(run)) return await this.post(attempt);
    return await this.#hear('GET', run.id, newId(), '', GOT);
  }

  async cancel(run: RemoteRun): Promise<Cancel> {
    const { host } = this.#url;
    if (!this.hasAddress(run)) {
      const reason = `${host} named no address of its own (Location) where this can be ended: end it there`;
      return { kind: 'impossible', reason };
    }
    const heard = await this.#hear('DELETE', run.id, newId(), '', []);
    switch (heard.kind) {
      case 'state':
      case 'done':
        return { kind: 'asked' };
      case 'refused':
        return { kind: 'impossible', reason: `${heard.reason}: end it there` };
      case 'unknown':
        return { kind: 'unknown', reason: heard.reason, until: heard.until };
      default:
        return heard satisfies never;
    }
  }

  /** A run that the server named an address for. Others are known by the id of their attempt. */
  hasAddress(run: RemoteRun): boolean {
    return URL.canParse(run.id) && new URL(run.id).origin === this.#url.origin;
  }

  /** What is known after an answer. `known`: the run, if it has one already. */
  seen({ key }: RemoteAttempt, heard: Heard, known: RemoteRun | null): Seen {
    switch (heard.kind) {
      case 'state': {
        const { answer, location } = heard;
        const id = known !== null && this.hasAddress(known) ? known.id : (this.#address(location) ?? key);
        const run: RemoteRun = { id, url: answer.url ?? known?.url ?? null };
        const outcome = outcomeOf(answer);
        if (outcome !== null) return { kind: 'ended', run, outcome };
        return { kind: 'running', run, waits: null, lastLine: answer.lastLine };
      }
      case 'done':
      case 'refused':
        return { kind: 'unknown', reason: heard.reason, until: null };
      case 'unknown':
        return heard;
      default:
        return heard satisfies never;
    }
  }

  logOf({ log }: Answer): string | null {
    return log === null ? null : tail(log, secretsIn(this.#secret));
  }

  /** The address that a server names, if our signature may go there: at the origin that it was configured with. */
  #address(location: string | null): string | null {
    if (location === null || !URL.canParse(location, this.#url.href)) return null;
    const { origin, pathname, search } = new URL(location, this.#url);
    const address = `${origin}${pathname}${search}`;
    return origin === this.#url.origin && address.length <= LOCATION_MAX ? address : null;
  }

  async #hear(
    method: string,
    url: string,
    id: string,
    body: string,
    told: readonly number[],
  ): Promise<Heard> {
    const { now, timeoutMs } = this.#options;
    const headers = {
      ...standardHeaders(this.#secret, id, body, now()),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    };
    const came = await exchange({ method, url, headers, body: method === 'POST' ? body : null }, timeoutMs);
    if (came.kind === 'none') return { kind: 'unknown', reason: came.reason, until: null };
    return hear(came, { host: this.#url.host, secrets: secretsIn(this.#secret), now: now(), told });
  }
}

function newId(): string {
  return `msg_${randomUUID()}`;
}
