import { newCard } from '../../../src/domain/documents/card.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { startReports } from '../../../src/flow/reports/start-reports.ts';
import { watchReports } from '../../../src/flow/reports/trouble.ts';
import { Troubles } from '../../../src/flow/services/troubles.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { giteaWorld } from '../../support/forges/gitea.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import { type ForgeWorld, PROJECT, SHA } from '../../support/forges/world.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import { DEPLOYING, openReportStage, type ReportStage, type Scene } from './scene.ts';

const MINUTE = 60_000;

let stage: ReportStage;

beforeAll(async () => {
  stage = await openReportStage();
}, 60_000);
afterAll(() => stage.close());

describe('a release that GitHub is told of', () => {
  let github: GitHubWorld;
  let scene: Scene;
  beforeEach(async () => {
    github = await githubWorld('fineGrained');
    scene = stage.scene(github);
  });
  afterEach(() => github.close());

  const states = () => github.deployments()?.map(({ state }) => state);
  const all = (number: number) => github.state.deployments[number]?.states;

  it('has a status with the link of its card, and a deployment', async () => {
    const card = newCard(`${scene.id}#1`, 'shop', { kind: 'push', head: 1, sha: SHA });
    const posted = await scene.services.chat.post(
      await scene.services.chat.channel('#shop'),
      { text: 'x', blocks: [] },
      { card: card.id },
    );
    await scene.services.store.save('cards', { ...card, ...posted, revision: 1 });
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    const url = await scene.services.chat.permalink(posted);
    const name = `slipway/${scene.name}`;
    expect(github.statuses()).toEqual([
      { name, state: 'pending', description: `shop/${scene.name}#1: deploying`, url },
    ]);
    expect(github.deployments()).toEqual([{ environment: scene.name, sha: SHA, state: 'in_progress' }]);
    expect(github.state.lastDeployment).toMatchObject({ required_contexts: [], auto_merge: false });
    expect(github.state.lastDeployment).not.toHaveProperty('transient_environment');
    await scene.has(1);
    await scene.tell();
    expect(github.statuses()).toEqual([
      { name, state: 'success', description: `shop/${scene.name}#1: accepted`, url },
    ]);
    expect(states()).toEqual(['success']);
    const { releases, claim, wakeAt } = await scene.reports();
    // It still runs there.
    expect([releases.length, claim, wakeAt]).toEqual([1, null, null]);
  });

  it('leaves nothing behind when it is over', async () => {
    await scene.has(1);
    await scene.tell();
    await scene.has(2);
    await scene.send({ type: 'tellForge', product: 'shop', release: 1 });
    await scene.tell();
    expect(states()).toEqual(['inactive', 'success']);
    expect((await scene.reports()).releases.map(({ release }) => release)).toEqual([2]);
  });

  it('waits while GitHub is down, and is then told as it is by then', async () => {
    github.server.fault = { kind: 'reset' };
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    const { wakeAt, claim } = await scene.reports();
    expect(claim).toBeNull();
    expect(wakeAt).toBeGreaterThan(scene.services.clock.leaseNow());
    const calls = github.server.calls.length;
    await scene.tell();
    expect(github.server.calls).toHaveLength(calls);
    for (let failures = 1; failures < 6; failures += 1) await scene.tellLater();
    expect(scene.services.troubles.list('shop').map(({ says }) => says)).toEqual([
      expect.stringContaining('github.test is not told of releases'),
    ]);
    await scene.has(1, { status: 'failed', deployedAt: null, end: null }, false);
    github.server.fault = null;
    await scene.tellLater();
    expect(github.statuses().map(({ state }) => state)).toEqual(['failure']);
    expect(github.state.statuses).toHaveLength(1);
    expect(all(0)).toEqual(['pending', 'in_progress', 'failure']);
    expect(scene.services.troubles.list()).toEqual([]);
  });

  it.each<[string, Partial<Release>, string[]]>([
    ['was replaced', { status: 'superseded' }, ['pending', 'in_progress', 'success', 'inactive']],
    ['was accepted, and another one runs now', {}, ['pending', 'in_progress', 'success', 'inactive']],
    ['was cancelled', { status: 'cancelled', deployedAt: null }, ['pending', 'in_progress', 'error']],
    [
      'broke',
      { status: 'errored', erroredIn: 'deploy', deployedAt: null },
      ['pending', 'in_progress', 'error'],
    ],
    ['was found faulty', { status: 'faulty' }, ['pending', 'in_progress', 'failure']],
  ])('is settled although it %s while GitHub was away', async (_what, change, expected) => {
    await scene.has(1, change, false);
    await scene.tell();
    expect(all(0)).toEqual(expected);
  });

  it('is settled if it was told to run, and ended while GitHub was away', async () => {
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    await scene.has(1, { status: 'superseded' }, false);
    await scene.tell();
    expect(all(0)).toEqual(['pending', 'in_progress', 'success', 'inactive']);
    expect((await scene.reports()).releases).toEqual([]);
  });

  it('has no deployment if it never began', async () => {
    await scene.has(1, { status: 'superseded', begun: false, deployedAt: null, attempts: [] }, false);
    await scene.tell();
    expect(states()).toEqual([]);
    expect(github.statuses().map(({ state }) => state)).toEqual(['pending']);
    expect((await scene.reports()).releases).toEqual([]);
  });

  it('does not speak for its commit once a later release does', async () => {
    await scene.has(2);
    await scene.has(1, { status: 'failed', end: null }, false);
    await scene.tell();
    const description = `shop/${scene.name}#2: accepted`;
    expect(github.statuses()).toMatchObject([{ description, state: 'success' }]);
  });

  it('is told when GitHub has patience again, and not before', async () => {
    const headers = { 'retry-after': '120' };
    github.server.fault = { kind: 'answer', status: 429, headers, text: '{"message":"slow down"}' };
    await scene.has(1);
    const before = scene.services.clock.leaseNow();
    await scene.tell();
    expect((await scene.reports()).notBefore).toBeGreaterThanOrEqual(before + 2 * MINUTE - 2_000);
    expect((await scene.reports()).failures).toBe(0);
    expect(scene.services.troubles.list()).toEqual([]);
    github.server.fault = null;
    const calls = github.server.calls.length;
    stage.clock.aheadMs += MINUTE;
    await scene.tell();
    expect(github.server.calls).toHaveLength(calls);
    await scene.tellLater();
    expect(states()).toEqual(['success']);
  });

  it('is not told what the account may not say: the scope is named once, and it ends', async () => {
    github.takeAway();
    await scene.has(1);
    await scene.tell();
    const troubles = () => scene.services.troubles.list('shop').map(({ says, todo }) => `${says}; ${todo}`);
    const named = [
      `github.test is not told of commit statuses of ${PROJECT}: the account lacks statuses=write; give statuses=write to the account of forges.github.test, or leave statuses out of the report of forges.github.test`,
      `github.test is not told of deployments of ${PROJECT}: the account lacks deployments=write; give deployments=write to the account of forges.github.test, or leave deployments out of the report of forges.github.test`,
    ];
    expect(troubles()).toEqual(named);
    while ((await scene.reports()).wakeAt !== null) await scene.tellLater();
    expect((await scene.reports()).refused.map(({ times }) => times)).toEqual([24, 24]);
    const calls = github.server.calls.length;
    await scene.tellLater();
    expect(github.server.calls).toHaveLength(calls);
    expect(troubles()).toEqual(named);
    // The next change is tried all the same, once.
    await scene.has(2, DEPLOYING, false);
    await scene.tell();
    expect((await scene.reports()).wakeAt).toBeNull();
    github.state.taken = false;
    await scene.has(2);
    await scene.tell();
    expect(states()).toEqual(['inactive', 'success']);
    expect(troubles()).toEqual([]);
  });

  it('is told by another process, which ends what this one says is wrong', async () => {
    github.takeAway();
    await scene.has(1);
    await scene.tell();
    const { services } = scene;
    const [shop] = services.settings.products;
    const [settings] = shop!.environments;
    shop!.environments = [{ ...settings, policy: { ...settings.policy, name: scene.name } }];
    await watchReports(services);
    expect(services.troubles.list('shop')).toHaveLength(2);
    github.state.taken = false;
    await scene.has(1);
    stage.clock.aheadMs += QUICK.reportAwayMs[0]!;
    await scene.tell(scene.process({ troubles: new Troubles(Date.now, services.log) }));
    expect(states()).toEqual(['success']);
    await watchReports(services);
    expect(services.troubles.list('shop')).toEqual([]);
  });

  it('is told when a process starts after the scope was given', async () => {
    github.takeAway();
    await scene.has(1);
    await scene.tell();
    github.state.taken = false;
    const [shop] = scene.services.settings.products;
    await startReports(scene.services, shop!, [scene.id]);
    await scene.tell();
    expect(states()).toEqual(['success']);
  });

  it('says so if GitHub does not believe the token', async () => {
    github.server.fault = { kind: 'answer', status: 401, text: '{"message":"Bad credentials"}' };
    await scene.has(1);
    await scene.tell();
    expect(scene.services.troubles.list()[0]).toMatchObject({
      says: expect.stringContaining('does not accept the token'),
      todo: expect.stringContaining('replace the login of forges.github.test'),
    });
  });

  it('holds up no other if GitHub does not have its commit', async () => {
    await scene.has(1, { sha: 'd'.repeat(40) }, false);
    await scene.has(2);
    await scene.tell();
    expect(states()).toEqual(['success']);
    expect((await scene.reports()).wakeAt).toBeNull();
    expect(scene.services.troubles.list()).toEqual([]);
  });

  it('has one deployment, although the answer was lost', async () => {
    github.server.fault = { kind: 'lost', at: /\/deployments$/ };
    await scene.has(1);
    await scene.tell();
    expect(all(0)).toEqual(['pending']);
    github.server.fault = null;
    await scene.tellLater();
    expect(states()).toEqual(['success']);
  });

  it('is told by one of two processes, and of the handlers of one process', async () => {
    await scene.has(1);
    await Promise.all([scene.tell(), scene.tell(), scene.tell(scene.process())]);
    expect(github.state.statuses).toHaveLength(1);
    expect(states()).toEqual(['success']);
  });

  it('is not told once the product tells nothing, and leaves nothing to do', async () => {
    await scene.has(1);
    const [forge] = scene.services.settings.forges!;
    forge!.report = [];
    await startReports(scene.services, scene.services.settings.products[0]!, [scene.id]);
    expect(await scene.reports()).toMatchObject({ releases: [], wakeAt: null });
    expect(github.server.calls).toEqual([]);
  });

  it('is told by statuses alone where the configuration says so', async () => {
    scene = stage.scene(github, ['statuses']);
    await scene.has(1);
    await scene.tell();
    expect([github.statuses().length, states()]).toEqual([1, []]);
    expect((await scene.reports()).wakeAt).toBeNull();
  });

  it('names its product where another one shares the repository', async () => {
    const { products } = scene.services.settings;
    products.push({ ...products[0]!, name: 'stall' });
    await scene.has(1);
    await scene.tell();
    expect(github.deployments()?.map(({ environment }) => environment)).toEqual([scene.id]);
  });
});

