import { randomUUID } from 'node:crypto';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { fetchBranch, reportMove, requestFetch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { pollBranches } from '../../../src/flow/pipeline/fetch/poll-branch.ts';
import { receivePush } from '../../../src/flow/pipeline/receive-push.ts';
import { newestBelow } from '../../../src/flow/requests/find-commit.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { openStage, type Stage } from '../support.ts';

const POLL_MS = 300_000;

describe('a product that follows tags', () => {
  let stage: Stage;
  let services: Services;
  let first: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    services = stage.services;
    Object.assign(services.settings.products[0]!, { branch: { tags: 'v*' }, pollMs: POLL_MS });
    first = commit();
    stage.repository.push();
    tag('v1', { sha: first });
    await look();
  }, 60_000);
  afterEach(() => stage.close());

  const commit = () => stage.repository.commit({ 'a.txt': randomUUID() }, randomUUID());
  const product = async () => (await services.store.load('products', 'shop'))!;
  const heads = async () => (await product()).heads.map(({ sha, tag }) => [tag?.name, sha]);
  const build = async (sha: string) => services.store.load('builds', buildId('shop', sha));

  function tag(
    name: string,
    { sha, message, force = false }: { sha: string; message?: string; force?: boolean },
  ) {
    if (force) stage.repository.git('tag', '--delete', name);
    stage.repository.tag(name, { sha, ...(message === undefined ? {} : { message }) });
    stage.repository.push(`refs/tags/${name}`, { force });
  }

  async function look(): Promise<void> {
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
    await dispatchEffects(services, { kind: 'products', id: 'shop' });
  }

  const hear = (name: string, after: string, over: object = {}) =>
    receivePush(
      services,
      {
        delivery: randomUUID(),
        product: 'shop',
        ref: { kind: 'tag', name },
        deleted: false,
        after,
        pushedBy: 'lin',
        forced: null,
        ...over,
      },
      { tags: 'v*' },
    );

  test('builds nothing of what is there at the start, and then each that is new, annotated or not', async () => {
    expect(await heads()).toEqual([]);
    const second = commit();
    tag('v2', { sha: second });
    tag('other', { sha: second });
    await look();
    expect(await heads()).toEqual([['v2', second]]);
    const third = commit();
    tag('v3', { sha: third, message: 'Three' });
    await look();
    expect(await heads()).toEqual([
      ['v2', second],
      ['v3', third],
    ]);
    expect((await build(third))?.pushes).toMatchObject([{ branch: 'v3', tag: { name: 'v3' } }]);
  }, 60_000);

  test('is told by a webhook that may name the object of an annotated tag', async () => {
    const second = commit();
    tag('v2', { sha: second, message: 'Two' });
    const object = stage.repository.git('rev-parse', 'v2');
    expect(object).not.toBe(second);
    const delivery = 'one-and-the-same';
    expect(await hear('v2', object, { delivery })).toEqual({ kind: 'accepted' });
    expect(await hear('v2', object, { delivery })).toEqual({ kind: 'seenBefore' });
    await fetchBranch(services, 'shop');
    expect(await product()).toMatchObject({
      awaits: null,
      pending: [],
      heads: [{ sha: second, pushedBy: 'lin' }],
    });
    expect(await hear('v2', object, { delivery })).toEqual({ kind: 'seenBefore' });
    const place = environmentId('shop', 'integration');
    expect(await newestBelow(services, 'shop', place)).toMatchObject({ sha: second, ref: 'v2' });
  }, 60_000);

  test.each<[string, object, RegExp]>([
    ['another tag', { ref: { kind: 'tag', name: 'other' } }, /tag other.*follows tags v\*/],
    ['a branch', { ref: { kind: 'branch', name: 'v1' } }, /push to v1.*follows tags v\*/],
    ['a deletion', { deleted: true, after: null }, /v1 was deleted, which changes nothing/],
  ])(
    'ignores a webhook of %s',
    async (_what, over, reason) => {
      expect(await hear('v1', first, over)).toMatchObject({
        kind: 'ignored',
        reason: expect.stringMatching(reason),
      });
    },
    60_000,
  );

  test('is polled: new and moved tags are seen, deleted ones change nothing', async () => {
    const poll = async () => {
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      const { asked, looked } = await product();
      await fetchBranch(services, 'shop');
      return asked !== looked;
    };
    expect(await poll()).toBe(false);
    const second = commit();
    tag('v1', { sha: second, message: 'Moved', force: true });
    expect(await poll()).toBe(true);
    expect((await product()).heads).toMatchObject([{ sha: second, tag: { name: 'v1', from: first } }]);
    stage.repository.unpush('refs/tags/v1');
    expect(await poll()).toBe(true);
    expect(await poll()).toBe(false);
    stage.repository.git('tag', 'v-tree', `${second}^{tree}`);
    stage.repository.push('refs/tags/v-tree');
    expect(await poll()).toBe(true);
    expect(await poll()).toBe(false);
    expect(await heads()).toHaveLength(1);
    stage.repository.push('refs/tags/v1');
    const third = commit();
    tag('v3', { sha: third });
    await look();
    stage.repository.unpush('refs/tags/v1');
    await poll();
    stage.repository.push('refs/tags/v1');
    expect(await poll()).toBe(true);
  }, 60_000);

  test('notices a tag that something else fetched', async () => {
    const second = commit();
    tag('v2', { sha: second });
    await services.mirror('shop').fetch();
    await reportMove(services, 'shop');
    await fetchBranch(services, 'shop');
    expect(await heads()).toEqual([['v2', second]]);
    const { asked } = await product();
    await reportMove(services, 'shop');
    expect((await product()).asked).toBe(asked);
  }, 60_000);

  test('tells of a tag on an ancestor of what runs, or of what is about to, and does not build it', async () => {
    const [second, third] = [commit(), commit()];
    const by = { kind: 'robot', name: 'Slipway' } as const;
    const deployed = { sha: third, ref: 'v3', release: 1, at: 1, by };
    await services.store.save('environments', {
      ...newEnvironment('shop', 'integration'),
      revision: 1,
      deployed,
    });
    stage.repository.push();
    tag('v2', { sha: second });
    await look();
    expect(await build(second)).toMatchObject({
      status: 'skipped',
      pushes: [{ leftOut: { why: 'old', of: third } }],
      effects: [{ command: { type: 'show' } }],
    });
    tag('v3', { sha: third });
    await look();
    expect(await build(third)).toMatchObject({ status: 'skipped', pushes: [{ leftOut: { of: third } }] });
    const [fourth, fifth] = [commit(), commit()];
    tag('v5', { sha: fifth });
    await look();
    tag('v4', { sha: fourth });
    await look();
    expect((await build(fifth))?.status).toBe('requested');
    expect((await build(fourth))?.pushes).toMatchObject([{ leftOut: { why: 'old', of: fifth } }]);
  }, 60_000);

  test.each<[string, object, 'old' | 'built']>([
    ['whose build or release is still to come', { newestHead: 0 }, 'old'],
    ['that a resume deploys', { newestHead: 1, paused: true }, 'old'],
    ['that was rolled back, or whose deploy failed', { newestHead: 1 }, 'built'],
  ])(
    'compares a tag on an old commit with a head %s',
    async (_what, { newestHead, paused }: { newestHead?: number; paused?: boolean }, becomes) => {
      const [second, third] = [commit(), commit()];
      stage.repository.push();
      tag('v3', { sha: third });
      await look();
      const by = { kind: 'robot', name: 'Slipway' } as const;
      const newest = { sha: third, ref: 'v3', head: 1, card: null };
      await services.store.save('environments', {
        ...newEnvironment('shop', 'integration'),
        revision: 1,
        deployed: { sha: first, ref: 'v1', release: 1, at: 1, by },
        newestHead: newestHead ?? 0,
        paused: paused ? { by, reason: 'Tests', at: 1, rollback: null, newest, card: 'c' } : null,
      });
      tag('v2', { sha: second });
      await look();
      const built = await build(second);
      expect(built?.status).toBe(becomes === 'old' ? 'skipped' : 'requested');
      expect(built?.pushes.map(({ leftOut }) => leftOut)).toEqual([
        becomes === 'old' ? { why: 'old', of: third } : undefined,
      ]);
    },
    60_000,
  );

  test('looks at a tag that paths left out anew when paths are others', async () => {
    const [settings] = services.settings.products;
    Object.assign(settings!, { paths: ['libs'] });
    const second = commit();
    tag('v2', { sha: second });
    await look();
    const third = commit();
    tag('v3', { sha: third, message: 'Three' });
    await look();
    expect((await build(third))?.pushes).toMatchObject([{ leftOut: { why: 'paths', paths: ['libs'] } }]);
    Object.assign(settings!, { paths: ['libs', 'docs'] });
    await look();
    expect((await build(third))?.pushes).toMatchObject([{ leftOut: { paths: ['libs', 'docs'] } }]);
    Object.assign(settings!, { paths: ['a.txt'] });
    await look();
    expect((await build(third))?.pushes).toEqual([
      expect.objectContaining({ head: 2, branch: 'v3', tag: { name: 'v3' } }),
    ]);
    expect(await heads()).toEqual([
      ['v2', second],
      ['v3', third],
    ]);
  }, 60_000);
});
