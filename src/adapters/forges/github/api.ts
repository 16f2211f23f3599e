import { request } from '@octokit/request';
import type * as z from 'zod';
import type { ForgeHttp } from '../http/http.ts';
import { nextLink, type Page, pagesOf, parsed } from '../http/rest.ts';
import type { Access } from './access.ts';
import { forgeErrorOf, octokitRequest, VERSION } from './octokit.ts';

/** Calls about one project. Every method throws `ForgeError`. */
export class GitHubApi {
  readonly #http: ForgeHttp;
  readonly #api: string;
  readonly #access: Access;
  readonly project: string;

  constructor(http: ForgeHttp, api: string, access: Access, project: string) {
    this.#http = http;
    this.#api = api;
    this.#access = access;
    this.project = project;
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
    return parsed(this.#http, asked, schema, data);
  }

  /** Reads a list to its end. */
  async list<S extends z.ZodType, T>(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
    schema: S,
    items: (data: z.infer<S>) => readonly T[],
  ): Promise<T[]> {
    return await pagesOf(this.#http, asked, this.#api, async (next): Promise<Page<T>> => {
      const { data, headers } =
        next === null
          ? await this.look(asked, route, { ...parameters, per_page: 100 })
          : await this.#send(asked, `GET ${next}`, {});
      return { items: items(this.parsed(asked, schema, data)), next: nextLink(headers) };
    });
  }

  /** The answer as it came. */
  async look(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
  ): Promise<{ data: unknown; headers: Headers }> {
    const [owner = '', repo = ''] = this.project.split('/');
    return await this.#send(asked, route, { owner, repo, ...parameters });
  }

  /** Octokit puts what the route does not name into the query or the body. */
  async #send(
    asked: string,
    route: string,
    parameters: Record<string, unknown>,
  ): Promise<{ data: unknown; headers: Headers }> {
    const token = await this.#access.token(this.project);
    try {
      const { data, headers } = await request(route, {
        baseUrl: this.#api,
        ...parameters,
        headers: {
          'x-github-api-version': VERSION,
          ...(token === null ? {} : { authorization: `token ${token.token}` }),
        },
        request: octokitRequest(this.#http, asked),
      });
      return { data, headers: new Headers(Object.entries(headers).map(([n, v]) => [n, String(v)])) };
    } catch (error) {
      const failure = forgeErrorOf(error);
      if (failure === null) throw error;
      const { fault } = failure;
      if (fault.kind === 'refused' && fault.why.how === 'credentials') this.#access.renew(this.project);
      throw failure;
    }
  }
}
