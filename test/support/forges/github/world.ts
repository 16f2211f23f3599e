import type { CheckState } from '../../../../src/domain/checks/checks.ts';
import type { ForgeAccess } from '../../../../src/flow/settings/forges.ts';
import type { Lack } from '../../../../src/ports/forge.ts';
import { type Call, type Reply, routed, serve } from '../server.ts';
import { type Attempt, type ForgeWorld, latestOf, type Native, PROJECT, SHA } from '../world.ts';
import { APP, APP_KEY, answerApp } from './app.ts';
import { checkRoutes, page } from './checks.ts';
import { deploymentRoutes } from './deployments.ts';
import { type GitHubLogin, type GitHubState, guarded, moved, NOT_FOUND, named } from './state.ts';

const TITLE = 'Sell *more* <shoes>';

export interface GitHubWorld extends ForgeWorld {
  state: GitHubState;
}

/**
 * GitHub's REST API, from its documentation (docs.github.com/en/rest): check runs, statuses, workflow runs, deployments, pull
 * requests of a commit, tokens of Apps.
 */
export async function githubWorld(login: GitHubLogin): Promise<GitHubWorld> {
  const token = login === 'classic' ? 'ghp_S3CRET' : 'github_pat_S3CRET';
  const access: ForgeAccess =
    login === 'app' ? { kind: 'app', id: APP, key: APP_KEY } : { kind: 'token', token, user: null };
  let ids = 100;
  const server = await serve((call) => answer(state, token, call), { etags: true });
  const state: GitHubState = {
    login,
    origin: server.origin,
    commits: new Set([SHA]),
    taken: false,
    runs: [],
    statuses: [],
    deployments: [],
    lastDeployment: {},
    reruns: 0,
    came: new Map([[SHA, { number: 12, title: TITLE }]]),
    tokens: [],
    believed: new Set(),
    nextId: () => ids++,
  };
  return {
    state,
    server,
    settings: { name: 'github.test', kind: 'github', api: server.origin, access, report: [] },
    get secrets() {
      return login === 'app' ? [APP_KEY.split('\n')[3] ?? '', ...state.tokens] : [token];
    },
    report: (attempt) => report(state, attempt),
    states: STATES,
    statuses: () => latestOf(state.statuses.filter(({ sha }) => sha === SHA)),
    told: { pending: 'pending', success: 'success', failure: 'failure', error: 'error', neutral: 'pending' },
    deployments: () =>
      state.deployments.map(({ environment, sha, states }) => ({
        environment,
        sha,
        state: states.at(-1) ?? '',
      })),
    reruns: () => state.reruns,
    pullRequest: { number: 12, title: TITLE, url: `${server.origin}/${PROJECT}/pull/12` },
    account: login === 'app' ? 'slipway (App)' : 'slipway-bot',
    gitUser: 'x-access-token',
    takeAway() {
      state.taken = true;
      return LACKS[login];
    },
    close: () => server.close(),
  };
}

function answer(state: GitHubState, token: string, call: Call): Reply {
  const reply = moved(call, state.origin) ?? api(state, token, { ...call, path: named(call.path) });
  // A classic token is told its scopes with every answer.
  const scopes = state.taken ? 'read:user' : 'repo';
  return state.login === 'classic'
    ? { ...reply, headers: { 'x-oauth-scopes': scopes, ...reply.headers } }
    : reply;
}

