import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { environmentId, releaseId } from '../../../src/domain/ids.ts';
import { Homes } from '../../../src/flow/home/homes.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { historyView } from '../../../src/flow/views/lookup.ts';
import { whereView } from '../../../src/flow/views/where.ts';
import type { ReleaseRecord, Store } from '../../../src/ports/store.ts';
import { released } from '../../contract/samples.ts';
import { openStage, type Stage, slackAway } from '../support.ts';

const ID = environmentId('shop', 'integration');
const THOUSANDS = 3_000;

describe('lookups among thousands of releases', () => {
  let stage: Stage;
  let services: ChatServices;
  /** The old commit, one that brought it along, and what runs: a line of its own. */
  let old: string;
  let later: string;
  /** Records that were read from the history. */
  let read: number;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const { repository } = stage;
    const root = repository.commit({ 'a.txt': 'root' }, 'Root');
    old = repository.commit({ 'a.txt': 'old' }, 'Old');
    later = repository.commit({ 'a.txt': 'later' }, 'Later');
    repository.push();
    await stage.services.mirror('shop').fetch();
    const { store } = stage.services;
    const record = (number: number, changes: Partial<Release>): ReleaseRecord => {
      const one = released(ID, number, 1);
      return { ...one, product: 'shop', release: { ...one.release, kind: 'continuous', ...changes } };
    };
    const changes = new Map<number, Partial<Release>>([
      [7, { sha: old }],
      [8, { sha: later }],
      [9, { sha: root, kind: 'rollback', leaves: { sha: later, release: 8 }, deployedAt: 9_000 }],
      // Rolled back from a deploy that never succeeded: nothing was there.
      [20, { sha: later, status: 'failed', deployedAt: null }],
      [21, { sha: root, kind: 'rollback', leaves: { sha: later, release: 20 }, deployedAt: 21_000 }],
    ]);
    for (let number = 1; number <= THOUSANDS; number += 1) {
      await store.putReleases([record(number, changes.get(number) ?? { sha: root })]);
    }
    const open = { ...record(THOUSANDS + 1, { sha: later, status: 'queued', deployedAt: null }).release };
    const by = { kind: 'robot', name: 'Slipway' } as const;
    await store.save('environments', {
      ...newEnvironment('shop', 'integration'),
      revision: 1,
      releases: THOUSANDS + 1,
      deployed: { sha: root, ref: null, release: THOUSANDS, at: 1, by },
      open: [open],
      ended: [{ release: record(2_999, { sha: root, note: 'newer' }).release, revision: 2, recorded: false }],
    });
    const counting = new Proxy(store, {
      get(target, name: keyof Store) {
        const method = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (name !== 'releases' && name !== 'releasesBy') return method;
        return async (...args: unknown[]) => {
          const records = (await method(...args)) as ReleaseRecord[];
          read += records.length;
          return records;
        };
      },
    });
    services = { ...stage.services, store: counting, chat: slackAway(), homes: new Homes() };
  }, 120_000);
  afterAll(async () => await stage.close());
  beforeEach(() => {
    read = 0;
  });

  const product = () => services.settings.products[0]!;

  test('the history is read page by page, with newer facts from the document', async () => {
    const newest = await historyView(services, product(), ID, null);
    expect(newest.releases.map(({ number }) => number)).toEqual([
      3_001, 3_000, 2_999, 2_998, 2_997, 2_996, 2_995, 2_994, 2_993, 2_992,
    ]);
    expect(newest.releases[2]?.note).toBe('newer');
    const second = await historyView(services, product(), ID, 2_999);
    expect(second.releases.slice(0, 2)).toMatchObject([{ number: 2_999, note: 'newer' }, { number: 2_998 }]);
    const middle = await historyView(services, product(), ID, 15);
    expect(middle.releases.map(({ number }) => number)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
    const last = await historyView(services, product(), ID, 3);
    expect(last.releases.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(read).toBeLessThanOrEqual(40);
  });

  test('an old commit is found inside the one that brought it and was rolled back', async () => {
    const { environments, build } = await whereView(services, product(), old);
    expect(build).toBeNull();
    expect(environments[0]).toMatchObject({
      runs: 'no',
      next: { release: { number: 3_001 }, inside: true },
      was: { inside: later, since: 4_000, until: 9_000, rollback: 9 },
    });
    const own = await whereView(services, product(), later);
    expect(own.environments[0]).toMatchObject({
      next: { release: { number: 3_001 }, inside: false },
      was: { inside: null, since: 4_000, until: 9_000, rollback: 9 },
    });
    expect(read).toBeLessThanOrEqual(20);
    expect(await services.store.findRelease(releaseId(ID, 9))).not.toBeNull();
  });
});
