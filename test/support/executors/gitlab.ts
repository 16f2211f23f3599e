import { openGitLabExecutor } from '../../../src/adapters/executors/gitlab/gitlab.ts';
import type { GitLabRun } from '../../../src/flow/settings/steps.ts';
import { type Call, type Reply, routed, serve } from '../forges/server.ts';
import type { ExecutorWorld, RunState } from './world.ts';

const TOKEN = 'glpat-S3CRET';
const PROJECT = 'acme/storefront';

/** What the state of a run is at GitLab, and the state of its one job. */
const STATES: Record<RunState, [pipeline: string, job: string]> = {
  queued: ['pending', 'pending'],
  running: ['running', 'running'],
  succeeded: ['success', 'success'],
  failed: ['failed', 'failed'],
  cancelled: ['canceled', 'canceled'],
};

export interface StoodJob {
  id: number;
  name: string;
  status: string;
  allow_failure: boolean;
  failure_reason?: string;
  trace: string;
}

export interface StoodPipeline {
  id: number;
  ref: string;
  status: string;
  source: string;
  name: string | null;
  variables: Record<string, string>;
  inputs: Record<string, string>;
  jobs: StoodJob[];
  /** The token is not that of whoever started it. */
  foreign: boolean;
  cancels: number;
}

export interface GitLabWorld extends ExecutorWorld {
  /** Oldest first. */
  pipelines: StoodPipeline[];
  /** Somebody else starts a pipeline. */
  add(changes: Partial<StoodPipeline>): StoodPipeline;
  /** What the project allows. */
  allows: { variables: boolean; cancel: boolean };
  target: GitLabRun;
}

const DEPLOY_FILE = { inputs: ['commit', 'slipway'] };

/**
 * Pipelines in GitLab's REST API, from its documentation (docs.gitlab.com/api: pipelines, jobs) and its source (lib/api/ci): a
 * pipeline file with two inputs, one job, and a name that holds one of them.
 */
