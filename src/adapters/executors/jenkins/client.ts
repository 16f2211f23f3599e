import type * as z from 'zod';
import type { JenkinsRun } from '../../../flow/settings/steps.ts';
import { jsonOf } from '../../forges/http/http.ts';
import { waitOf } from '../../forges/http/patience.ts';
import { type ExecutorOptions, exchange } from '../exchange.ts';
import { said } from '../said.ts';
import { Places } from './places.ts';

/** How long all requests of one call may take together, in milliseconds. */
const CALL_MS = 25_000;

/** What Jenkins did instead of what it was asked. */
export type Fault =
  /** It did not do it, and will not. `missing`: it knows nothing at this address, or does not show it. */
  | { kind: 'refused'; reason: string; missing: boolean }
  /** `undone`: it certainly did not do it. */
  | { kind: 'unknown'; reason: string; until: number | null; undone?: true };

/** What came of a request. */
export type Heard =
  | { kind: 'answer'; status: number; headers: Headers; text: string; location: string | null }
  | Fault;

export interface Asked {
  /** Between the address and the query: `/api/json`. */
  url: string;
  query?: Record<string, string>;
  /** Sent as a form. Absent: nothing is. */
  form?: Record<string, string>;
  /** The permissions that it takes, as Jenkins calls them. */
  takes: string;
}

/** Requests to one Jenkins, as one user. */
export class JenkinsClient {
  readonly places: Places;
  /** What no answer may contain. */
  readonly secrets: readonly string[];
  readonly #options: ExecutorOptions;
  readonly #user: string;
  readonly #authorization: string;

  constructor({ job, user, token }: Pick<JenkinsRun, 'job' | 'user' | 'token'>, options: ExecutorOptions) {
    const login = Buffer.from(`${user}:${token}`).toString('base64');
    this.places = new Places(job);
    this.secrets = [token, login];
    this.#options = options;
    this.#user = user;
    this.#authorization = `Basic ${login}`;
  }

  /** The requests of one call. */
  call(): JenkinsCall {
    const end = performance.now() + CALL_MS;
    return new JenkinsCall((method, asked) => this.#send(method, asked, end - performance.now()));
  }

  async #send(method: string, { url, query, form, takes }: Asked, leftMs: number): Promise<Heard> {
    const { now, timeoutMs } = this.#options;
    const { host } = this.places;
    if (leftMs <= 0)
      return { kind: 'unknown', reason: `${host} answers too slowly`, until: null, undone: true };
    const headers = {
      authorization: this.#authorization,
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const body = form === undefined ? null : new URLSearchParams(form).toString();
    const came = await exchange(
      { method, url: `${url}${search}`, headers, body },
      Math.min(timeoutMs, leftMs),
    );
    if (came.kind === 'none')
      return { kind: 'unknown', reason: came.reason, until: null, ...(came.unsent && { undone: true }) };
    const { status } = came;
    const wait = waitOf({ status, headers: came.headers, body: jsonOf(came.text) }, now());
    if (wait?.refused || (wait !== null && status >= 500)) {
      const until = wait.ms === 'soon' ? null : now() + wait.ms;
      const reason = `${host} answered ${status}: it wants to be left alone`;
      return { kind: 'unknown', reason, until, ...(wait.refused && { undone: true }) };
    }
    if (status < 400) return { ...came, location: came.headers.get('location') };
    if (status >= 500 || status === 408 || status === 425) {
      const why = status === 503 ? ': it is starting, or overloaded' : '';
      return { kind: 'unknown', reason: `${host} answered ${status}${why}`, until: null };
    }
    const words = said(came.headers.get('x-error') ?? '', this.secrets);
    const answered = `${host} answered ${status}${words === '' ? '' : ` ("${words}")`}`;
    const reason = `${answered}: ${this.#whatToDo(status, came.headers, came.text, takes)}`;
    return { kind: 'refused', reason, missing: status === 404 || status === 410 };
  }

  #whatToDo(status: number, headers: Headers, text: string, takes: string): string {
    switch (status) {
      case 401:
        return `it does not accept the user ${this.#user} with this API token; give it a new one ("Security" in the settings of the user)`;
      case 403:
        // The page of this refusal has no other mark than its text.
        if (/\bcrumb\b/i.test(text))
          return `it wants a crumb, which it does of passwords and not of API tokens; give it an API token of ${this.#user}`;
        return `the user ${this.#user} needs the permission ${permissionOf(headers) ?? takes}`;
      case 404:
      case 410:
        return `there is no such job, or the user ${this.#user} may not see it (Job/Read)`;
      case 405:
        return 'see whether the address of the job is right';
      case 409:
        return 'the job is disabled; enable it';
      default:
        return 'see whether the job takes these parameters';
    }
  }
}

/** The requests of one call, which together take no longer than one may. */
export class JenkinsCall {
  readonly #send: (method: string, asked: Asked) => Promise<Heard>;

  constructor(send: (method: string, asked: Asked) => Promise<Heard>) {
    this.#send = send;
  }

  async get(asked: Asked): Promise<Heard> {
    return await this.#send('GET', asked);
  }

  /** The headers alone. */
  async head(asked: Asked): Promise<Heard> {
    return await this.#send('HEAD', asked);
  }

  async post(asked: Asked): Promise<Heard> {
    return await this.#send('POST', asked);
  }

  /** A document of Jenkins. `tree`: the fields that are wanted of it. */
  async read<S extends z.ZodType>(
    { url, tree, takes }: { url: string; tree: string; takes: string },
    schema: S,
  ): Promise<{ kind: 'read'; data: z.infer<S> } | Fault> {
    const heard = await this.#send('GET', { url: `${url}/api/json`, query: { tree }, takes });
    if (heard.kind !== 'answer') return heard;
    const read = schema.safeParse(jsonOf(heard.text));
    if (read.success) return { kind: 'read', data: read.data };
    return heard.status < 300
      ? {
          kind: 'unknown',
          reason: `${new URL(url).host} answered with something else than its API does`,
          until: null,
        }
      : sentElsewhere(url, heard.location);
  }
}

/** What asks for a login answers a request like that. */
export function sentElsewhere(url: string, location: string | null): Fault {
  const to = location === null ? null : URL.parse(location, url);
  const where = to === null ? 'elsewhere' : to.origin === new URL(url).origin ? to.pathname : to.host;
  const reason = `${new URL(url).host} sent the request to ${where}, as for a login: whatever asks for one in front of Jenkins must let API tokens pass`;
  return { kind: 'unknown', reason, until: null };
}

/** `hudson.model.Item.Build` is what people know as Job/Build. */
function permissionOf(headers: Headers): string | null {
  const [, name] = /^hudson\.model\.Item\.(\w+)$/.exec(headers.get('x-required-permission') ?? '') ?? [];
  return name === undefined ? null : `Job/${name}`;
}
