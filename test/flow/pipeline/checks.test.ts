import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../../../src/domain/documents/build.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';
import type { BuildStatus } from '../../../src/domain/documents/values/build/run.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { fetchBranch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { lookAtChecks, ringChecks } from '../../../src/flow/pipeline/look-at-checks.ts';
import { receiveCheck } from '../../../src/flow/pipeline/receive-check.ts';
import { requestRebuild } from '../../../src/flow/requests/rebuild.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { watchBranches } from '../../../src/flow/upkeep/branch-watch.ts';
import { start } from '../../../src/flow/upkeep/sweep.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import type { Native } from '../../support/forges/world.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;
const done = (conclusion: string): Native => ({ status: 'completed', conclusion });
const RUNS: Native = { status: 'in_progress' };

describe('a commit whose checks a forge knows', () => {
  let github: GitHubWorld;
  let stage: Stage;
  let sha: string;
  let id: string;

  beforeEach(async () => {
    github = await githubWorld('classic');
    stage = await openStage(
      { deploy: 'ls -A > "$OUT/deployed"; git rev-parse HEAD >> "$OUT/deployed"' },
      { forge: github, checks: { names: ['test', 'build'], withinMs: 3_600_000 } },
    );
    stage.services.settings.products[0]!.env = { OUT: stage.services.dataDirectory };
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
    id = await requestBuild(stage.services, sha);
  }, 60_000);
  afterEach(async () => {
    await stage.close();
    await github.close();
  });

  const report = (name: string, native: Native, group = 1) => github.report({ name, native, group, sha });

  async function build(): Promise<Build> {
    const stored = await stage.services.store.load('builds', id);
    if (!stored) throw new Error('there is no such build');
    return stored;
  }

  /** A look that is due now, or becomes due in time. */
  async function look(): Promise<BuildStatus> {
    const { checks } = await build();
    const wait = (checks?.lookAt ?? 0) - stage.services.now();
    if (wait > 0) stage.clock.aheadMs += wait;
    await lookAtChecks(stage.services, id);
    return (await build()).status;
  }

  it('counts as built when they have passed, and is deployed in a clean tree', async () => {
    expect(await look()).toBe('awaiting');
    expect((await build()).checks).toMatchObject({ missing: ['test', 'build'] });
    report('test', RUNS);
    report('build', { state: 'success' });
    expect(await look()).toBe('awaiting');
    report('test', done('success'));
    expect(await look()).toBe('succeeded');
    await makeRelease(stage.services, sha);
    writeFileSync(join(stage.services.dataDirectory, 'deployed'), '');
    await deploy(stage.services, 'shop/integration');
    const text = await readFile(join(stage.services.dataDirectory, 'deployed'), 'utf8');
    expect(text.split('\n')).toEqual(['.git', 'app.txt', sha, '']);
  });

  it('is looked at once by two processes at once', async () => {
    report('test', done('failure'));
    await Promise.all([lookAtChecks(stage.services, id), lookAtChecks(stage.services, id)]);
    expect(await build()).toMatchObject({ status: 'failed', checks: { looks: 1 } });
    const replies = (await build()).effects.filter(({ command }) => command.type === 'reply');
    expect(replies).toHaveLength(1);
  });

  it('is looked at again when the forge rings, and not otherwise before its time', async () => {
    await look();
    await lookAtChecks(stage.services, id);
    expect((await build()).checks?.looks).toBe(1);
    stage.clock.aheadMs += QUICK.checksSpacingMs;
    expect(await ringChecks(stage.services, id)).toBe('rung');
    await lookAtChecks(stage.services, id);
    expect((await build()).checks?.looks).toBe(2);
    expect(await ringChecks(stage.services, `shop@${'b'.repeat(40)}`)).toBe('nothing');
  });

  it('waits for a forge that is down, and says so where people look', async () => {
    await stage.services.store.save('products', {
      ...newProduct('shop'),
      revision: 1,
      heads: [{ number: 1, sha, at: 1, pushedBy: null }],
    });
    github.server.fault = { kind: 'answer', status: 502, text: '<html>' };
    expect(await look()).toBe('awaiting');
    expect((await build()).checks?.unread?.reason).toMatch(/^github\.test was asked for the checks/);
    await watchBranches(stage.services);
    expect(stage.services.troubles.list('shop').map(({ says }) => says)).toEqual([
      expect.stringContaining('github.test was asked for the checks'),
    ]);
    stage.clock.aheadMs += 7_200_000;
    expect(await look()).toBe('awaiting');
    github.server.fault = null;
    report('test', done('success'));
    report('build', done('success'));
    expect(await look()).toBe('succeeded');
    await watchBranches(stage.services);
    expect(stage.services.troubles.list('shop')).toEqual([]);
  });

  it('is not asked about before a forge that is asked too often wants it', async () => {
    github.server.fault = { kind: 'answer', status: 429, headers: { 'retry-after': '600' }, text: '{}' };
    await look();
    await ringChecks(stage.services, id);
    const wait = ((await build()).checks?.lookAt ?? 0) - stage.services.now();
    expect(wait).toBeGreaterThan(590_000);
    expect(wait).toBeLessThanOrEqual(600_000);
  });

  it('has its failed checks run again at the request of a person', async () => {
    report('test', done('failure'));
    report('build', done('success'));
    expect(await look()).toBe('failed');
    const chat = stage.services as ChatServices;
    const rebuilt = await requestRebuild(chat, { id: 'one', actor: ADA }, 'shop', sha);
    expect(rebuilt).toMatchObject({
      kind: 'accepted',
      checks: { started: [{ name: 'test' }], elsewhere: [], unasked: null },
    });
    expect(github.reruns()).toBe(1);
    // The forge still shows the old red.
    expect(await look()).toBe('awaiting');
    report('test', done('success'));
    expect(await look()).toBe('succeeded');
    const refused = await requestRebuild(chat, { id: 'two', actor: ADA }, 'shop', sha);
    expect(refused).toMatchObject({ kind: 'refused', refusal: { rule: 'buildSettled' } });
    expect(github.reruns()).toBe(1);
  });

  it('is run again once where two people ask at once', async () => {
    report('test', done('failure'));
    report('build', done('success'));
    expect(await look()).toBe('failed');
    const chat = stage.services as ChatServices;
    const both = await Promise.all(
      ['one', 'two'].map((request) => requestRebuild(chat, { id: request, actor: ADA }, 'shop', sha)),
    );
    expect(both).toMatchObject([
      { kind: 'accepted' },
      { kind: 'refused', refusal: { rule: 'buildSettled', status: 'awaiting' } },
    ]);
    expect(github.reruns()).toBe(1);
  });

  it('says where checks run that the forge cannot run again', async () => {
    report('test', { state: 'failure' });
    report('build', done('success'));
    expect(await look()).toBe('failed');
    const chat = stage.services as ChatServices;
    expect(await requestRebuild(chat, { id: 'one', actor: ADA }, 'shop', sha)).toMatchObject({
      kind: 'accepted',
      checks: { started: [], elsewhere: [{ name: 'test', url: expect.stringContaining('/said/') }] },
    });
    expect((await build()).status).toBe('failed');
    expect(github.reruns()).toBe(0);
  });

  it('says that the forge could not be asked to run checks again', async () => {
    report('test', done('failure'));
    expect(await look()).toBe('failed');
    github.server.fault = { kind: 'reset' };
    const chat = stage.services as ChatServices;
    expect(await requestRebuild(chat, { id: 'one', actor: ADA }, 'shop', sha)).toMatchObject({
      kind: 'accepted',
      checks: { started: [], elsewhere: [], unasked: expect.stringContaining('did not answer') },
    });
  });
});

