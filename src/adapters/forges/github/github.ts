import * as z from 'zod';
import type { Check } from '../../../domain/checks/checks.ts';
import type { CommitState, DeploymentState } from '../../../domain/documents/values/report.ts';
import type {
  CloneLogin,
  CommitStatus,
  DeploymentStatus,
  DeploymentText,
  Forge,
  ForgeCommit,
  ForgeProject,
  ForgeProjectLinks,
  ForgeUse,
  Lack,
  NewDeployment,
  PullRequest,
  Rerun,
} from '../../../ports/forge.ts';
import { ForgeHttp } from '../http/http.ts';
import type { ForgeOptions } from '../http/options.ts';
import { orUnsaid, WHO } from '../http/probe.ts';
import { Rest } from '../http/rest.ts';
import { shortened } from '../http/text.ts';
import { linksOf } from '../links.ts';
import { type Access, type AppAccess, appAccess, tokenAccess } from './access.ts';
import { GitHubApi, githubAccount } from './api.ts';
import { checkRuns, checksOfRuns, checksOfStatuses, combinedStatus } from './checks.ts';
import { VERSION } from './octokit.ts';
import { readRefusal } from './refusal.ts';
import { rerunChecks } from './rerun.ts';
import { lacksOf } from './scopes.ts';

/** In characters, of a status and of a deployment. */
const DESCRIPTION_MAX = 140;

/** How long git may need a login after it was asked for, in milliseconds: as long as a fetch may take. */
const FETCH_MS = 10 * 60_000;

/** GitHub has no state for a commit of which nothing was found, and nothing is to turn red or green that is neither. */
const STATUS: Record<CommitState, string> = {
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  error: 'error',
  neutral: 'pending',
};

const STATES: Record<DeploymentState, string> = {
  running: 'in_progress',
  success: 'success',
  failure: 'failure',
  error: 'error',
  inactive: 'inactive',
};

const deployment = z.object({ id: z.number(), payload: z.unknown() });
/** What we write into a deployment, to find it again. */
const ourPayload = z.object({ slipway: z.string() });
const user = z.object({ login: z.string() });
const pulls = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    html_url: z.string(),
    base: z.object({ repo: z.object({ full_name: z.string() }).nullish() }),
  }),
);

/** GitHub as a forge, which also runs workflows. */
export interface GitHub extends Forge {
  /** Calls about a project, with the same login and the same patience. */
  api(project: string): GitHubApi;
}

/** GitHub, in its cloud or in a company. `login`: an App, a token, or null: none. */
export function openGitHub(options: ForgeOptions, login: AppAccess | string | null): GitHub {
  const http = new ForgeHttp({ ...options, forge: options.name, readRefusal });
  const access =
    login === null || typeof login === 'string' ? tokenAccess(login) : appAccess({ ...options, http }, login);
  const web = webOf(options.api);
  const account = githubAccount({ http, api: options.api, access });
  const api = (path: string) => new GitHubApi(account, path);
  return {
    api,
    name: options.name,
    async account() {
      const app = await access.app();
      if (app !== null) return `${app} (App)`;
      return await accountOf(new Rest(http, options.api, headersOf(login)), login !== null);
    },
    project: (path) =>
      new GitHubProject({
        api: api(path),
        access,
        links: linksOf('github', web, path),
        now: options.now,
      }),
  };
}

function headersOf(login: AppAccess | string | null): Record<string, string> {
  return {
    'x-github-api-version': VERSION,
    ...(typeof login === 'string' ? { authorization: `token ${login}` } : {}),
  };
}

async function accountOf(rest: Rest, hasLogin: boolean): Promise<string | null> {
  if (hasLogin) return (await orUnsaid(rest.get(WHO, '/user', user)))?.login ?? null;
  await rest.get(WHO, '/meta', z.unknown());
  return null;
}

/** The address of the web pages: the API is a host of its own in the cloud, and a path in a company. */
function webOf(api: string): string {
  return api === 'https://api.github.com' ? 'https://github.com' : api.replace(/\/api\/v3$/, '');
}

interface GitHubProjectOptions {
  api: GitHubApi;
  access: Access;
  links: ForgeProjectLinks;
  now: () => number;
}

class GitHubProject implements ForgeProject {
  readonly links: ForgeProjectLinks;
  readonly #api: GitHubApi;
  readonly #access: Access;
  readonly #now: () => number;

