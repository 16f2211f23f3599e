import { type Call, linkTo, type Paging, pageOf, type Reply, routed, serve } from './server.ts';
import { type Attempt, type ForgeWorld, latestOf, PROJECT, SHA } from './world.ts';

const PAGING: Paging = { size: 'per_page', usual: 20, most: 100 };
const TOKEN = 'glpat-S3CRET';
const STATES = ['pending', 'running', 'success', 'failed', 'canceled', 'skipped'];
const DEPLOYMENT_STATES = ['created', 'running', 'success', 'failed', 'canceled'];

interface Status {
  id: number;
  sha: string;
  ref: string;
  name: string;
  status: string;
  target_url: string | null;
  description: string | null;
  allow_failure: boolean;
  pipeline_id: number;
  retried: boolean;
}

/**
 * GitLab's REST API, from its documentation (docs.gitlab.com/api: commits, deployments, pipelines, personal access tokens): commit
 * statuses with the transitions that it allows, deployments, merge requests of a commit. Without a ref it lists statuses of all
 * pipelines, and takes a status for a branch that contains the commit (lib/api/commit_statuses.rb).
 */
export async function gitlabWorld(): Promise<ForgeWorld> {
  const statuses: Status[] = [];
  const told: string[] = [];
  const deployments: { id: number; sha: string; ref: string; environment: string; status: string }[] = [];
  let scopes = ['api', 'read_repository'];
  let level = 30;
  let reruns = 0;
  let ids = 100;
  const notFound: Reply = { status: 404, body: { message: '404 Project Not Found' } };
  const bad = (message: string): Reply => ({ status: 400, body: { message } });

  function handle(call: Call): Reply {
    if (call.headers['private-token'] !== TOKEN)
      return { status: 401, body: { message: '401 Unauthorized' } };
    const { body, query } = call;
    const page = <T>(items: readonly T[]): Reply => {
      const { items: some, next } = pageOf(items, call, PAGING);
      return { status: 200, headers: linkTo(server.origin, call, next), body: some };
    };
    const changes = call.method !== 'GET';
    const wants = changes ? ['api'] : ['read_api', 'api'];
    if (!call.path.endsWith('/personal_access_tokens/self') && !wants.some((scope) => scopes.includes(scope)))
      return {
        status: 403,
        body: {
          error: 'insufficient_scope',
          error_description: 'The request requires higher privileges than provided by the access token.',
          scope: wants.join(' '),
        },
      };
    if (changes && level < 30) return { status: 403, body: { message: '403 Forbidden' } };
    const [, asked] = /^\/api\/v4\/projects\/([^/]+)/.exec(call.path) ?? [];
    if (asked !== undefined && decodeURIComponent(asked) !== PROJECT) return notFound;
    return routed(
      call,
      {
        'GET /api/v4/personal_access_tokens/self': () => ({ status: 200, body: { id: 1, scopes } }),
        'GET /api/v4/user': () => ({ status: 200, body: { id: 1, username: 'slipway-bot' } }),
        'GET /api/v4/projects/:id': () => ({
          status: 200,
          body: { id: 1, permissions: { project_access: { access_level: level }, group_access: null } },
        }),
        'GET /api/v4/projects/:id/repository/commits/:sha/statuses': ({ sha }) => {
          const named = query.get('name');
          return page(
            statuses.filter(
              (one) =>
                one.sha === sha &&
                one.ref === (query.get('ref') ?? one.ref) &&
                (named === null || one.name === named) &&
                (query.get('all') === 'true' || !one.retried),
            ),
          );
        },
        'POST /api/v4/projects/:id/statuses/:sha': ({ sha = '' }) => {
          const { state, ref = 'main', name, description = null, target_url = null } = body;
          if (!STATES.includes(String(state)) || [...String(description ?? '')].length > 255)
            return bad('state is invalid');
          const open = statuses.find(
            (one) =>
              one.sha === sha &&
              one.name === name &&
              one.ref === ref &&
              ['pending', 'running'].includes(one.status),
          );
          if (open?.status === state) return bad(`Cannot transition status via :enqueue from :${state}`);
          const before = statuses.find(
            (one) => one.sha === sha && one.name === name && one.ref === ref && !one.retried,
          );
          // A status that has ended is replaced by another one, and not if it would say the same.
          if (open === undefined && before?.status === state)
            return bad(`Cannot transition status via :drop from :${state}`);
          const status = open ?? {
            id: ids++,
            sha,
            ref: String(ref),
            name: String(name),
            status: '',
            target_url: null,
            description: null,
            allow_failure: false,
            pipeline_id: 1,
            retried: false,
          };
          if (open === undefined) {
            if (before !== undefined) before.retried = true;
            statuses.push(status);
          }
          Object.assign(status, { status: state, description, target_url });
          told.push(status.name);
          return { status: 201, body: status };
        },
        'POST /api/v4/projects/:id/pipelines/:pipeline/retry': ({ pipeline }) => {
          reruns++;
          return {
            status: 201,
            body: { id: Number(pipeline), source: pipeline === '99' ? 'external' : 'push' },
          };
        },
        'GET /api/v4/projects/:id/deployments': () =>
          page(
            deployments
              .filter(
                (one) =>
                  one.environment === query.get('environment') &&
                  (query.get('status') ?? one.status) === one.status,
              )
              .reverse(),
          ),
        'POST /api/v4/projects/:id/deployments': () => {
          const { sha, ref, tag, environment, status } = body;
          if (typeof ref !== 'string' || typeof tag !== 'boolean')
            return bad('ref is missing, tag is missing');
          if (!DEPLOYMENT_STATES.includes(String(status))) return bad('status does not have a valid value');
          const made = {
            id: ids++,
            sha: String(sha),
            ref,
            environment: String(environment),
            status: String(status),
          };
          deployments.push(made);
          return { status: 201, body: made };
        },
        'GET /api/v4/projects/:id/deployments/:deployment': ({ deployment }) => {
          const found = deployments.find(({ id }) => id === Number(deployment));
          return found === undefined ? notFound : { status: 200, body: found };
        },
        'PUT /api/v4/projects/:id/deployments/:deployment': ({ deployment }) => {
          const found = deployments.find(({ id }) => id === Number(deployment));
          if (found === undefined) return notFound;
          if (found.status === body.status || !DEPLOYMENT_STATES.includes(String(body.status)))
            return bad(`Cannot transition status via :run from :${found.status}`);
          found.status = String(body.status);
          return { status: 200, body: found };
        },
        'GET /api/v4/projects/:id/repository/commits/:sha/merge_requests': ({ sha }) =>
          page(
            sha === SHA
              ? [
                  { iid: 7, title: 'Given up', state: 'closed', web_url: `${server.origin}/x` },
                  {
                    iid: 12,
                    title: 'Sell *more* <shoes>',
                    state: 'merged',
                    web_url: `${server.origin}/${PROJECT}/-/merge_requests/12`,
                  },
                ]
              : [],
          ),
      },
      notFound,
    );
  }

  const server = await serve(handle, { etags: true });
  return {
    server,
    settings: {
      name: 'gitlab.test',
      kind: 'gitlab',
      api: `${server.origin}/api/v4`,
      access: { kind: 'token', token: TOKEN, user: null },
      report: [],
    },
    secrets: [TOKEN],
    report({ name, native, group = 1, sha = SHA }: Attempt) {
      const id = ids++;
      for (const one of statuses)
        if (one.name === name && one.pipeline_id === group && one.sha === sha) one.retried = true;
      statuses.push({
        id,
        sha,
        ref: 'main',
        name,
        status: '',
        target_url: `${server.origin}/said/${id}`,
        description: 'said',
        allow_failure: false,
        pipeline_id: group,
        retried: false,
        ...native,
      });
    },
    states: [
      [{ status: 'success' }, 'passed'],
      [{ status: 'skipped' }, 'skipped'],
      [{ status: 'failed' }, 'failed'],
      [{ status: 'failed', allow_failure: true }, 'allowedToFail'],
      [{ status: 'canceled' }, 'cancelled'],
      [{ status: 'canceled', allow_failure: true }, 'cancelled'],
      [{ status: 'manual' }, 'manual'],
      [{ status: 'manual', allow_failure: true }, 'manual'],
      [{ status: 'created' }, 'pending'],
      [{ status: 'pending' }, 'pending'],
      [{ status: 'running' }, 'pending'],
      [{ status: 'scheduled' }, 'pending'],
      [{ status: 'toString' }, 'pending'],
    ],
    statuses: () =>
      latestOf(
        statuses
          .filter(({ sha, name }) => sha === SHA && told.includes(name))
          .map((one) => ({
            name: one.name,
            state: one.status,
            description: one.description ?? '',
            url: one.target_url,
          })),
      ),
    told: { pending: 'pending', success: 'success', failure: 'failed', error: 'failed', neutral: 'canceled' },
    deployments: () =>
      deployments.map(({ environment, sha, ref, status }) => ({ environment, sha, ref, state: status })),
    reruns: () => reruns,
    pullRequest: {
      number: 12,
      title: 'Sell *more* <shoes>',
      url: `${server.origin}/${PROJECT}/-/merge_requests/12`,
    },
    account: 'slipway-bot',
    gitUser: 'oauth2',
    takeAway() {
      scopes = ['read_api'];
      level = 20;
      return [
        { use: 'rerun', scope: 'api' },
        { use: 'statuses', scope: 'api' },
        { use: 'deployments', scope: 'api' },
        { use: 'clone', scope: 'read_repository or write_repository or api' },
        { use: 'runs', scope: 'api' },
      ];
    },
    close: () => server.close(),
  };
}
