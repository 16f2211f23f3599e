import { openGitHubExecutor } from '../../../../src/adapters/executors/github/github.ts';
import { openClients } from '../../../../src/app/forges.ts';
import type { ForgeAccess, ForgeSettings } from '../../../../src/flow/settings/forges.ts';
import type { GitHubRun } from '../../../../src/flow/settings/steps.ts';
import { APP, APP_KEY, answerApp } from '../../forges/github/app.ts';
import { invalid, NOT_FOUND } from '../../forges/github/state.ts';
import {
  type Call,
  type ForgeServer,
  linkTo,
  pageOf,
  type Reply,
  routed,
  serve,
} from '../../forges/server.ts';
import { PROJECT } from '../../forges/world.ts';
import type { ExecutorWorld, RunState } from '../world.ts';
import { Actions, type Job, type Run } from './workflows.ts';

const TOKEN = 'ghp_S3CRET';

const STATES: Record<RunState, [status: string, conclusion: string | null]> = {
  queued: ['queued', null],
  running: ['in_progress', null],
  succeeded: ['completed', 'success'],
  failed: ['completed', 'failure'],
  cancelled: ['completed', 'cancelled'],
};

export interface ActionsOptions {
  /** It knows `return_run_details`; else how it refuses what it does not know. */
  knowsDetails: boolean | 400 | 422;
  login?: 'token' | 'app';
  /** The App has no token from what it asked before. */
  isFresh?: boolean;
  target?: Partial<GitHubRun>;
}

export interface ActionsWorld extends ExecutorWorld {
  actions: Actions;
  /** Where GitHub keeps logs. */
  storage: ForgeServer;
  settings: ForgeSettings;
  /** What the account lacks, as GitHub calls it; null: nothing. */
  lacks: string | null;
  /** What it does not answer: paths that match. null: it answers everything. */
  silent: RegExp | null;
  /** True: it cannot cancel anything just now. */
  busy: boolean;
  target: GitHubRun;
  /** The one run of an attempt. */
  run(key: string): Run;
}

/**
 * Workflows in GitHub's REST API, from its documentation (docs.github.com/en/rest/actions) and from what its server says about
 * refusals: one project, workflows that declare inputs, runs with two jobs, logs in a storage that takes no login.
 */