function api(state: GitHubState, token: string, call: Call): Reply {
  if (call.path.startsWith('/repos/') && !`${call.path}/`.startsWith(`/repos/${PROJECT}/`)) return NOT_FOUND;
  const ofApp = answerApp(state, call);
  if (ofApp !== null) return ofApp;
  const said = (call.headers.authorization ?? '').replace(/^token /, '');
  if (state.login === 'app' ? !state.believed.has(said) : said !== token)
    return { status: 401, body: { message: 'Bad credentials' } };
  return routed(
    call,
    {
      'GET /user': () => ({ status: 200, body: { login: 'slipway-bot' } }),
      'GET /repos/:owner/:repo': () => ({
        status: 200,
        body: { full_name: PROJECT, private: false, permissions: { push: true } },
      }),
      'GET /repos/:owner/:repo/commits': () =>
        guarded(state, 'contents=read', () => ({ status: 200, body: [] })),
      'GET /repos/:owner/:repo/pulls': () =>
        guarded(state, 'pull_requests=read', () => page(state, call, null, [])),
      'GET /repos/:owner/:repo/commits/:sha/pulls': ({ sha }) =>
        guarded(state, 'pull_requests=read', () => page(state, call, null, cameWith(state, sha))),
      ...checkRoutes(state, call),
      ...deploymentRoutes(state, call),
    },
    NOT_FOUND,
  );
}

function cameWith({ came, origin }: GitHubState, sha = ''): object[] {
  const pull = came.get(sha);
  if (pull === undefined) return [];
  // Commits of a fork belong to pull requests of both repositories. Case does not matter at GitHub.
  const of = (project: string, number: number) => ({
    number,
    title: pull.title,
    html_url: `${origin}/${project}/pull/${number}`,
    base: { repo: { full_name: project.toUpperCase() } },
  });
  return [of('upstream/storefront', 3), of(PROJECT, pull.number)];
}

function report(state: GitHubState, { name, native, group = 1, sha = SHA }: Attempt): void {
  const id = state.nextId();
  const url = `${state.origin}/said/${id}`;
  if ('state' in native)
    state.statuses.push({ id, sha, name, state: String(native.state), description: 'said', url });
  else
    state.runs.push({
      id,
      name,
      head_sha: sha,
      suite: group,
      conclusion: null,
      html_url: url,
      details_url: url,
      output: { title: 'said', summary: null },
      check_suite: { id: group },
      ...native,
    });
}

const concluded = (conclusion: string): Native => ({ status: 'completed', conclusion });

const STATES: readonly [Native, CheckState][] = [
  [concluded('success'), 'passed'],
  [concluded('neutral'), 'neutral'],
  [concluded('skipped'), 'skipped'],
  [concluded('failure'), 'failed'],
  [concluded('timed_out'), 'failed'],
  [concluded('cancelled'), 'cancelled'],
  [concluded('action_required'), 'manual'],
  [concluded('startup_failure'), 'errored'],
  [concluded('stale'), 'errored'],
  [concluded('constructor'), 'pending'],
  [{ status: 'queued' }, 'pending'],
  [{ status: 'in_progress' }, 'pending'],
  [{ status: 'waiting' }, 'pending'],
  [{ state: 'success' }, 'passed'],
  [{ state: 'pending' }, 'pending'],
  [{ state: 'failure' }, 'failed'],
  [{ state: 'error' }, 'errored'],
];

const LACKS: Record<GitHubLogin, Lack[]> = {
  classic: [
    { use: 'rerun', scope: 'repo or public_repo' },
    { use: 'statuses', scope: 'repo:status or repo or public_repo' },
    { use: 'deployments', scope: 'repo_deployment or repo or public_repo' },
    { use: 'runs', scope: 'repo or public_repo' },
  ],
  app: [
    { use: 'checks', scope: 'checks: read' },
    { use: 'rerun', scope: 'actions: write' },
    { use: 'statuses', scope: 'statuses: write' },
    { use: 'deployments', scope: 'deployments: write' },
    { use: 'pullRequests', scope: 'pull_requests: read' },
    { use: 'clone', scope: 'contents: read' },
    { use: 'runs', scope: 'actions: write' },
  ],
  fineGrained: [
    { use: 'checks', scope: 'checks=read' },
    { use: 'checks', scope: 'statuses=read' },
    { use: 'rerun', scope: 'actions=write' },
    { use: 'statuses', scope: 'statuses=write' },
    { use: 'deployments', scope: 'deployments=write' },
    { use: 'pullRequests', scope: 'pull_requests=read' },
    { use: 'clone', scope: 'contents=read' },
    { use: 'runs', scope: 'actions=write' },
  ],
};