test('a commit that somebody prepared, and nobody pushed, is known to GitLab by no tag', async () => {
  const gitlab = await gitlabWorld();
  const stage = await openStage(
    { deploy: 'true' },
    { forge: gitlab, checks: { names: ['test'], withinMs: 3_600_000 } },
  );
  stage.services.settings.products[0]!.branch = { tags: 'v*' };
  const sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
  gitlab.report({ name: 'test', native: { status: 'success' }, sha });
  const id = buildId('shop', sha);
  const watcher = environmentId('shop', 'integration');
  await apply(stage.services, 'builds', id, {
    id: 'one',
    actor: ROBOT,
    type: 'requestBuild',
    push: null,
    watcher,
  });
  await lookAtChecks(stage.services, id);
  expect((await stage.services.store.load('builds', id))?.status).toBe('succeeded');
  await stage.close();
  await gitlab.close();
}, 60_000);

describe('a commit of whose checks only reports tell', () => {
  let stage: Stage;
  let id: string;

  beforeEach(async () => {
    stage = await openStage(
      { deploy: 'true' },
      { forge: null, checks: { names: ['tets'], withinMs: 3_600_000 } },
    );
    const sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
    await start(stage.services);
    await fetchBranch(stage.services, 'shop');
    await dispatchEffects(stage.services, { kind: 'products', id: 'shop' });
    id = buildId('shop', sha);
    const check = { name: 'test', state: 'passed', url: null, description: null } as const;
    await receiveCheck(stage.services, stage.services.settings.products[0]!, {
      delivery: 'build:1',
      sha,
      check,
    });
  }, 60_000);
  afterEach(() => stage.close());

  const build = async () => (await stage.services.store.load('builds', id))!;
  const configure = async (over: object) => {
    Object.assign(stage.services.settings.products[0]!.build, over);
    await start(stage.services);
  };

  it('goes on at the next start when its name was corrected', async () => {
    expect(await build()).toMatchObject({ status: 'awaiting', checks: { missing: ['tets'] } });
    await configure({ checks: { names: ['test'], withinMs: 3_600_000 } });
    expect((await build()).status).toBe('succeeded');
  });

  it('goes on at the next start when its time was over', async () => {
    stage.clock.aheadMs += 3_600_001;
    await apply(stage.services, 'builds', id, { id: 'tick', actor: ROBOT, type: 'tick' });
    expect((await build()).status).toBe('errored');
    await configure({ checks: { names: ['test'], withinMs: 3_600_000 } });
    expect((await build()).status).toBe('succeeded');
  });

  it('is built by Slipway at the next start when that is configured', async () => {
    await configure({ checks: undefined, run: 'true' });
    expect((await build()).status).toBe('requested');
  });
});