  constructor({ api, access, links, now }: GitHubProjectOptions) {
    this.#api = api;
    this.#access = access;
    this.links = links;
    this.#now = now;
  }

  async checks({ sha: ref }: ForgeCommit): Promise<Check[]> {
    const asked = `for the checks of a commit of ${this.#api.project}`;
    // All attempts: which of them counts is decided in one place, for every forge.
    const runs = await this.#api.list(
      asked,
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { ref, filter: 'all' },
      checkRuns,
      checksOfRuns,
    );
    const statuses = await this.#api.list(
      asked,
      'GET /repos/{owner}/{repo}/commits/{ref}/status',
      { ref },
      combinedStatus,
      checksOfStatuses,
    );
    return [...runs, ...statuses];
  }

  async rerun(_commit: ForgeCommit, checks: readonly Check[]): Promise<Rerun> {
    return await rerunChecks(this.#api, checks);
  }

  async reportStatus({ sha }: ForgeCommit, { name, state, description, url }: CommitStatus): Promise<void> {
    await this.#api.look(
      `to keep a commit status of ${this.#api.project}`,
      'POST /repos/{owner}/{repo}/statuses/{sha}',
      {
        sha,
        state: STATUS[state],
        context: name,
        description: shortened(description, DESCRIPTION_MAX),
        ...(url === null ? {} : { target_url: url }),
      },
    );
  }

  async startDeployment({ sha }: ForgeCommit, made: NewDeployment, confirm = () => {}): Promise<string> {
    const { environment, release, description } = made;
    const asked = `to keep a deployment of ${this.#api.project}`;
    const known = await this.#api.call(
      asked,
      'GET /repos/{owner}/{repo}/deployments',
      { sha, environment, per_page: 100 },
      z.array(deployment),
    );
    const ours = known.find(({ payload }) => ourPayload.safeParse(payload).data?.slipway === release);
    if (ours !== undefined) return await this.#runs(ours, made);
    confirm();
    // Gates are Slipway's: GitHub is neither to wait for checks of its own, nor to merge anything.
    const kept = await this.#api.call(
      asked,
      'POST /repos/{owner}/{repo}/deployments',
      {
        ref: sha,
        environment,
        description: shortened(description, DESCRIPTION_MAX),
        payload: { slipway: release },
        required_contexts: [],
        auto_merge: false,
        // Else older deployments of an environment that is called `production` would stay active for ever.
        production_environment: false,
      },
      deployment,
    );
    return await this.#runs(kept, made);
  }

  async #runs({ id }: { id: number }, text: DeploymentText): Promise<string> {
    await this.reportDeployment(String(id), { ...text, state: 'running' });
    return String(id);
  }

  async reportDeployment(id: string, status: DeploymentStatus): Promise<void> {
    const { state, description, url, environmentUrl } = status;
    await this.#api.look(
      `to keep what became of a deployment of ${this.#api.project}`,
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      {
        deployment_id: id,
        state: STATES[state],
        description: shortened(description, DESCRIPTION_MAX),
        ...(url === null ? {} : { log_url: url }),
        ...(environmentUrl === null ? {} : { environment_url: environmentUrl }),
        // Deployments that succeeded here before are no longer what runs.
        auto_inactive: true,
      },
    );
  }

  async pullRequests(sha: string): Promise<PullRequest[]> {
    const found = await this.#api.call(
      `for pull requests of ${this.#api.project}`,
      'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
      { commit_sha: sha, per_page: 100 },
      pulls,
    );
    // Where a commit is in a fork as well, those of the other repository are among them, whose numbers mean nothing here.
    const project = this.#api.project.toLowerCase();
    return found
      .filter(({ base }) => base.repo?.full_name.toLowerCase() === project)
      .map(({ number, title, html_url }) => ({ number, title, url: html_url }));
  }

  async cloneLogin(refused: string | null = null): Promise<CloneLogin | null> {
    const { project } = this.#api;
    let token = await this.#access.token(project);
    const ends = token?.until != null && token.until - this.#now() < FETCH_MS;
    if (ends || (refused !== null && token?.token === refused)) {
      this.#access.renew(project);
      token = await this.#access.token(project);
    }
    // GitHub takes any name beside a token; this is the one that it documents.
    return token && { user: 'x-access-token', password: token.token, until: token.until };
  }

  async lacks(uses: readonly ForgeUse[]): Promise<Lack[]> {
    return await lacksOf(this.#api, this.#access, uses);
  }
}