describe('a release that another forge is told of', () => {
  let world: ForgeWorld;
  afterEach(() => world.close());

  test('is settled at GitLab, which never heard of it', async () => {
    world = await gitlabWorld();
    const scene = stage.scene(world);
    await scene.has(1, { status: 'superseded' }, false);
    await scene.has(2);
    await scene.tell();
    expect(world.deployments()?.map(({ state }) => state)).toEqual(['success', 'success']);
  });

  test('has one deployment although the handler that looked for it comes back when its claim has ended', async () => {
    world = await gitlabWorld();
    const scene = stage.scene(world);
    await scene.has(1);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    world.server.fault = {
      kind: 'slow',
      only: ({ method, path }) => method === 'GET' && path.endsWith('/deployments'),
      wait: () => answered,
    };
    const slow = scene.tell();
    const isAsked = () =>
      world.server.calls.some(({ method, path }) => method === 'GET' && path.endsWith('/deployments'));
    await until('deployments are asked for', isAsked);
    world.server.fault = null;
    await scene.tellLater();
    answer();
    await slow;
    expect(world.deployments()?.map(({ state }) => state)).toEqual(['success']);
    expect((await scene.reports()).wakeAt).toBeNull();
  });

  test.each<[what: string, follows: ProductSettings['branch'], ref: string | null, named: string]>([
    ['the branch that is followed', 'main', 'v1', 'main'],
    ['the tag by which it was prepared', { tags: 'v*' }, 'v1', 'v1'],
    ['its SHA, if it was prepared by a branch', { tags: 'v*' }, 'fix', SHA],
    ['its SHA, if it was prepared by that', { tags: 'v*' }, null, SHA],
  ])('names to GitLab, of a commit that nobody pushed, %s', async (_what, follows, ref, named) => {
    world = await gitlabWorld();
    const scene = stage.scene(world);
    scene.services.settings.products[0]!.branch = follows;
    await scene.has(1, { ref });
    await scene.tell();
    expect(world.deployments()).toMatchObject([{ ref: named, state: 'success' }]);
    expect(world.statuses()).toMatchObject([{ name: `slipway/${scene.name}`, state: 'success' }]);
  });

  test('has a status alone at one without deployments', async () => {
    world = await giteaWorld();
    const scene = stage.scene(world);
    await scene.has(1);
    await scene.tell();
    const name = `slipway/${scene.name}`;
    expect(world.statuses()).toMatchObject([{ name, state: 'success' }]);
    expect((await scene.reports()).wakeAt).toBeNull();
  });
});
