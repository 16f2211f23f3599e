import * as z from 'zod';
import type { Check } from '../../../domain/checks/checks.ts';
import type { CommitState, DeploymentState } from '../../../domain/documents/values/report.ts';
import {
  type CloneLogin,
  type CommitStatus,
  type DeploymentStatus,
  type Forge,
  type ForgeCommit,
  ForgeError,
  type ForgeProject,
  type ForgeProjectLinks,
  type ForgeRef,
  type ForgeUse,
  type Lack,
  type NewDeployment,
  type PullRequest,
  type Rerun,
} from '../../../ports/forge.ts';
import { ForgeHttp } from '../http/http.ts';
import type { ForgeOptions } from '../http/options.ts';
import { orUnsaid, WHO } from '../http/probe.ts';
import { nextLink, Rest } from '../http/rest.ts';
import { shortened } from '../http/text.ts';
import { linksOf } from '../links.ts';
import { checksOf, commitStatuses, pipelineOf } from './checks.ts';
import { lacksOf, readRefusal } from './scopes.ts';

/** In characters, of a status. */
const DESCRIPTION_MAX = 255;

const STATUS: Record<CommitState, string> = {
  pending: 'pending',
  success: 'success',
  failure: 'failed',
  error: 'failed',
  neutral: 'canceled',
};

/** null: GitLab itself knows which deployment is the latest. */
const DEPLOYMENT: Record<DeploymentState, string | null> = {
  running: 'running',
  success: 'success',
  failure: 'failed',
  error: 'failed',
  inactive: null,
};

const user = z.object({ username: z.string() });
const deployment = z.object({ id: z.number(), sha: z.string(), status: z.string() });
const pipeline = z.object({ source: z.string().nullish() });
const mergeRequests = z.array(
  z.object({ iid: z.number(), title: z.string(), web_url: z.string(), state: z.string().nullish() }),
);

/** GitLab, in its cloud or in a company. null: without a login. */
export function openGitLab(options: ForgeOptions, token: string | null): Forge {
  const http = new ForgeHttp({ ...options, forge: options.name, readRefusal });
  const rest = new Rest(http, options.api, token === null ? {} : { 'private-token': token });
  const web = options.api.replace(/\/api\/v4$/, '');
  return {
    name: options.name,
    async account() {
      if (token !== null) return (await orUnsaid(rest.get(WHO, '/user', user)))?.username ?? null;
      await rest.get(WHO, '/projects', z.unknown(), { per_page: 1 });
      return null;
    },
    project: (path) => new GitLabProject(rest, web, path, token),
  };
}

function named(ref: ForgeRef | null): { ref?: string } {
  return ref === null ? {} : { ref: ref.name };
}

class GitLabProject implements ForgeProject {
  readonly links: ForgeProjectLinks;
  readonly #rest: Rest;
  readonly #web: string;
  readonly #path: string;
  readonly #token: string | null;
  /** The path of the project in the API. */
  readonly #at: string;

  constructor(rest: Rest, web: string, path: string, token: string | null) {
    this.#rest = rest;
    this.#web = web;
    this.#path = path;
    this.#token = token;
    this.#at = `/projects/${encodeURIComponent(path)}`;
    this.links = linksOf('gitlab', web, path);
  }