export async function actionsWorld({
  knowsDetails,
  login = 'token',
  isFresh = false,
  target = {},
}: ActionsOptions): Promise<ActionsWorld> {
  const actions = new Actions();
  const tokens: string[] = [];
  const app = { taken: false, tokens, believed: new Set<string>() };

  function answer(call: Call): Reply {
    if (!`${call.path}/`.startsWith(`/repos/${PROJECT}/`) && !call.path.startsWith('/app')) return NOT_FOUND;
    if (world.silent?.test(call.path)) return { status: 503, body: {} };
    const ofApp = answerApp(app, call);
    if (ofApp !== null) return ofApp;
    const said = (call.headers.authorization ?? '').replace(/^token /, '');
    if (login === 'app' ? !app.believed.has(said) : said !== TOKEN)
      return { status: 401, body: { message: 'Bad credentials' } };
    return routed(call, routes(call), NOT_FOUND);
  }

  function routes(call: Call) {
    const at = '/repos/:owner/:repo/actions';
    const withRun =
      (told: (run: Run) => Reply) =>
      ({ run }: Record<string, string>): Reply => {
        const found = actions.runs.find(({ id }) => String(id) === run);
        return found === undefined ? NOT_FOUND : told(found);
      };
    const withJob =
      (told: (job: Job) => Reply) =>
      ({ job }: Record<string, string>): Reply => {
        const found = actions.runs.flatMap(({ jobs }) => jobs).find(({ id }) => String(id) === job);
        return found === undefined ? NOT_FOUND : told(found);
      };
    return {
      'GET /repos/:owner/:repo': () => ({ status: 200, body: { full_name: PROJECT } }),
      [`POST ${at}/workflows/:file/dispatches`]: ({ file = '' }) => dispatch(file, call),
      [`GET ${at}/workflows/:file/runs`]: ({ file = '' }) => {
        if (!actions.workflows.has(file)) return NOT_FOUND;
        const event = call.query.get('event');
        const all = actions.runs.filter(
          (run) => run.listed && run.workflow === file && run.event === (event ?? run.event),
        );
        const { items, next } = pageOf(all.toReversed(), call, { size: 'per_page', usual: 30, most: 100 });
        const body = { total_count: all.length, workflow_runs: items.map(shown) };
        return { status: 200, headers: linkTo(server.origin, call, next), body };
      },
      [`GET ${at}/runs/:run`]: withRun((run) => ({ status: 200, body: shown(run) })),
      [`GET ${at}/runs/:run/jobs`]: withRun(({ jobs }) => ({
        status: 200,
        body: { total_count: jobs.length, jobs: jobs.map(({ log, notes, ...job }) => job) },
      })),
      [`GET ${at}/runs/:run/pending_deployments`]: withRun(({ status, workflow }) => {
        if (status !== 'waiting') return { status: 200, body: [] };
        const reviewers = (actions.workflows.get(workflow)?.reviewers ?? []).map((reviewer) => ({
          type: reviewer.login === undefined ? 'Team' : 'User',
          reviewer,
        }));
        return { status: 200, body: [{ environment: { name: 'prod' }, wait_timer: 0, reviewers }] };
      }),
      [`POST ${at}/runs/:run/cancel`]: withRun((run) => {
        if (world.lacks !== null) return forbidden(world.lacks);
        if (run.status === 'completed' || world.busy)
          return { status: 409, body: { message: 'Cannot cancel a workflow run that is completed.' } };
        run.cancels++;
        return { status: 202, body: {} };
      }),
      [`GET ${at}/jobs/:job/logs`]: withJob((job) => {
        if (job.status !== 'completed') return { status: 404, body: { message: 'Not Found' } };
        const location = `${storage.origin}/logs/${job.id}?sig=S1GNED`;
        return { status: 302, headers: { location } };
      }),
      'GET /repos/:owner/:repo/check-runs/:job/annotations': withJob(({ notes }) => ({
        status: 200,
        body: notes.map((message) => ({ annotation_level: 'failure', message })),
      })),
    };
  }

  function dispatch(file: string, { body }: Call): Reply {
    if (world.lacks !== null) return forbidden(world.lacks);
    const workflow = actions.workflows.get(file);
    if (workflow === undefined) return NOT_FOUND;
    const { ref, inputs = {}, return_run_details, ...others } = body;
    if (Object.keys(others).length > 0) return invalid('Invalid request.');
    if (return_run_details !== undefined && knowsDetails !== true)
      return {
        status: knowsDetails === 422 ? 422 : 400,
        body: { message: 'Invalid request.\n\n"return_run_details" is not a permitted key.' },
      };
    if (workflow.state !== 'active')
      return invalid("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
    if (!actions.refs.has(String(ref))) return invalid(`No ref found for: ${ref}`);
    if (!workflow.dispatch) return invalid("Workflow does not have 'workflow_dispatch' trigger");
    const given = inputs as Record<string, string>;
    const undeclared = Object.keys(given).filter((name) => !workflow.inputs.includes(name));
    if (undeclared.length > 0) return invalid(`Unexpected inputs provided: ${JSON.stringify(undeclared)}`);
    const run = actions.begin(file, given);
    if (return_run_details !== true) return { status: 204 };
    const { id, html_url, url } = shown(run);
    return { status: 200, body: { workflow_run_id: id, run_url: url, html_url } };
  }

  const forbidden = (permission: string): Reply => ({
    status: 403,
    headers: { 'x-accepted-github-permissions': permission },
    body: { message: 'Resource not accessible by personal access token' },
  });

  const shown = ({ id, event, title, status, conclusion, attempt, workflow }: Run) => ({
    id,
    name: 'Deploy',
    display_title: title,
    event,
    status,
    conclusion,
    run_attempt: attempt,
    path: `.github/workflows/${workflow}@main`,
    url: `${server.origin}/repos/${PROJECT}/actions/runs/${id}`,
    html_url: `${server.origin}/${PROJECT}/actions/runs/${id}`,
  });

  /** As Azure's storage: whoever logs in beside the signature is refused. */
  function stored({ path, query, headers }: Call): Reply {
    if (headers.authorization !== undefined || query.get('sig') !== 'S1GNED')
      return { status: 403, text: 'AuthenticationFailed' };
    const job = actions.runs.flatMap(({ jobs }) => jobs).find(({ id }) => path === `/logs/${id}`);
    return job === undefined ? { status: 404, text: 'BlobNotFound' } : { status: 200, text: logOf(job) };
  }

  const server = await serve(answer, { etags: true });
  const storage = await serve(stored, { etags: false });
  const access: ForgeAccess =
    login === 'app' ? { kind: 'app', id: APP, key: APP_KEY } : { kind: 'token', token: TOKEN, user: null };
  const settings: ForgeSettings = {
    name: 'github.test',
    kind: 'github',
    api: server.origin,
    access,
    report: [],
  };
  const run: GitHubRun = {
    system: 'github',
    forge: settings.name,
    project: PROJECT,
    workflow: 'deploy.yml',
    ref: 'main',
    inputs: { commit: '{commit}', slipway: '{attempt}' },
    ...target,
  };
  const world: ActionsWorld = {
    actions,
    server,
    storage,
    settings,
    lacks: null,
    silent: null,
    busy: false,
    target: run,
    get secrets() {
      return login === 'app' ? tokens : [TOKEN];
    },
    run(key) {
      const [found, ...others] = actions.of(key);
      if (found === undefined || others.length > 0) throw new Error(`${1 + others.length} runs of ${key}`);
      return found;
    },
    async open({ now, timeoutMs }) {
      const client = await openClients({ settings: { forges: [settings] }, now, timeoutMs })(settings.name);
      if (client?.kind !== 'github') throw new Error('it is no GitHub');
      // A process has its App's token from what it asked before.
      if (login === 'app' && !isFresh)
        await client.forge.api(run.project).look('', 'GET /repos/{owner}/{repo}', {});
      return openGitHubExecutor({ api: client.forge.api(run.project), target: run });
    },
    starts: (key) => actions.of(key).length,
    become(key, state) {
      for (const one of actions.of(key)) actions.become(one, ...STATES[state]);
    },
    cancels: (key) => actions.of(key).reduce((sum, { cancels }) => sum + cancels, 0),
    // A log can be had of a job that has ended.
    print(key, text) {
      for (const { status, jobs } of actions.of(key)) {
        const printed = jobs.find(({ name }) => name === (status === 'completed' ? 'deploy' : 'prepare'));
        if (printed !== undefined) printed.log = text;
      }
    },
    async close() {
      await server.close();
      await storage.close();
    },
  };
  return world;
}

/** GitHub writes the time before each line. */
function logOf({ log }: Job): string {
  return `\ufeff${log.replace(/^(?=.)/gm, '2026-12-01T01:02:03.1234567Z ')}`;
}
