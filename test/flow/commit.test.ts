import { renameSync, rmSync } from 'node:fs';
import type { Asked } from '../../src/chat/asked.ts';
import { newProduct } from '../../src/domain/product.ts';
import { findCommit, newestBelow } from '../../src/flow/commit.ts';
import { openStage, requestBuild, type Stage } from './support.ts';

const asked = { kind: 'prepare' } as Asked;

describe('the commit that a person means, on a host whose mirror is old', () => {
  let stage: Stage;
  let first: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    first = stage.repository.commit({ 'a.txt': 'one' }, 'One');
    stage.repository.push();
    await stage.parts.mirror('shop').fetch();
  }, 60_000);
  afterEach(async () => await stage.close());

  const find = (typed: string) => findCommit(stage.parts, 'shop', typed, asked);
  const pushed = (): string => {
    const sha = stage.repository.commit({ 'a.txt': 'two' }, 'Two');
    stage.repository.push();
    return sha;
  };

  it('a branch is taken as it is now; a SHA that is known needs no fetch', async () => {
    const second = pushed();
    expect(await find('main')).toEqual({ kind: 'found', sha: second, ref: 'main' });
    stage.repository.cleanup();
    expect(await find(first.slice(0, 9))).toEqual({ kind: 'found', sha: first, ref: null });
  });

  it('a name is taken as it was fetched last when the forge is away; what is unknown is an error then', async () => {
    pushed();
    renameSync(stage.repository.url, `${stage.repository.url}.away`);
    expect(await find('main')).toEqual({ kind: 'found', sha: first, ref: 'main' });
    await expect(find('v1')).rejects.toMatchObject({ name: 'GitError' });
  });

  it('one that was built is found by its SHA after it was pushed away by force, on a host that never saw it', async () => {
    const doomed = pushed();
    await requestBuild(stage.parts, doomed);
    stage.repository.reset(first);
    stage.repository.push('main', { force: true });
    rmSync(stage.parts.mirror('shop').directory, { recursive: true });
    expect(await find(doomed)).toEqual({ kind: 'found', sha: doomed, ref: null });
  });

  it('one of a stranger’s pull request is unknown', async () => {
    stage.repository.branch('stranger');
    const foreign = stage.repository.commit({ evil: 'yes' }, 'Evil');
    stage.repository.git('push', '--quiet', 'origin', 'HEAD:refs/pull/1/head');
    expect(await find(foreign)).toMatchObject({ kind: 'problem', problem: { kind: 'unknownCommit' } });
  });

  it('left out, it is the head that Slipway saw last, whoever fetched it', async () => {
    const second = pushed();
    const { parts } = stage;
    await parts.store.save('products', {
      ...newProduct('shop'),
      revision: 1,
      heads: [{ number: 1, sha: second, at: 1, pushedBy: null }],
    });
    expect(await newestBelow(parts, 'shop', 'shop/integration')).toEqual({
      kind: 'found',
      sha: second,
      ref: 'main',
    });
  });
});
