import { request } from '@octokit/request';
import { LRUCache } from 'lru-cache';
import type * as z from 'zod';
import { ForgeError } from '../../../ports/forge.ts';
import type { ForgeHttp, HttpRequest } from '../http/http.ts';
import { nextLink, type Page, pagesOf, parsed } from '../http/rest.ts';
import type { Access } from './access.ts';
import { forgeErrorOf, octokitRequest, VERSION } from './octokit.ts';

/** An answer as it came. */
export interface GitHubAnswer {
  status: number;
  data: unknown;
  headers: Headers;
}

/** One GitHub, with one login. */
export interface GitHubAccount {
  http: ForgeHttp;
  /** The address of its API. */
  api: string;
  access: Access;
  /** The tokens that were sent lately. An App has a new one each hour. */
  sent: LRUCache<string, true>;
}

/** Tokens of an account that answers may still repeat. */
const SENT_MAX = 100;

export function githubAccount(account: Omit<GitHubAccount, 'sent'>): GitHubAccount {
  return { ...account, sent: new LRUCache({ max: SENT_MAX }) };
}

/** Calls about one project. Every method throws `ForgeError`. */
export class GitHubApi {
  readonly #account: GitHubAccount;
  readonly #until: AbortSignal | undefined;
  readonly project: string;

  constructor(account: GitHubAccount, project: string, until?: AbortSignal) {
    this.#account = account;
    this.#until = until;
    this.project = project;
  }

  /** The same, but nothing is asked or awaited once `signal` is aborted: it counts as no answer. */
  until(signal: AbortSignal): GitHubApi {
    const until = this.#until === undefined ? signal : AbortSignal.any([this.#until, signal]);
    return new GitHubApi(this.#account, this.project, until);
  }

  /** What answers may repeat, and nobody may see. */
  get secrets(): string[] {
    return [...this.#account.sent.keys()];
  }

  /** `route` as GitHub documents it, with `{owner}` and `{repo}`, which are the project's. */
  async call<S extends z.ZodType>(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
    schema: S,
  ): Promise<z.infer<S>> {
    return this.parsed(asked, schema, (await this.look(asked, route, parameters)).data);
  }

  parsed<S extends z.ZodType>(asked: string, schema: S, data: unknown): z.infer<S> {
    return parsed(this.#account.http, asked, schema, data);
  }

  /** Reads a list to its end. */
  async list<S extends z.ZodType, T>(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
    schema: S,
    items: (data: z.infer<S>) => readonly T[],
  ): Promise<T[]> {
    const { http, api } = this.#account;
    return await pagesOf(http, asked, api, async (next): Promise<Page<T>> => {
      const { data, headers } =
        next === null
          ? await this.look(asked, route, { ...parameters, per_page: 100 })
          : await this.#send(asked, `GET ${next}`, {});
      return { items: items(this.parsed(asked, schema, data)), next: nextLink(headers) };
    });
  }

  /** The answer as it came. */
  async look(asked: string, route: string, parameters: Record<string, unknown>): Promise<GitHubAnswer> {
    return await this.#send(asked, route, this.#named(parameters));
  }

  /** Where else GitHub keeps what is asked for; whoever knows the address needs no login. null: it does not say. */
  async elsewhere(asked: string, route: string, parameters: Record<string, unknown>): Promise<URL | null> {
    const { headers } = await this.#send(asked, route, this.#named(parameters), { handsOn: true });
    const location = headers.get('location');
    return location === null ? null : URL.parse(location, this.#account.api);
  }

  #named(parameters: Record<string, unknown>): Record<string, unknown> {
    const [owner = '', repo = ''] = this.project.split('/');
    return { owner, repo, ...parameters };
  }

  async #send(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
    how: Pick<HttpRequest, 'handsOn'> = {},
  ): Promise<GitHubAnswer> {
    const until = this.#until;
    if (until === undefined) return await this.#request(asked, route, parameters, how);
    const { http } = this.#account;
    const late = () => http.error(asked, { kind: 'unreachable', how: 'silence' });
    if (until.aborted) throw late().beforeSending();
    // Also a token may take its time.
    return await new Promise((resolve, reject) => {
      const give = () => reject(late());
      until.addEventListener('abort', give, { once: true });
      this.#request(asked, route, parameters, { ...how, signal: until })
        .then(resolve, reject)
        .finally(() => until.removeEventListener('abort', give));
    });
  }

  /** Octokit puts what the route does not name into the query or the body. */
  async #request(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
    how: Pick<HttpRequest, 'handsOn' | 'signal'>,
  ): Promise<GitHubAnswer> {
    const { http, api, access, sent } = this.#account;
    const token = await access.token(this.project).catch((error: unknown) => {
      throw error instanceof ForgeError ? error.beforeSending() : error;
    });
    if (token !== null) sent.set(token.token, true);
    try {
      const { status, data, headers } = await request(route, {
        baseUrl: api,
        ...parameters,
        headers: {
          'x-github-api-version': VERSION,
          ...(token === null ? {} : { authorization: `token ${token.token}` }),
        },
        request: octokitRequest(http, asked, how),
      });
      return { status, data, headers: new Headers(Object.entries(headers).map(([n, v]) => [n, String(v)])) };
    } catch (error) {
      const failure = forgeErrorOf(error);
      if (failure === null) throw error;
      const { fault } = failure;
      if (fault.kind === 'refused' && fault.why.how === 'credentials') access.renew(this.project);
      throw failure;
    }
  }
}
