import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { fetchBranch, reportMove, requestFetch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { pollBranches } from '../../../src/flow/pipeline/fetch/poll-branch.ts';
import { receivePush } from '../../../src/flow/pipeline/receive-push.ts';
import { findCommit } from '../../../src/flow/requests/find-commit.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { watchBranches } from '../../../src/flow/upkeep/branch-watch.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { openStage, type Stage } from '../support.ts';

const POLL_MS = 300_000;

describe('a branch', () => {
  let stage: Stage;
  let services: Services;
  /** How often the repository was fetched, and asked what its branch is. */
  let fetches = 0;
  let asked = 0;
  let first: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    fetches = 0;
    asked = 0;
    const { mirror } = stage.services;
    services = {
      ...stage.services,
      mirror: (product) => {
        const own = mirror(product);
        return {
          ...own,
          fetch: () => {
            fetches += 1;
            return own.fetch();
          },
          remoteHead: (branch) => {
            asked += 1;
            return own.remoteHead(branch);
          },
        };
      },
    };
    services.settings.products[0]!.pollMs = POLL_MS;
    first = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
  }, 60_000);
  afterEach(() => stage.close());

  const product = async () => (await services.store.load('products', 'shop'))!;
  const heads = async () => (await product()).heads.map(({ sha }) => sha);
  const commit = (text: string) => stage.repository.commit({ 'app.txt': text }, text);

  async function hear(after: string, delivery: string = randomUUID(), forced: boolean | null = false) {
    const push = {
      delivery,
      product: 'shop',
      ref: { kind: 'branch', name: 'main' } as const,
      deleted: false,
      after,
      pushedBy: 'lin',
      forced,
    };
    return receivePush(services, push, 'main');
  }

  /** What is to be looked at now is; then all deliveries are told their end. */
  async function look(): Promise<void> {
    for (let { looked } = { looked: -1 }; looked !== (await product()).asked; ) {
      await fetchBranch(services, 'shop');
      ({ looked } = await product());
    }
    const { concluded } = await product();
    for (const { id, outcome } of concluded) await services.store.concludeDelivery(id, outcome);
    const done = {
      type: 'carried' as const,
      effects: [],
      settled: [],
      concluded: concluded.map(({ id }) => id),
    };
    await apply(services, 'products', 'shop', { id: services.newId(), actor: ROBOT, ...done });
  }

  const outcomeOf = async (delivery: string) =>
    (await services.store.findDelivery(`${delivery}:shop`))?.outcome;

  test('with a push announced early is polled until the push is there', async () => {
    const late = commit('late');
    await hear(late, 'd1');
    await look();
    expect([await heads(), await outcomeOf('d1')]).toEqual([[first], null]);
    const before = fetches;
    for (let time = 0; time < 3; time += 1) {
      stage.clock.aheadMs += 2_000;
      await look();
    }
    expect([fetches, asked]).toEqual([before, 3]);
    stage.repository.push();
    stage.clock.aheadMs += 2_000;
    await look();
    expect(await heads()).toEqual([first, late]);
    expect(await outcomeOf('d1')).toBe(`build of ${late}, head 2`);
    stage.clock.aheadMs += 2_000;
    await look();
    expect((await product()).awaits).toBeNull();
  }, 60_000);

  test('is fetched again for a redelivery that was not met, and not for one that was', async () => {
    const late = commit('late');
    expect(await hear(late, 'd1')).toEqual({ kind: 'accepted' });
    expect(await hear(late, 'd1')).toEqual({ kind: 'seenBefore' });
    await look();
    stage.repository.push();
    expect(await hear(late, 'd1')).toEqual({ kind: 'lookedForAgain' });
    await look();
    expect(await heads()).toEqual([first, late]);
    expect(await hear(late, 'd1')).toEqual({ kind: 'seenBefore' });
    expect(await product()).toMatchObject({ awaits: null, pending: [] });
  }, 60_000);

  test('that never shows a push is given up with a reported reason, and fetched again for a redelivery', async () => {
    const never = commit('never');
    await hear(never, 'd1');
    await look();
    stage.clock.aheadMs += services.timing.awaitedMs + 1;
    await look();
    expect(await outcomeOf('d1')).toContain('never shown');
    await watchBranches(services);
    expect(services.troubles.list('shop')).toMatchObject([
      { where: 'shop', says: expect.stringContaining(never.slice(0, 7)) },
    ]);
    stage.repository.push();
    expect(await hear(never, 'd1')).toEqual({ kind: 'lookedForAgain' });
    await look();
    expect(await heads()).toEqual([first, never]);
    await watchBranches(services);
    expect(services.troubles.list()).toEqual([]);
  }, 60_000);

  test('is not moved back by a late webhook, but is by a force push', async () => {
    const second = commit('second');
    stage.repository.push();
    await hear(second);
    await look();
    await hear(first);
    await look();
    expect(await heads()).toEqual([first, second]);
    stage.repository.reset(first);
    stage.repository.push('main', { force: true });
    await hear(first, 'forced', true);
    await look();
    expect(await heads()).toEqual([first, second, first]);
    expect(await outcomeOf('forced')).toBe(`build of ${first}, head 3`);
  }, 60_000);

  thoroughTest(
    'that a force push takes back to an earlier commit is followed, even if it shows that late',
    async () => {
      const second = commit('second');
      stage.repository.push();
      await hear(second);
      await look();
      await hear(first, 'forced', true);
      await look();
      expect([await heads(), await outcomeOf('forced')]).toEqual([[first, second], null]);
      stage.repository.reset(first);
      stage.repository.push('main', { force: true });
      stage.clock.aheadMs += 2_000;
      await look();
      expect([await heads(), await outcomeOf('forced')]).toEqual([
        [first, second, first],
        `build of ${first}, head 3`,
      ]);
    },
    60_000,
  );

  test.each<[string, () => Promise<unknown>]>([
    ['a question about a name', () => findCommit(services, 'shop', 'main', null as never)],
    [
      'a fetched commit',
      () =>
        stage.services
          .mirror('shop')
          .fetch()
          .then(() => reportMove(services, 'shop')),
    ],
  ])(
    'that moved is noticed by %s and built',
    async (_what, ask) => {
      const second = commit('second');
      stage.repository.push();
      await ask();
      await look();
      expect(await heads()).toEqual([first, second]);
      const settled = await product();
      await ask();
      expect((await product()).asked).toBe(settled.asked);
    },
    60_000,
  );

  test('is polled when due, by one of several processes, with a fetch only if it moved', async () => {
    const before = fetches;
    await pollBranches(services);
    expect([fetches, asked]).toEqual([before, 0]);
    stage.clock.aheadMs += POLL_MS * 1.1 + 1;
    await Promise.all([pollBranches(services), pollBranches(services), pollBranches(services)]);
    expect([fetches, asked, (await product()).asked]).toEqual([before, 1, 1]);
    const second = commit('second');
    stage.repository.push();
    await pollBranches(services);
    expect(asked).toBe(1);
    stage.clock.aheadMs += POLL_MS * 1.1 + 1;
    await pollBranches(services);
    await look();
    expect([await heads(), asked]).toEqual([[first, second], 2]);
  }, 60_000);

  thoroughTest(
    'is never polled if the configuration says so',
    async () => {
      services.settings.products[0]!.pollMs = null;
      await requestFetch(services, 'shop');
      await look();
      commit('second');
      stage.repository.push();
      stage.clock.aheadMs += 100 * POLL_MS;
      await pollBranches(services);
      expect([asked, await heads()]).toEqual([0, [first]]);
    },
    60_000,
  );

  thoroughTest(
    'that is deleted is reported as missing until it is back',
    async () => {
      stage.repository.git('branch', 'other');
      stage.repository.push('other');
      stage.repository.git('--git-dir', stage.repository.url, 'symbolic-ref', 'HEAD', 'refs/heads/other');
      stage.repository.unpush('refs/heads/main');
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      await look();
      await watchBranches(services);
      const gone = [{ where: 'shop', says: expect.stringContaining('the branch main does not exist') }];
      expect(services.troubles.list('shop')).toMatchObject(gone);
      const before = fetches;
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      expect(fetches).toBe(before);
      stage.repository.push('main');
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      await look();
      await watchBranches(services);
      expect([services.troubles.list(), await heads()]).toEqual([[], [first]]);
    },
    60_000,
  );

  thoroughTest(
    'whose repository is unavailable when polled is reported until it answers again',
    async () => {
      const { repository } = services.settings.products[0]!;
      rmSync(`${repository}/HEAD`);
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      expect((await product()).fetchError).toMatchObject({ tries: 1 });
      stage.repository.git('init', '--quiet', '--bare', '--initial-branch=main', repository);
      stage.clock.aheadMs += POLL_MS * 1.1 + 1;
      await pollBranches(services);
      await look();
      expect((await product()).fetchError).toBeNull();
    },
    60_000,
  );
});
