import { type Call, linkTo, type Paging, pageOf, type Reply, routed, serve } from './server.ts';
import { type Attempt, type ForgeWorld, latestOf, PROJECT, SHA, type ToldStatus } from './world.ts';

const PAGING: Paging = { size: 'limit', usual: 30, most: 50 };
const TOKEN = 'S3CRET0123456789abcdef0123456789abcdef01';
const STATES = ['pending', 'success', 'error', 'failure', 'warning', 'skipped'];

/** The REST API of Gitea and Forgejo, from the description that both serve (/api/swagger): statuses, the pull request of a commit. */
export async function giteaWorld(): Promise<ForgeWorld> {
  const statuses: (ToldStatus & { id: number; sha: string })[] = [];
  let taken = false;
  let ids = 0;
  const notFound: Reply = {
    status: 404,
    body: { message: "The target couldn't be found.", url: '/api/swagger' },
  };

  function handle(call: Call): Reply {
    if (call.headers.authorization !== `token ${TOKEN}`)
      return { status: 401, body: { message: 'user does not exist [uid: 0, name: ]' } };
    if (call.path === '/api/v1/user') {
      return taken
        ? { status: 403, body: { message: 'token does not have at least one of required scope(s)' } }
        : { status: 200, body: { login: 'slipway-bot' } };
    }
    if (taken && call.path !== `/api/v1/repos/${PROJECT}`)
      return { status: 403, body: { message: 'token does not have at least one of required scope(s)' } };
    if (!`${call.path}/`.startsWith(`/api/v1/repos/${PROJECT}/`)) return notFound;
    return routed(
      call,
      {
        'GET /api/v1/repos/:owner/:repo': () => ({
          status: 200,
          body: {
            full_name: PROJECT,
            default_branch: 'main',
            permissions: { admin: false, push: true, pull: true },
          },
        }),
        'GET /api/v1/repos/:owner/:repo/commits/:ref/statuses': ({ ref }) => {
          const of = statuses.filter(({ sha }) => sha === (ref === 'main' ? SHA : ref)).reverse();
          const { items, next } = pageOf(of, call, PAGING);
          const body = items.map(({ id, name, state, description, url }) => ({
            id,
            context: name,
            status: state,
            description,
            target_url: url,
          }));
          // Its own address is set up by hand, and may be another one.
          return { status: 200, headers: linkTo('https://gitea.test', call, next), body };
        },
        'POST /api/v1/repos/:owner/:repo/statuses/:sha': ({ sha = '' }) => {
          const { context, state, description = '', target_url = '' } = call.body;
          if (sha !== SHA) return notFound;
          if (!STATES.includes(String(state))) return { status: 422, body: { message: 'invalid state' } };
          statuses.push({
            id: ++ids,
            sha,
            name: String(context),
            state: String(state),
            description: String(description),
            url: target_url === '' ? null : String(target_url),
          });
          return { status: 201, body: { id: ids } };
        },
        'GET /api/v1/repos/:owner/:repo/commits/:sha/pull': ({ sha }) =>
          sha === SHA
            ? {
                status: 200,
                body: {
                  number: 12,
                  title: 'Sell *more* <shoes>',
                  html_url: `${server.origin}/${PROJECT}/pulls/12`,
                },
              }
            : notFound,
      },
      notFound,
    );
  }

  const server = await serve(handle, { etags: false });
  return {
    server,
    settings: {
      name: 'gitea.test',
      kind: 'gitea',
      api: `${server.origin}/api/v1`,
      access: { kind: 'token', token: TOKEN, user: null },
      report: [],
    },
    secrets: [TOKEN],
    report({ name, native, sha = SHA }: Attempt) {
      statuses.push({
        id: ++ids,
        sha,
        name,
        state: String(native.status),
        description: 'said',
        url: `${server.origin}/said/${ids}`,
      });
    },
    states: [
      [{ status: 'success' }, 'passed'],
      [{ status: 'skipped' }, 'skipped'],
      [{ status: 'pending' }, 'pending'],
      [{ status: 'failure' }, 'failed'],
      [{ status: 'warning' }, 'failed'],
      [{ status: 'error' }, 'errored'],
      [{ status: 'hasOwnProperty' }, 'pending'],
    ],
    statuses: () => latestOf(statuses.filter(({ sha }) => sha === SHA)),
    told: { pending: 'pending', success: 'success', failure: 'failure', error: 'error', neutral: 'warning' },
    deployments: () => null,
    reruns: () => null,
    pullRequest: { number: 12, title: 'Sell *more* <shoes>', url: `${server.origin}/${PROJECT}/pulls/12` },
    account: 'slipway-bot',
    gitUser: 'x-access-token',
    takeAway() {
      taken = true;
      return [
        { use: 'checks', scope: 'read:repository' },
        { use: 'statuses', scope: 'write:repository' },
        { use: 'pullRequests', scope: 'read:repository' },
      ];
    },
    close: () => server.close(),
  };
}
