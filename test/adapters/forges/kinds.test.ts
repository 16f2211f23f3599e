import { apiOf, openForges } from '../../../src/app/forges.ts';
import { judge } from '../../../src/domain/checks/checks.ts';
import type { ForgeSettings } from '../../../src/flow/settings/forges.ts';
import { type ForgeCommit, ForgeError, type ForgeProject } from '../../../src/ports/forge.ts';
import { bitbucketDataCenterWorld } from '../../support/forges/bitbucket.ts';
import { githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import { type ForgeWorld, PROJECT, SHA } from '../../support/forges/world.ts';

const COMMIT: ForgeCommit = { sha: SHA, ref: { name: 'main', tag: false } };
const TEXT = { description: '', url: null, environmentUrl: null };
const FAILED = { status: 'completed', conclusion: 'failure' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened<W extends ForgeWorld>(
  opening: Promise<W>,
  path = PROJECT,
  over: Partial<ForgeSettings> = {},
): Promise<[W, ForgeProject]> {
  const world = await opening;
  closing.push(() => world.close());
  const settings = { ...world.settings, ...over };
  const forges = openForges({ settings: { forges: [settings] }, now: Date.now, timeoutMs: 5_000 });
  const project = await forges({ name: settings.name, project: path });
  if (project === null) throw new Error('the forge is not configured');
  return [world, project];
}

async function faultOf(work: Promise<unknown>) {
  const error = await work.catch((reason: unknown) => reason);
  if (!(error instanceof ForgeError)) throw new Error('no ForgeError');
  return error.fault;
}

test.each<[Pick<ForgeSettings, 'name' | 'kind' | 'api'>, string]>([
  [{ name: 'github.com', kind: 'github', api: null }, 'https://api.github.com'],
  [{ name: 'git.acme.dev', kind: 'github', api: null }, 'https://git.acme.dev/api/v3'],
  [{ name: 'x', kind: 'github', api: 'http://127.0.0.1:4001' }, 'http://127.0.0.1:4001'],
  [{ name: 'git.acme.dev:8443', kind: 'gitlab', api: null }, 'https://git.acme.dev:8443/api/v4'],
  [{ name: 'x', kind: 'gitlab', api: 'https://acme.dev/git/api/v4' }, 'https://acme.dev/git/api/v4'],
  [{ name: 'x', kind: 'gitlab', api: 'https://git.acme.dev' }, 'https://git.acme.dev/api/v4'],
  [{ name: 'codeberg.org', kind: 'gitea', api: null }, 'https://codeberg.org/api/v1'],
  [{ name: 'bitbucket.org', kind: 'bitbucket', api: null }, 'https://api.bitbucket.org/2.0'],
  [{ name: 'bitbucket.org', kind: 'bitbucket', api: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/2.0'],
  [{ name: 'git.acme.dev', kind: 'bitbucket', api: null }, 'https://git.acme.dev/rest'],
  [{ name: 'x', kind: 'bitbucket', api: 'https://acme.dev/git/rest/api/1.0' }, 'https://acme.dev/git/rest'],
  [{ name: 'x', kind: 'bitbucket', api: 'https://acme.dev/git' }, 'https://acme.dev/git/rest'],
  [{ name: 'x', kind: 'bitbucket', api: 'http://127.0.0.1:1/2.0' }, 'http://127.0.0.1:1/2.0'],
])('%j is asked at %s', (forge, api) => {
  expect(apiOf(forge)).toBe(api);
});

test('a product without a forge has no client', async () => {
  const forges = openForges({ settings: {}, now: Date.now });
  expect(await forges(undefined)).toBeNull();
  expect(await forges({ name: 'github.com', project: PROJECT })).toBeNull();
});

test('what one product is told about limits holds for all of the forge', async () => {
  const world = await githubWorld('classic');
  closing.push(() => world.close());
  const forges = openForges({ settings: { forges: [world.settings] }, now: Date.now });
  const { name } = world.settings;
  world.server.fault = { kind: 'answer', status: 429, headers: { 'retry-after': '60' }, text: '{}' };
  const first = await forges({ name, project: PROJECT });
  expect((await faultOf(first!.pullRequests(SHA))).kind).toBe('limited');
  world.server.fault = null;
  const other = await forges({ name, project: 'acme/other' });
  expect((await faultOf(other!.pullRequests(SHA))).kind).toBe('limited');
  expect(world.server.calls).toHaveLength(1);
});

describe('GitHub', () => {
  test('a repository that was renamed is found where GitHub says', async () => {
    const [world, project] = await opened(githubWorld('classic'), 'acme/old-name');
    for (let at = 0; at < 120; at++) world.report({ name: `check ${at}`, native: FAILED });
    expect(await project.checks(COMMIT)).toHaveLength(120);
    await project.reportStatus(COMMIT, {
      name: 'slipway/prod',
      state: 'success',
      description: '',
      url: null,
    });
    expect(world.statuses()).toHaveLength(1);
  });

  test('too many requests at once: a refusal that only its documentation tells from others', async () => {
    const [world, project] = await opened(githubWorld('classic'));
    const page = 'https://docs.github.com/rest/overview/resources-in-the-rest-api#secondary-rate-limits';
    const text = JSON.stringify({ message: 'No.', documentation_url: page });
    world.server.fault = {
      kind: 'answer',
      status: 403,
      headers: { 'content-type': 'application/json' },
      text,
    };
    expect((await faultOf(project.checks(COMMIT))).kind).toBe('limited');
  });

  test('what it says about a refusal is told, without the token that it repeats', async () => {
    const [world, project] = await opened(githubWorld('classic'));
    const [token] = world.secrets;
    const text = JSON.stringify({ message: `No commit found for ${token}` });
    world.server.fault = { kind: 'answer', status: 422, text };
    expect(await faultOf(project.pullRequests(SHA))).toEqual({
      kind: 'refused',
      why: { how: 'request', status: 422, says: 'No commit found for ***' },
    });
  });

  test("one workflow's success does not hide another's failure", async () => {
    const [world, project] = await opened(githubWorld('classic'));
    world.report({ name: 'test', native: FAILED, group: 1 });
    world.report({ name: 'test', native: { status: 'completed', conclusion: 'success' }, group: 2 });
    expect(judge(['test'], await project.checks(COMMIT)).kind).toBe('failed');
  });

  test('a deployment waits for no check of GitHub, merges nothing, and stays in the history', async () => {
    const [world, project] = await opened(githubWorld('classic'));
    await project.startDeployment(COMMIT, {
      environment: 'prod',
      release: 'a',
      description: 'x'.repeat(200),
      url: null,
      environmentUrl: null,
    });
    expect(world.state.lastDeployment).toMatchObject({ required_contexts: [], auto_merge: false });
    expect(world.state.lastDeployment).not.toHaveProperty('transient_environment');
  });

  test('a success makes the older deployments of the environment inactive, and no others', async () => {
    const [world, project] = await opened(githubWorld('classic'));
    const success = { state: 'success', ...TEXT } as const;
    for (const [environment, release] of [
      ['production', '1'],
      ['beta', '2'],
      ['production', '3'],
    ] as const) {
      const id = await project.startDeployment(COMMIT, { environment, release, ...TEXT });
      await project.reportDeployment(id!, success);
    }
    expect(world.deployments()?.map(({ state }) => state)).toEqual(['inactive', 'success', 'success']);
  });

  test('another release of the same commit is another deployment', async () => {
    const [, project] = await opened(githubWorld('classic'));
    const start = (release: string) =>
      project.startDeployment(COMMIT, { environment: 'prod', release, ...TEXT });
    expect(await start('storefront/prod#1')).not.toBe(await start('storefront/prod#2'));
  });

  test('a run that has not ended, a check run of another App and a status are run again elsewhere', async () => {
    const [world, project] = await opened(githubWorld('classic'));
    world.report({ name: 'a', native: FAILED, group: 1 });
    world.report({ name: 'b', native: { status: 'in_progress' }, group: 1 });
    world.report({ name: 'c', native: { ...FAILED, details_url: null }, group: 2 });
    world.report({ name: 'd', native: { state: 'failure' } });
    const failed = (await project.checks(COMMIT)).filter(({ state }) => state === 'failed');
    const { started, elsewhere } = await project.rerun(COMMIT, failed);
    expect([started, elsewhere.map(({ name }) => name).sort()]).toEqual([[], ['a', 'c', 'd']]);
  });

  test('an App asks the App that made a check run', async () => {
    const [world, project] = await opened(githubWorld('app'));
    world.report({ name: 'c', native: { ...FAILED, details_url: null } });
    const failed = await project.checks(COMMIT);
    expect(await project.rerun(COMMIT, failed)).toEqual({ started: failed, elsewhere: [] });
    expect(world.reruns()).toBe(1);
  });

  test('an App uses one token as long as GitHub believes it, and then another one', async () => {
    const [world, project] = await opened(githubWorld('app'));
    await project.checks(COMMIT);
    await project.pullRequests(SHA);
    const login = await project.cloneLogin();
    expect([login?.user, world.state.tokens.length]).toEqual(['x-access-token', 1]);
    expect(login?.until).toBeGreaterThan(Date.now());
    world.state.believed.clear();
    expect(await faultOf(project.pullRequests(SHA))).toEqual({
      kind: 'refused',
      why: { how: 'credentials' },
    });
    expect(await project.pullRequests(SHA)).toHaveLength(1);
    expect(world.state.tokens.length).toBe(2);
  });

  test('the tokens of Apps at two servers are not mixed up, although their installations have one number', async () => {
    const [first, one] = await opened(githubWorld('app'));
    const [second, other] = await opened(githubWorld('app'));
    await Promise.all([
      one.checks(COMMIT),
      one.pullRequests(SHA),
      other.checks(COMMIT),
      other.checks(COMMIT),
    ]);
    expect([first.state.tokens.length, second.state.tokens.length]).toEqual([1, 1]);
  });

  test('an App whose key is none is not believed, and the key is not repeated', async () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----';
    const [world, project] = await opened(githubWorld('app'), PROJECT, {
      access: { kind: 'app', id: 1, key },
    });
    const error = await project.checks(COMMIT).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('S3CRET');
    expect(await faultOf(project.checks(COMMIT))).toEqual({ kind: 'refused', why: { how: 'credentials' } });
    expect(world.server.calls).toEqual([]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'single sign-on',
      { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' },
      "the organization's single sign-on",
    ],
    ['a permission', { 'x-accepted-github-permissions': 'checks=read' }, 'checks=read'],
  ])('%s that is lacking is named', async (_, headers, scope) => {
    const [world, project] = await opened(githubWorld('fineGrained'));
    world.server.fault = { kind: 'answer', status: 403, headers, text: '{}' };
    expect(await faultOf(project.checks(COMMIT))).toEqual({ kind: 'refused', why: { how: 'scope', scope } });
  });
});

test('GitLab: what others reported is run again by them', async () => {
  const [world, project] = await opened(gitlabWorld());
  world.report({ name: 'test', native: { status: 'failed' }, group: 99 });
  const failed = await project.checks(COMMIT);
  expect(await project.rerun(COMMIT, failed)).toEqual({ started: [], elsewhere: failed });
});

test('GitLab: checks of another branch of the same commit do not count', async () => {
  const [world, project] = await opened(gitlabWorld());
  world.report({ name: 'test', native: { status: 'success' } });
  expect(await project.checks(COMMIT)).toHaveLength(1);
  expect(await project.checks({ ...COMMIT, ref: { name: 'other', tag: false } })).toEqual([]);
});

test('GitLab: a 400 that is not about what is so already stays a refusal', async () => {
  const [world, project] = await opened(gitlabWorld());
  world.server.fault = {
    kind: 'answer',
    status: 400,
    headers: { 'content-type': 'application/json' },
    text: '{}',
  };
  const status = { name: 'slipway/prod', state: 'success', description: '', url: null } as const;
  const refused = { kind: 'refused', why: { how: 'request', status: 400 } };
  expect(await faultOf(project.reportStatus(COMMIT, status))).toEqual(refused);
});

test('Bitbucket Data Center: pages of a project', async () => {
  const [world, project] = await opened(bitbucketDataCenterWorld());
  const home = `${world.server.origin}/projects/acme/repos/storefront`;
  expect(project.links.commit('c')).toBe(`${home}/commits/c`);
  expect(project.links.range('a', 'b')).toBe(`${home}/compare/commits?sourceBranch=b&targetBranch=a`);
});