export async function gitlabWorld(target: Partial<GitLabRun> = {}): Promise<GitLabWorld> {
  const pipelines: StoodPipeline[] = [];
  const allows = { variables: true, cancel: true };
  const logs = new Map<string, string>();
  let ids = 100;
  const notFound: Reply = { status: 404, body: { message: '404 Not Found' } };
  const invalid = (...base: string[]): Reply => ({ status: 400, body: { message: { base } } });

  function add(changes: Partial<StoodPipeline>): StoodPipeline {
    const id = ids++;
    const made: StoodPipeline = {
      id,
      ref: 'main',
      status: 'created',
      source: 'api',
      name: null,
      variables: {},
      inputs: {},
      jobs: [
        {
          id: ids++,
          name: 'deploy-prod',
          status: 'created',
          allow_failure: false,
          trace: '\u001b[0KRunning with gitlab-runner 18.1\n',
        },
      ],
      foreign: true,
      cancels: 0,
      ...changes,
    };
    pipelines.push(made);
    return made;
  }

  const keyOf = ({ variables, inputs }: StoodPipeline) => variables.SLIPWAY ?? inputs.slipway;
  const of = (key: string) => pipelines.filter((one) => keyOf(one) === key);
  const shown = ({ id, ref, status, source, name }: StoodPipeline) => ({
    id,
    ref,
    status,
    source,
    name,
    web_url: `${server.origin}/${PROJECT}/-/pipelines/${id}`,
    user: { username: 'slipway-bot' },
  });

  function create({ body }: Call): Reply {
    if (typeof body.ref !== 'string') return { status: 400, body: { error: 'ref is missing' } };
    if (body.ref !== 'main') return invalid('Reference not found');
    const given = (body.variables ?? []) as { key: string; value: string }[];
    if (given.length > 0 && !allows.variables)
      return invalid('Insufficient permissions to set pipeline variables');
    const inputs = (body.inputs ?? {}) as Record<string, string>;
    const undeclared = Object.keys(inputs).filter((name) => !DEPLOY_FILE.inputs.includes(name));
    if (undeclared.length > 0) return invalid(`Given inputs not defined in the \`spec\`: ${undeclared}`);
    const name = inputs.slipway === undefined ? null : `Deploy for ${inputs.slipway}`;
    const variables = Object.fromEntries(given.map(({ key, value }) => [key, value]));
    return { status: 201, body: shown(add({ name, variables, inputs, foreign: false })) };
  }

  function handle(call: Call): Reply {
    if (call.headers['private-token'] !== TOKEN)
      return { status: 401, body: { message: '401 Unauthorized' } };
    const { query } = call;
    const withPipeline =
      (answer: (pipeline: StoodPipeline) => Reply) =>
      ({ id, pipeline }: Record<string, string>): Reply => {
        const found = pipelines.find((one) => String(one.id) === pipeline);
        return id !== PROJECT || found === undefined ? notFound : answer(found);
      };
    const at = '/api/v4/projects/:id';
    return routed(
      call,
      {
        [`GET ${at}`]: ({ id }) => (id === PROJECT ? { status: 200, body: { id: 1 } } : notFound),
        [`POST ${at}/pipeline`]: ({ id }) => (id === PROJECT ? create(call) : notFound),
        [`GET ${at}/pipelines`]: ({ id }) => {
          if (id !== PROJECT) return notFound;
          const found = pipelines.filter(
            ({ source, ref }) => source === query.get('source') && ref === query.get('ref'),
          );
          return {
            status: 200,
            body: found
              .reverse()
              .slice(0, Number(query.get('per_page')))
              .map(shown),
          };
        },
        [`GET ${at}/pipelines/:pipeline`]: withPipeline((one) => ({ status: 200, body: shown(one) })),
        [`GET ${at}/pipelines/:pipeline/variables`]: withPipeline(({ variables, foreign }) =>
          foreign
            ? { status: 403, body: { message: '403 Forbidden' } }
            : {
                status: 200,
                body: Object.entries(variables).map(([key, value]) => ({
                  key,
                  value,
                  variable_type: 'env_var',
                })),
              },
        ),
        [`GET ${at}/pipelines/:pipeline/jobs`]: withPipeline(({ jobs }) => ({
          status: 200,
          body: jobs.filter(({ status }) => (query.get('scope[]') ?? status) === status),
        })),
        [`POST ${at}/pipelines/:pipeline/cancel`]: withPipeline((one) => {
          if (!allows.cancel) return { status: 403, body: { message: '403 Forbidden' } };
          one.cancels++;
          // GitLab answers like that also where there is nothing to cancel.
          return { status: 200, body: shown(one) };
        }),
        [`GET ${at}/jobs/:job/trace`]: ({ id, job }) => {
          const found = pipelines.find(({ jobs }) => jobs.some((one) => String(one.id) === job));
          if (id !== PROJECT || found === undefined) return notFound;
          const trace =
            logs.get(keyOf(found) ?? '') ?? found.jobs.find((one) => String(one.id) === job)?.trace;
          return { status: 200, text: trace ?? '' };
        },
      },
      notFound,
    );
  }

  const server = await serve(handle, { etags: true });
  const run: GitLabRun = {
    system: 'gitlab',
    forge: 'git.acme.test',
    project: PROJECT,
    ref: 'main',
    inputs: {},
    variables: { COMMIT: '{commit}', REF: '{ref}', SLIPWAY: '{attempt}' },
    ...target,
  };
  return {
    server,
    pipelines,
    allows,
    add,
    target: run,
    secrets: [TOKEN],
    async open({ now, timeoutMs }) {
      const options = { name: 'git.acme.test', api: `${server.origin}/api/v4`, now, timeoutMs };
      return openGitLabExecutor(run, options, TOKEN);
    },
    starts: (key) => of(key).length,
    become(key, state) {
      const [pipeline, job] = STATES[state];
      for (const one of of(key)) {
        one.status = pipeline;
        for (const each of one.jobs) each.status = job;
      }
    },
    cancels: (key) => of(key).reduce((sum, { cancels }) => sum + cancels, 0),
    print: (key, text) => logs.set(key, text),
    close: () => server.close(),
  };
}