  async checks({ sha, ref }: ForgeCommit): Promise<Check[]> {
    return await this.#rest.list(
      `for the checks of a commit of ${this.#path}`,
      `${this.#at}/repository/commits/${sha}/statuses`,
      // Without a ref, those of all pipelines of the commit.
      { ...named(ref), all: true, per_page: 100 },
      commitStatuses,
      (data, headers) => ({
        items: checksOf(data, (id) => `${this.#web}/${this.#path}/-/pipelines/${id}`),
        next: nextLink(headers),
      }),
    );
  }

  /** Failed jobs of a pipeline start together. */
  async rerun(_commit: ForgeCommit, checks: readonly Check[]): Promise<Rerun> {
    const rerun: Rerun = { started: [], elsewhere: [] };
    for (const id of new Set(checks.map(pipelineOf))) {
      const members = checks.filter((check) => pipelineOf(check) === id);
      (id !== null && (await this.#retry(id)) ? rerun.started : rerun.elsewhere).push(...members);
    }
    return rerun;
  }

  async #retry(id: number): Promise<boolean> {
    const asked = `to run a pipeline of ${this.#path} again`;
    const { source } = await this.#rest.send(
      asked,
      'POST',
      `${this.#at}/pipelines/${id}/retry`,
      {},
      pipeline,
    );
    // Statuses that somebody else reported have a pipeline too, in which GitLab runs nothing.
    return source !== 'external';
  }

  async reportStatus({ sha, ref }: ForgeCommit, status: CommitStatus): Promise<void> {
    const state = STATUS[status.state];
    await this.#unlessSo(
      () =>
        this.#rest.send(
          `to keep a commit status of ${this.#path}`,
          'POST',
          `${this.#at}/statuses/${sha}`,
          {
            state,
            ...named(ref),
            name: status.name,
            description: shortened(status.description, DESCRIPTION_MAX),
            ...(status.url === null ? {} : { target_url: status.url }),
          },
          z.unknown(),
        ),
      async () => {
        const known = await this.#rest.get(
          `for a commit status of ${this.#path}`,
          `${this.#at}/repository/commits/${sha}/statuses`,
          commitStatuses,
          { ...named(ref), name: status.name },
        );
        const latest = Math.max(...known.map(({ id }) => id));
        return known.some((one) => one.id === latest && one.status === state);
      },
    );
  }

  async startDeployment(
    { sha, ref }: ForgeCommit,
    { environment }: NewDeployment,
    confirm = () => {},
  ): Promise<string> {
    const asked = `to keep a deployment of ${this.#path}`;
    const known = await this.#rest.get(asked, `${this.#at}/deployments`, z.array(deployment), {
      environment,
      status: 'running',
      order_by: 'id',
      sort: 'desc',
      per_page: 100,
    });
    // Slipway runs one deploy at a time in an environment: one that runs with this commit is this one.
    const ours = known.find((one) => one.sha === sha && one.status === 'running');
    if (ours !== undefined) return String(ours.id);
    confirm();
    const made = await this.#rest.send(
      asked,
      'POST',
      `${this.#at}/deployments`,
      { environment, sha, ref: ref?.name ?? sha, tag: ref?.tag ?? false, status: 'running' },
      deployment,
    );
    return String(made.id);
  }

  async reportDeployment(id: string, { state }: DeploymentStatus): Promise<void> {
    const status = DEPLOYMENT[state];
    if (status === null) return;
    const asked = `to keep what became of a deployment of ${this.#path}`;
    const at = `${this.#at}/deployments/${encodeURIComponent(id)}`;
    await this.#unlessSo(
      () => this.#rest.send(asked, 'PUT', at, { status }, z.unknown()),
      async () => (await this.#rest.get(asked, at, deployment)).status === status,
    );
  }

  /** GitLab refuses with 400 what would change nothing. */
  async #unlessSo(change: () => Promise<unknown>, isSo: () => Promise<boolean>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof ForgeError) || error.fault.kind !== 'refused') throw error;
      const { why } = error.fault;
      if (why.how !== 'request' || why.status !== 400 || !(await isSo())) throw error;
    }
  }

  async pullRequests(sha: string): Promise<PullRequest[]> {
    const found = await this.#rest.get(
      `for merge requests of ${this.#path}`,
      `${this.#at}/repository/commits/${sha}/merge_requests`,
      mergeRequests,
      { per_page: 100 },
    );
    // One that was closed brought nothing.
    return found
      .filter(({ state }) => state !== 'closed')
      .map(({ iid, title, web_url }) => ({ number: iid, title, url: web_url }));
  }

  async cloneLogin(): Promise<CloneLogin | null> {
    // GitLab takes any name beside a token; this is the one that it documents.
    return this.#token === null ? null : { user: 'oauth2', password: this.#token, until: null };
  }

  async lacks(uses: readonly ForgeUse[]): Promise<Lack[]> {
    const asked = { path: this.#path, at: this.#at, hasToken: this.#token !== null };
    return await lacksOf(this.#rest, asked, uses);
  }
}
