import * as z from 'zod';
import type { Check } from '../../../domain/checks/checks.ts';
import type {
  CommitStatus,
  Forge,
  ForgeCommit,
  ForgeProjectLinks,
  PullRequest,
  Refusal,
} from '../../../ports/forge.ts';
import { ForgeHttp } from '../http/http.ts';
import type { ForgeOptions, TokenAccess } from '../http/options.ts';
import { WHO } from '../http/probe.ts';
import { Rest } from '../http/rest.ts';
import { linksOf } from '../links.ts';
import { headersOf } from './login.ts';
import { BitbucketProject } from './project.ts';
import { buildStatus, buildStatusOf, checkOf, stillMeant } from './statuses.ts';

const statuses = z.object({
  values: z.array(buildStatus),
  isLastPage: z.boolean(),
  nextPageStart: z.number().nullish(),
});
const pullRequests = z.object({
  values: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      state: z.string().nullish(),
      links: z.object({ self: z.array(z.object({ href: z.string() })) }),
    }),
  ),
});
const failure = z.object({ errors: z.array(z.object({ exceptionName: z.string().nullish() })) });

/** Bitbucket in a company. `api`: up to `/rest`. null: without a login. */
export function openBitbucketDataCenter(options: ForgeOptions, login: TokenAccess | null): Forge {
  const http = new ForgeHttp({ ...options, forge: options.name, readRefusal });
  const rest = new Rest(http, options.api, headersOf(login));
  const web = options.api.replace(/\/rest$/, '');
  return {
    name: options.name,
    async account() {
      const { headers } = await rest.look(WHO, '/api/latest/application-properties');
      return headers.get('x-ausername');
    },
    project: (path) =>
      new DataCenterProject(rest, options.api, path, login, linksOf('bitbucketDataCenter', web, path)),
  };
}

/** Whoever is known and may not do something is answered with 401, as is whoever is not known. */
function readRefusal(status: number, _headers: Headers, body: unknown): Refusal | null {
  if (status !== 401) return null;
  const names = failure.safeParse(body).data?.errors.map(({ exceptionName }) => exceptionName) ?? [];
  return names.some((name) => name?.endsWith('.AuthorisationException'))
    ? { how: 'scope', scope: null }
    : null;
}

class DataCenterProject extends BitbucketProject {
  override readonly links: ForgeProjectLinks;
  readonly #rest: Rest;
  readonly #api: string;
  readonly #path: string;
  /** The path of the project in the API. */
  readonly #at: string;

  constructor(rest: Rest, api: string, path: string, login: TokenAccess | null, links: ForgeProjectLinks) {
    super(login);
    this.#rest = rest;
    this.#api = api;
    this.#path = path;
    const [project = '', repository = ''] = path.split('/').map(encodeURIComponent);
    this.#at = `/api/latest/projects/${project}/repos/${repository}`;
    this.links = links;
  }

  /** Only build statuses by themselves can be listed; they belong to the commit, in whichever repository it is. */
  override async checks({ sha }: Pick<ForgeCommit, 'sha'>): Promise<Check[]> {
    const path = `/build-status/latest/commits/${sha}`;
    return await this.#rest.list(
      `for the build statuses of a commit of ${this.#path}`,
      path,
      { limit: 100 },
      statuses,
      ({ values, isLastPage, nextPageStart = null }) => ({
        items: values.map(checkOf),
        next:
          isLastPage || nextPageStart === null
            ? null
            : `${this.#api}${path}?limit=100&start=${nextPageStart}`,
      }),
    );
  }

  override async reportStatus({ sha, ref }: ForgeCommit, status: CommitStatus): Promise<void> {
    await this.#rest.send(
      `to keep a build status of ${this.#path}`,
      'POST',
      `${this.#at}/commits/${sha}/builds`,
      {
        ...buildStatusOf(status, { page: this.links.commit(sha), stopped: 'CANCELLED' }),
        ...(ref && { ref: `refs/${ref.tag ? 'tags' : 'heads'}/${ref.name}` }),
      },
      z.unknown(),
    );
  }

  override async pullRequests(sha: string): Promise<PullRequest[]> {
    const { values } = await this.#rest.get(
      `for pull requests of ${this.#path}`,
      `${this.#at}/commits/${sha}/pull-requests`,
      pullRequests,
      { limit: 100 },
    );
    return stillMeant(values).map(({ id, title, links }) => ({
      number: id,
      title,
      url: links.self[0]?.href ?? this.links.pullRequest(id),
    }));
  }

  protected override async look(): Promise<unknown> {
    return await this.#rest.get(`for ${this.#path}`, this.#at, z.unknown());
  }

  protected override async lookAtPullRequests(): Promise<unknown> {
    return await this.#rest.get(
      `for pull requests of ${this.#path}`,
      `${this.#at}/pull-requests`,
      z.unknown(),
      { limit: 1 },
    );
  }
}
