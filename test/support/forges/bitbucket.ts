import type { ForgeAccess } from '../../../src/flow/settings/forges.ts';
import { type Call, pageOf, type Reply, routed, serve } from './server.ts';
import { type Attempt, type ForgeWorld, latestOf, PROJECT, SHA } from './world.ts';

const TOKEN = 'ATCTT-S3CRET';

interface BuildStatus {
  key: string;
  state: string;
  name: string;
  url: string;
  description: string;
}

const TOLD = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED', error: 'FAILED' };
const IN_CLOUD = { ...TOLD, neutral: 'STOPPED' };
const IN_COMPANY = { ...TOLD, neutral: 'CANCELLED' };

/** Build statuses of commits, one for each key, as both keep them. */
class Builds {
  readonly #kept = new Map<string, Map<string, BuildStatus>>();

  of(sha: string | undefined): BuildStatus[] {
    return [...(this.#kept.get(sha ?? '')?.values() ?? [])];
  }

  keep(sha: string, status: BuildStatus): void {
    const kept = this.#kept.get(sha) ?? new Map<string, BuildStatus>();
    this.#kept.set(sha, kept.set(status.key, status));
  }
}

function told(builds: Builds) {
  return latestOf(
    builds.of(SHA).map(({ name, state, description, url }) => ({ name, state, description, url })),
  );
}

/** How Slipway logs in: with an access token, or with an API token of a person. */
export type BitbucketLogin = 'accessToken' | 'apiToken';

/**
 * Bitbucket Cloud's REST API, from its documentation (developer.atlassian.com/cloud/bitbucket/rest): build statuses, pull requests
 * of a commit.
 */
export async function bitbucketCloudWorld(login: BitbucketLogin): Promise<ForgeWorld> {
  const builds = new Builds();
  const user = login === 'apiToken' ? 'slipway@acme.dev' : null;
  const access: ForgeAccess = { kind: 'token', token: TOKEN, user };
  const basic = Buffer.from(`${user}:${TOKEN}`).toString('base64');
  const wanted = user === null ? `Bearer ${TOKEN}` : `Basic ${basic}`;
  let taken = false;
  const notFound: Reply = { status: 404, body: { type: 'error', error: { message: 'Resource not found' } } };

  function handle(call: Call): Reply {
    if (call.headers.authorization !== wanted)
      return {
        status: 401,
        body: { type: 'error', error: { message: 'Token is invalid or not supported' } },
      };
    if (call.path === '/2.0/user') {
      return user === null
        ? { status: 403, body: { type: 'error', error: { message: 'This API requires an account' } } }
        : { status: 200, body: { display_name: 'Slipway Bot' } };
    }
    if (!`${call.path}/`.startsWith(`/2.0/repositories/${PROJECT}/`)) return notFound;
    const lacks = (scope: string): Reply | null =>
      taken
        ? {
            status: 403,
            body: {
              type: 'error',
              error: {
                message: 'Your credentials lack one or more required privilege scopes.',
                detail: { granted: ['account'], required: [scope] },
              },
            },
          }
        : null;
    const page = <T>(all: readonly T[]): Reply => {
      const { items, next } = pageOf(all, call, { size: 'pagelen', usual: 10, most: 100 });
      const search = new URLSearchParams(call.query);
      search.set('page', String(next));
      const more = next === null ? {} : { next: `https://api.bitbucket.test${call.path}?${search}` };
      return { status: 200, body: { pagelen: 100, size: all.length, values: items, ...more } };
    };
    return routed(
      call,
      {
        'GET /2.0/repositories/:workspace/:slug': () => ({ status: 200, body: { full_name: PROJECT } }),
        'GET /2.0/repositories/:workspace/:slug/pullrequests': () => lacks('pullrequest') ?? page([]),
        'GET /2.0/repositories/:workspace/:slug/commit/:sha/statuses': ({ sha }) =>
          lacks('repository') ?? (sha === '0'.repeat(40) ? notFound : page(builds.of(sha))),
        'POST /2.0/repositories/:workspace/:slug/commit/:sha/statuses/build': ({ sha = '' }) => {
          const lacking = lacks('repository:write');
          if (lacking !== null) return lacking;
          if (sha !== SHA) return notFound;
          const { key, state, url, name, description } = call.body;
          const isState = Object.values(IN_CLOUD).includes(String(state));
          if (typeof key !== 'string' || key.length > 40 || typeof url !== 'string' || !isState)
            return { status: 400, body: { type: 'error', error: { message: 'Bad request', fields: {} } } };
          builds.keep(sha, {
            key,
            state: String(state),
            url,
            name: String(name),
            description: String(description),
          });
          return { status: 201, body: { key, state } };
        },
        'GET /2.0/repositories/:workspace/:slug/commit/:sha/pullrequests': ({ sha }) =>
          // While it looks for them, it says so; and where nobody switched that on, there is no such list.
          sha === SHA
            ? page([
                ...['DECLINED', 'SUPERSEDED'].map((state, at) => ({
                  type: 'pullrequest',
                  id: at,
                  title: 'Given up',
                  state,
                  links: { html: { href: server.origin } },
                })),
                {
                  type: 'pullrequest',
                  id: 12,
                  title: 'Sell *more* <shoes>',
                  state: 'MERGED',
                  links: { html: { href: `${server.origin}/${PROJECT}/pull-requests/12` } },
                },
              ])
            : sha?.startsWith('b')
              ? { status: 202, body: { type: 'indexing' } }
              : notFound,
      },
      notFound,
    );
  }

  const server = await serve(handle, { etags: false });
  return {
    ...world(builds, server.origin),
    told: IN_CLOUD,
    server,
    settings: { name: 'bitbucket.test', kind: 'bitbucket', api: `${server.origin}/2.0`, access, report: [] },
    states: [
      [{ state: 'SUCCESSFUL' }, 'passed'],
      [{ state: 'FAILED' }, 'failed'],
      [{ state: 'INPROGRESS' }, 'pending'],
      [{ state: 'STOPPED' }, 'cancelled'],
      [{ state: 'valueOf' }, 'pending'],
    ],
    pullRequest: {
      number: 12,
      title: 'Sell *more* <shoes>',
      url: `${server.origin}/${PROJECT}/pull-requests/12`,
    },
    account: user === null ? null : 'Slipway Bot',
    gitUser: login === 'apiToken' ? 'x-bitbucket-api-token-auth' : 'x-token-auth',
    takeAway() {
      taken = true;
      return [
        { use: 'checks', scope: 'repository' },
        { use: 'statuses', scope: 'repository:write' },
        { use: 'pullRequests', scope: 'pullrequest' },
      ];
    },
    close: () => server.close(),
  };
}

/** Bitbucket Data Center's REST API, from its documentation (developer.atlassian.com/server/bitbucket/rest). */
export async function bitbucketDataCenterWorld(): Promise<ForgeWorld> {
  const builds = new Builds();
  let taken = false;
  const error = (status: number, exception: string): Reply => ({
    status,
    body: {
      errors: [{ context: null, message: 'no', exceptionName: `com.atlassian.bitbucket.${exception}` }],
    },
  });

  function handle(call: Call): Reply {
    if (call.headers.authorization !== `Bearer ${TOKEN}`) return error(401, 'AuthenticationException');
    const denied = taken ? error(401, 'AuthorisationException') : null;
    const page = <T>(all: readonly T[]): Reply => {
      const start = Number(call.query.get('start') ?? 0);
      const limit = Math.min(Number(call.query.get('limit') ?? 25), 100);
      const isLastPage = start + limit >= all.length;
      const values = all.slice(start, start + limit);
      const body = { size: values.length, limit, isLastPage, start, values };
      return { status: 200, body: isLastPage ? body : { ...body, nextPageStart: start + limit } };
    };
    const at = '/rest/api/latest/projects/acme/repos/storefront';
    return routed(
      call,
      {
        'GET /rest/api/latest/application-properties': () => ({
          status: 200,
          headers: { 'x-ausername': 'slipway-bot' },
          body: { displayName: 'Bitbucket' },
        }),
        [`GET ${at}`]: () => ({ status: 200, body: { slug: 'storefront' } }),
        [`GET ${at}/pull-requests`]: () => denied ?? page([]),
        'GET /rest/build-status/latest/commits/:sha': ({ sha }) => denied ?? page(builds.of(sha)),
        [`POST ${at}/commits/:sha/builds`]: ({ sha = '' }) => {
          if (denied !== null) return denied;
          if (sha !== SHA) return error(404, 'commit.NoSuchCommitException');
          const { key, state, url, name, description, ref = 'refs/heads/main' } = call.body;
          const isState = Object.values(IN_COMPANY).includes(String(state));
          if (
            typeof key !== 'string' ||
            typeof url !== 'string' ||
            !isState ||
            !String(ref).startsWith('refs/')
          )
            return error(400, 'validation.ArgumentValidationException');
          builds.keep(sha, {
            key,
            state: String(state),
            url,
            name: String(name),
            description: String(description),
          });
          return { status: 204 };
        },
        [`GET ${at}/commits/:sha/pull-requests`]: ({ sha }) =>
          page(
            sha === SHA
              ? [
                  { id: 7, title: 'Given up', state: 'DECLINED', links: { self: [{ href: server.origin }] } },
                  {
                    id: 12,
                    title: 'Sell *more* <shoes>',
                    state: 'MERGED',
                    links: {
                      self: [{ href: `${server.origin}/projects/acme/repos/storefront/pull-requests/12` }],
                    },
                  },
                ]
              : [],
          ),
      },
      error(404, 'NoSuchRepositoryException'),
    );
  }

  const server = await serve(handle, { etags: false });
  return {
    ...world(builds, server.origin),
    told: IN_COMPANY,
    server,
    settings: {
      name: 'git.test',
      kind: 'bitbucket',
      api: `${server.origin}/rest`,
      access: { kind: 'token', token: TOKEN, user: null },
      report: [],
    },
    states: [
      [{ state: 'SUCCESSFUL' }, 'passed'],
      [{ state: 'FAILED' }, 'failed'],
      [{ state: 'INPROGRESS' }, 'pending'],
      [{ state: 'CANCELLED' }, 'cancelled'],
      [{ state: 'UNKNOWN' }, 'pending'],
    ],
    pullRequest: {
      number: 12,
      title: 'Sell *more* <shoes>',
      url: `${server.origin}/projects/acme/repos/storefront/pull-requests/12`,
    },
    account: 'slipway-bot',
    gitUser: 'x-token-auth',
    takeAway() {
      taken = true;
      return [
        { use: 'checks', scope: null },
        { use: 'statuses', scope: null },
        { use: 'pullRequests', scope: null },
      ];
    },
    close: () => server.close(),
  };
}

function world(builds: Builds, origin: string) {
  return {
    secrets: [TOKEN],
    report({ name, native, sha = SHA }: Attempt) {
      builds.keep(sha, {
        key: name,
        name,
        state: String(native.state),
        url: `${origin}/said`,
        description: 'said',
      });
    },
    statuses: () => told(builds),
    deployments: () => null,
    reruns: () => null,
  };
}
