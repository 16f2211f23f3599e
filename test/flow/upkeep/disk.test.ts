import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { reserve, watchDisk } from '../../../src/flow/commands/disk-room.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import type { Space } from '../../../src/flow/services/services.ts';
import { sweep } from '../../../src/flow/upkeep/sweep.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

const GB = 1_000_000_000;

test.each([
  ['a large disk', 500 * GB, GB],
  ['a disk of twenty gigabytes', 20 * GB, GB],
  ['a smaller disk', 4 * GB, GB / 5],
  ['a tiny disk', GB / 10, 64_000_000],
])('the space that stays free on %s', (_what, total, expected) => {
  expect(reserve({ total })).toBe(expected);
});

describe('a nearly full disk', () => {
  let stage: Stage;
  let space: Space;
  beforeEach(async () => {
    stage = await openStage({ build: 'echo built > made.txt', deploy: 'test -e made.txt' });
    space = { free: 100 * GB, total: 500 * GB };
    stage.services.disk = async () => space;
  });
  afterEach(async () => await stage.close());

  const troubles = () => stage.services.troubles.list('shop').map(({ says }) => says);

  test('is reported, and no longer when there is room', async () => {
    const { services } = stage;
    await sweep(services);
    expect(troubles()).toEqual([]);
    space = { free: GB - 1, total: 500 * GB };
    await sweep(services);
    expect(troubles()).toEqual(['the disk with DATA_DIR is nearly full: less than 1,000 MB are free']);
    expect(services.troubles.get('disk')?.todo).toContain('deploys and rollbacks continue');
    space = { free: GB, total: 500 * GB };
    await sweep(services);
    expect(troubles()).toEqual([]);
  });

  test('holds builds with the reason on their cards, but not deploys, until there is room', async () => {
    const { services, repository } = stage;
    const sha = repository.commit({ 'app.txt': 'one' }, 'One');
    repository.push();
    await build(services, await requestBuild(services, sha));
    await makeRelease(services, sha);
    space = { free: 1_000, total: 500 * GB };
    const next = repository.commit({ 'app.txt': 'two' }, 'Two');
    repository.push();
    const id = await requestBuild(services, next);
    await build(services, id);
    const held = await services.store.load('builds', id);
    expect(held).toMatchObject({ status: 'requested', attempts: 0, wakeAt: 0 });
    expect(held?.held).toContain('starts by itself');
    // Once said, nothing is written again.
    await build(services, id);
    expect((await services.store.load('builds', id))?.revision).toBe(held?.revision);
    await deploy(services, 'shop/integration');
    expect((await services.store.load('environments', 'shop/integration'))?.deployed?.sha).toBe(sha);

    space = { free: 2 * GB, total: 500 * GB };
    await build(services, id);
    const built = await services.store.load('builds', id);
    expect(built?.status).toBe('succeeded');
    expect(built).not.toHaveProperty('held');
  }, 60_000);

  test('is not guessed if the system does not say', async () => {
    const { services } = stage;
    services.disk = () => Promise.reject(new Error('no such call'));
    expect(await watchDisk(services)).toBe(false);
    const { disk: _disk, ...asTheSystemSays } = services;
    expect(typeof (await watchDisk(asTheSystemSays))).toBe('boolean');
  });

  test('does not hold a build that has already begun', async () => {
    const { services, repository } = stage;
    const sha = repository.commit({ 'app.txt': 'one' }, 'One');
    repository.push();
    const id = await requestBuild(services, sha);
    await build(services, id);
    const hold = { id: 'late', actor: ROBOT, type: 'holdBuild', why: 'full' } as const;
    expect((await apply(services, 'builds', id, hold)).answer).toMatchObject({
      refusal: { rule: 'nothingToDo' },
    });
  }, 60_000);
});
