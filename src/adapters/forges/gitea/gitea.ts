import * as z from 'zod';
import type { Check, CheckState } from '../../../domain/checks/checks.ts';
import type { CommitState } from '../../../domain/documents/values/report.ts';
import type {
  CloneLogin,
  CommitStatus,
  Forge,
  ForgeCommit,
  ForgeProject,
  ForgeProjectLinks,
  ForgeUse,
  Lack,
  PullRequest,
  Rerun,
} from '../../../ports/forge.ts';
import { ForgeHttp } from '../http/http.ts';
import type { ForgeOptions } from '../http/options.ts';
import { NO_COMMIT, NO_STATUS, orNull, orUnsaid, probed, WHO } from '../http/probe.ts';
import { nextLink, Rest } from '../http/rest.ts';
import { linksOf } from '../links.ts';

const STATES = new Map<string, CheckState>(
  Object.entries({
    success: 'passed',
    skipped: 'skipped',
    pending: 'pending',
    failure: 'failed',
    // Neither good nor bad at Gitea: what is not plainly good does not pass.
    warning: 'failed',
    error: 'errored',
  } as const),
);

const TOLD: Record<CommitState, string> = {
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  error: 'error',
  // Older ones do not take 'skipped'.
  neutral: 'warning',
};

/** The most that Gitea gives at once, unless it is set up otherwise. */
const PER_PAGE = 50;

const statuses = z.array(
  z.object({
    id: z.number(),
    context: z.string(),
    status: z.string(),
    target_url: z.string().nullish(),
    description: z.string().nullish(),
  }),
);
const user = z.object({ login: z.string() });
const pullRequest = z.object({ number: z.number(), title: z.string(), html_url: z.string() });
const repository = z.object({
  default_branch: z.string(),
  permissions: z.object({ push: z.boolean() }).nullish(),
});

/** Gitea and Forgejo. null: without a login. */
export function openGitea(options: ForgeOptions, token: string | null): Forge {
  const http = new ForgeHttp({ ...options, forge: options.name, readRefusal: () => null });
  const rest = new Rest(http, options.api, token === null ? {} : { authorization: `token ${token}` });
  const web = options.api.replace(/\/api\/v1$/, '');
  return {
    name: options.name,
    async account() {
      if (token !== null) return (await orUnsaid(rest.get(WHO, '/user', user)))?.login ?? null;
      await rest.get(WHO, '/version', z.unknown());
      return null;
    },
    project: (path) => new GiteaProject(rest, path, token, linksOf('gitea', web, path)),
  };
}

class GiteaProject implements ForgeProject {
  readonly links: ForgeProjectLinks;
  readonly #rest: Rest;
  readonly #path: string;
  readonly #token: string | null;
  /** The path of the project in the API. */
  readonly #at: string;

  constructor(rest: Rest, path: string, token: string | null, links: ForgeProjectLinks) {
    this.#rest = rest;
    this.#path = path;
    this.#token = token;
    this.#at = `/repos/${path.split('/').map(encodeURIComponent).join('/')}`;
    this.links = links;
  }

  async checks({ sha }: ForgeCommit): Promise<Check[]> {
    return await this.#statuses(sha);
  }

  async #statuses(ref: string): Promise<Check[]> {
    return await this.#rest.list(
      `for the statuses of a commit of ${this.#path}`,
      `${this.#at}/commits/${encodeURIComponent(ref)}/statuses`,
      { page: 1, limit: PER_PAGE },
      statuses,
      (data, headers) => ({ items: data.map(checkOf), next: nextLink(headers) }),
    );
  }

  /** Gitea's API starts no job again. */
  async rerun(_commit: ForgeCommit, checks: readonly Check[]): Promise<Rerun> {
    return { started: [], elsewhere: [...checks] };
  }

  async reportStatus({ sha }: ForgeCommit, { name, state, description, url }: CommitStatus): Promise<void> {
    await this.#rest.send(
      `to keep a commit status of ${this.#path}`,
      'POST',
      `${this.#at}/statuses/${sha}`,
      { context: name, state: TOLD[state], description, ...(url === null ? {} : { target_url: url }) },
      z.unknown(),
    );
  }

  async startDeployment(): Promise<null> {
    return null;
  }

  async reportDeployment(): Promise<void> {}

  async pullRequests(sha: string): Promise<PullRequest[]> {
    const found = await orNull(
      this.#rest.get(
        `for the pull request of a commit of ${this.#path}`,
        `${this.#at}/commits/${sha}/pull`,
        pullRequest,
      ),
    );
    return found === null ? [] : [{ number: found.number, title: found.title, url: found.html_url }];
  }

  async cloneLogin(): Promise<CloneLogin | null> {
    // Gitea takes any name beside a token.
    return this.#token === null ? null : { user: 'x-access-token', password: this.#token, until: null };
  }

  async lacks(uses: readonly ForgeUse[]): Promise<Lack[]> {
    const asked = `what the account may do in ${this.#path}`;
    const { default_branch: branch, permissions } = await this.#rest.get(asked, this.#at, repository);
    const lacks = await probed(
      uses,
      (use) => this.#probes(use, branch),
      (use) => (use === 'statuses' ? 'write:repository' : 'read:repository'),
    );
    const mayNotPush = uses.includes('statuses') && permissions?.push === false;
    if (!mayNotPush || lacks.some(({ use }) => use === 'statuses')) return lacks;
    return [...lacks, { use: 'statuses', scope: 'write access to the repository' }];
  }

  #probes(use: ForgeUse, branch: string): (() => Promise<unknown>)[] {
    switch (use) {
      case 'checks':
        return [() => this.#statuses(branch)];
      case 'statuses':
        return [() => this.reportStatus(NO_COMMIT, NO_STATUS)];
      case 'pullRequests':
        return [() => this.pullRequests(NO_COMMIT.sha)];
      // Whoever may read the repository may clone it.
      case 'clone':
      case 'rerun':
      case 'deployments':
      case 'runs':
        return [];
      default:
        return use satisfies never;
    }
  }
}

function checkOf(status: z.infer<typeof statuses>[number]): Check {
  return {
    name: status.context,
    state: STATES.get(status.status) ?? 'pending',
    url: status.target_url ?? null,
    description: status.description ?? null,
    group: 'statuses',
    attempt: status.id,
  };
}
