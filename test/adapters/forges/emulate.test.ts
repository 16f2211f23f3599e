import { createEmulator, type Emulator } from 'emulate';
import * as z from 'zod';
import { openGitHubExecutor } from '../../../src/adapters/executors/github/github.ts';
import { openClients, openForges } from '../../../src/app/forges.ts';
import { judge } from '../../../src/domain/checks/checks.ts';
import type { ForgeSettings } from '../../../src/flow/settings/forges.ts';
import { type ForgeCommit, ForgeError, type ForgeProject } from '../../../src/ports/forge.ts';
import { attemptOf } from '../../support/executors/world.ts';
import { APP_KEY } from '../../support/forges/github/app.ts';
import { type ForgeServer, serve } from '../../support/forges/server.ts';
import { freePort } from '../../support/services/servers.ts';

/**
 * The client of GitHub against an emulator that others keep: tokens of Apps, check runs. It has no commit statuses, so a commit
 * has none here; the stand-in in `test/support/forges` has.
 */

const APP = 12345;
const PROJECT = 'octocat/hello-world';
const NAME = 'test';

let github: Emulator;
let front: ForgeServer;
let commit: ForgeCommit;

beforeAll(async () => {
  github = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      tokens: { ci_token: { login: 'octocat', scopes: ['repo'] } },
      github: {
        users: [{ login: 'octocat' }],
        repos: [{ owner: 'octocat', name: 'hello-world', auto_init: true }],
        apps: [
          {
            app_id: APP,
            slug: 'slipway',
            name: 'Slipway',
            permissions: { metadata: 'read', checks: 'write', contents: 'read' },
            installations: [
              {
                installation_id: 100,
                account: 'octocat',
                permissions: { metadata: 'read', checks: 'write', contents: 'read' },
              },
            ],
          },
        ],
      },
    },
  });
  front = await serve(
    async ({ method, path, query, headers, body }) => {
      if (/\/commits\/[^/]+\/status$/.test(path))
        return { status: 200, body: { state: 'pending', statuses: [], total_count: 0 } };
      const answer = await fetch(`${github.url}${path}?${query}`, {
        method,
        headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: linkOf(answer),
        ...(text === '' ? {} : { body: JSON.parse(text) }),
      };
    },
    { etags: true },
  );
  const branch = await asCi('GET', `/repos/${PROJECT}/branches/main`);
  const { sha } = z.object({ commit: z.object({ sha: z.string() }) }).parse(branch).commit;
  commit = { sha, ref: { name: 'main', tag: false } };
});
afterAll(async () => {
  await front.close();
  await github.close();
});

const linkOf = (answer: Response): Record<string, string> => {
  const link = answer.headers.get('link');
  return link === null ? {} : { link };
};

async function asCi(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: 'token ci_token', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return await answer.json();
}

async function project(key: string): Promise<ForgeProject> {
  const settings: ForgeSettings = {
    name: 'github.test',
    kind: 'github',
    api: front.origin,
    access: { kind: 'app', id: APP, key },
    report: [],
  };
  const forges = openForges({ settings: { forges: [settings] }, now: Date.now });
  const found = await forges({ name: settings.name, project: PROJECT });
  if (found === null) throw new Error('the forge is not configured');
  return found;
}

const appKey = () =>
  github.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key')?.value ?? '';
const report = (conclusion: string | null) =>
  asCi('POST', `/repos/${PROJECT}/check-runs`, {
    name: NAME,
    head_sha: commit.sha,
    ...(conclusion === null ? { status: 'in_progress' } : { status: 'completed', conclusion }),
  });

test('an App follows a check from the first attempt to the one that passes, and asks for it again', async () => {
  const app = await project(appKey());
  const kind = async () => judge([NAME], await app.checks(commit)).kind;
  expect(await kind()).toBe('pending');
  await report(null);
  expect(await kind()).toBe('pending');
  await report('failure');
  expect(await kind()).toBe('failed');
  const [failed] = (await app.checks(commit)).filter(({ state }) => state === 'failed');
  const { started, elsewhere } = await app.rerun(commit, [failed!]);
  expect([started, elsewhere]).toEqual([[failed], []]);
  expect(await kind()).toBe('pending');
  await report('success');
  expect(await kind()).toBe('passed');
});

test('an App says which permissions it has not', async () => {
  const app = await project(appKey());
  expect(await app.lacks(['checks', 'statuses', 'clone'])).toEqual([
    { use: 'checks', scope: 'statuses: read' },
    { use: 'statuses', scope: 'statuses: write' },
  ]);
});

test('an App logs in to git with a token that ends', async () => {
  const login = await (await project(appKey())).cloneLogin();
  expect(login?.user).toBe('x-access-token');
  expect(login?.until).toBeGreaterThan(Date.now());
});

test('who signs with another key is not believed', async () => {
  const error = await (await project(APP_KEY)).checks(commit).catch((reason: unknown) => reason);
  expect(error instanceof ForgeError && error.fault).toEqual({
    kind: 'refused',
    why: { how: 'credentials' },
  });
});

test('a workflow that is not there is named, with the place where it has to be', async () => {
  const settings: ForgeSettings = {
    name: 'github.test',
    kind: 'github',
    api: front.origin,
    access: { kind: 'token', token: 'ci_token', user: null },
    report: [],
  };
  const client = await openClients({ settings: { forges: [settings] }, now: Date.now })(settings.name);
  if (client?.kind !== 'github') throw new Error('it is no GitHub');
  const seen = await openGitHubExecutor({
    api: client.forge.api(PROJECT),
    target: {
      system: 'github',
      forge: settings.name,
      project: PROJECT,
      workflow: 'deploy.yml',
      ref: 'main',
      inputs: { slipway: '{attempt}' },
    },
  }).start(attemptOf());
  expect(seen).toMatchObject({ kind: 'ended', run: null, outcome: { kind: 'errored', ran: false } });
  expect(seen).toMatchObject({
    outcome: {
      reason: expect.stringContaining('`.github/workflows/deploy.yml` must be on the default branch'),
    },
  });
});
