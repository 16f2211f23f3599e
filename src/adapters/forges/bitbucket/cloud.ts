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
import { orNull, orUnsaid, WHO } from '../http/probe.ts';
import { Rest } from '../http/rest.ts';
import { linksOf } from '../links.ts';
import { headersOf } from './login.ts';
import { BitbucketProject } from './project.ts';
import { buildStatus, buildStatusOf, checkOf, stillMeant } from './statuses.ts';

const statuses = z.object({ values: z.array(buildStatus), next: z.string().nullish() });
const user = z.object({ display_name: z.string().nullish() });
const pullRequests = z.object({
  // Absent while Bitbucket still looks for them.
  values: z
    .array(
      z.object({
        id: z.number(),
        title: z.string(),
        state: z.string().nullish(),
        links: z.object({ html: z.object({ href: z.string() }) }),
      }),
    )
    .nullish(),
});
/** What a token lacks. */
const privileges = z.object({
  error: z.object({ detail: z.object({ required: z.array(z.string()).min(1) }) }),
});

/** Bitbucket in its cloud. null: without a login. */
export function openBitbucketCloud(options: ForgeOptions, login: TokenAccess | null): Forge {
  const http = new ForgeHttp({ ...options, forge: options.name, readRefusal });
  const rest = new Rest(http, options.api, headersOf(login));
  const { origin } = new URL(options.api);
  const web = origin === 'https://api.bitbucket.org' ? 'https://bitbucket.org' : origin;
  return {
    name: options.name,
    async account() {
      // Tokens of repositories and workspaces are nobody's.
      if (login !== null) return (await orUnsaid(rest.get(WHO, '/user', user)))?.display_name ?? null;
      await rest.get(WHO, '/hook_events', z.unknown());
      return null;
    },
    project: (path) => new CloudProject(rest, path, login, linksOf('bitbucketCloud', web, path)),
  };
}

function readRefusal(status: number, _headers: Headers, body: unknown): Refusal | null {
  const lacking = privileges.safeParse(body).data;
  if (status !== 403 || lacking === undefined) return null;
  return { how: 'scope', scope: lacking.error.detail.required.join(', ') };
}

class CloudProject extends BitbucketProject {
  override readonly links: ForgeProjectLinks;
  readonly #rest: Rest;
  readonly #path: string;
  /** The path of the project in the API. */
  readonly #at: string;

  constructor(rest: Rest, path: string, login: TokenAccess | null, links: ForgeProjectLinks) {
    super(login);
    this.#rest = rest;
    this.#path = path;
    this.#at = `/repositories/${path.split('/').map(encodeURIComponent).join('/')}`;
    this.links = links;
  }

  override async checks({ sha }: Pick<ForgeCommit, 'sha'>): Promise<Check[]> {
    return await this.#rest.list(
      `for the build statuses of a commit of ${this.#path}`,
      `${this.#at}/commit/${sha}/statuses`,
      { pagelen: 100 },
      statuses,
      ({ values, next }) => ({ items: values.map(checkOf), next: next ?? null }),
    );
  }

  override async reportStatus({ sha }: ForgeCommit, status: CommitStatus): Promise<void> {
    await this.#rest.send(
      `to keep a build status of ${this.#path}`,
      'POST',
      `${this.#at}/commit/${sha}/statuses/build`,
      buildStatusOf(status, { page: this.links.commit(sha), stopped: 'STOPPED' }),
      z.unknown(),
    );
  }

  override async pullRequests(sha: string): Promise<PullRequest[]> {
    // Where nobody has switched on that commits are linked to pull requests, there is no such list.
    const found = await orNull(
      this.#rest.get(
        `for pull requests of ${this.#path}`,
        `${this.#at}/commit/${sha}/pullrequests`,
        pullRequests,
        { pagelen: 50 },
      ),
    );
    return stillMeant(found?.values ?? []).map(({ id, title, links }) => ({
      number: id,
      title,
      url: links.html.href,
    }));
  }

  protected override async look(): Promise<unknown> {
    return await this.#rest.get(`for ${this.#path}`, this.#at, z.unknown());
  }

  protected override async lookAtPullRequests(): Promise<unknown> {
    return await this.#rest.get(
      `for pull requests of ${this.#path}`,
      `${this.#at}/pullrequests`,
      z.unknown(),
      { pagelen: 1 },
    );
  }
}
