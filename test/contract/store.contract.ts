import fc from 'fast-check';
import { newBuild } from '../../src/domain/documents/build.ts';
import { type Card, newCard } from '../../src/domain/documents/card.ts';
import { newEnvironment } from '../../src/domain/documents/environment.ts';
import { type CommitRecord, newCommitRecord } from '../../src/domain/documents/records.ts';
import { newReports, type Reports } from '../../src/domain/documents/reports.ts';
import { environmentId } from '../../src/domain/ids.ts';
import type { RequestRecord, Store } from '../../src/ports/store.ts';
import { acceptance, anyText, anyValue, audit, product, profile, released, sorted } from './samples.ts';
import { historyContract } from './store-history.ts';

export interface OpenStore {
  store: Store;
  /** Closes the way to the backend and opens it again; the same content. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

const RIVALS = 16;
const ROUNDS = 25;

/** The promises of the store port. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`store: ${name}`, () => {
    let opened: OpenStore;
    let store: Store;
    let names = 0;
    /** Tests share a store; each has names of its own. */
    const fresh = () => {
      names += 1;
      return `p${names}`;
    };

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    }, 60_000);
    afterAll(async () => await opened.close());

    describe('documents', () => {
      test('are null when never stored', async () => {
        expect(await store.load('products', 'nobody')).toBeNull();
        expect(await store.load('environments', 'nobody/prod')).toBeNull();
      });

      test('come back as stored, and kinds do not mix', async () => {
        const id = fresh();
        expect(await store.save('products', product(id, { asked: 7 }))).toBe('saved');
        expect(await store.load('products', id)).toEqual(product(id, { asked: 7 }));
        expect(await store.load('builds', id)).toBeNull();
      });

      test('of people come back as stored, and are due for whoever asks for those of no product', async () => {
        const [first, second, third] = [fresh(), fresh(), fresh()];
        const home = { openedAt: 1, page: 0, search: 'ש\u0000', clickedAt: 1_700_000_000_123_456 };
        const kept = profile(first, { switches: { lock: false }, touched: ['shop'], home });
        await store.save('people', kept);
        await store.save('people', profile(second));
        expect(await store.load('people', first)).toEqual(kept);
        expect(await store.ids('people', first, 10)).toContain(second);
        await store.save('people', profile(third, { wakeAt: 7 }));
        const dueAt = async (now: number, product: string) =>
          (await store.due(now, 1_000, [product])).filter(({ kind }) => kind === 'people');
        expect(await dueAt(7, '')).toEqual([{ kind: 'people', id: third }]);
        expect([await dueAt(6, ''), await dueAt(7, 'shop')]).toEqual([[], []]);
        await store.save('people', profile(third, { revision: 2 }));
        expect(await dueAt(7, '')).toEqual([]);
      });

      test('of what is told to a forge come back as stored, and are due like others', async () => {
        const id = fresh();
        const told = { statuses: 2, deployments: 1 };
        const deployment = { id: '4711', state: 'running' } as const;
        const kept: Reports = {
          ...newReports(id, 'prod'),
          revision: 1,
          wakeAt: 5,
          releases: [
            { release: 42, wanted: 2, told, deployment },
            { release: 43, wanted: 1, told: { statuses: 0, deployments: 0 }, deployment: null },
          ],
          claim: { worker: 'w1', until: 7 },
          notBefore: 3,
          failures: 1,
          refused: [{ use: 'statuses', times: 2, until: 9 }],
        };
        expect(await store.save('reports', kept)).toBe('saved');
        expect(await store.load('reports', kept.id)).toEqual(kept);
        expect(await store.load('environments', kept.id)).toBeNull();
        expect(await store.due(5, 1_000, [id])).toEqual([{ kind: 'reports', id: kept.id }]);
        await store.save('reports', { ...kept, revision: 2, wakeAt: null });
        expect(await store.due(Number.MAX_SAFE_INTEGER, 1_000, [id])).toEqual([]);
      });

      test('of what is recorded in git come back as stored, and are due like others', async () => {
        const id = fresh();
        const kept: CommitRecord = {
          ...newCommitRecord(id, 'prod'),
          revision: 1,
          wakeAt: 5,
          wanted: 2,
          written: 1,
          compareAt: 9,
          claim: { worker: 'w1', until: 7 },
          notBefore: 3,
          failures: 1,
          failed: { reason: 'the host refuses access', lasting: true },
        };
        expect(await store.save('records', kept)).toBe('saved');
        expect(await store.load('records', kept.id)).toEqual(kept);
        expect(await store.due(5, 1_000, [id])).toEqual([{ kind: 'records', id: kept.id }]);
        await store.save('records', { ...kept, revision: 2, wakeAt: null });
        expect(await store.due(Number.MAX_SAFE_INTEGER, 1_000, [id])).toEqual([]);
      });

      test('take each revision once, on top of the one before', async () => {
        const id = fresh();
        expect(await store.save('products', product(id, { revision: 2 }))).toBe('conflict');
        expect(await store.load('products', id)).toBeNull();
        expect(await store.save('products', product(id, { asked: 1 }))).toBe('saved');
        expect(await store.save('products', product(id, { asked: 2 }))).toBe('conflict');
        expect(await store.save('products', product(id, { revision: 3 }))).toBe('conflict');
        expect(await store.save('products', product(id, { revision: 2, asked: 3 }))).toBe('saved');
        expect(await store.save('products', product(id, { revision: 2, asked: 4 }))).toBe('conflict');
        expect(await store.load('products', id)).toMatchObject({ revision: 2, asked: 3 });
      });

      test('reject a revision below 1 as an error of the caller', async () => {
        await expect(store.save('products', product(fresh(), { revision: 0 }))).rejects.toThrow(RangeError);
      });

      test('accept exactly one of sixteen writers of a revision, and store that one', async () => {
        const id = fresh();
        for (let revision = 1; revision <= ROUNDS; revision++) {
          const answers = await Promise.all(
            Array.from({ length: RIVALS }, (_, rival) =>
              store.save('products', product(id, { revision, asked: rival })),
            ),
          );
          const winners = answers.flatMap((answer, rival) => (answer === 'saved' ? [rival] : []));
          expect(winners).toHaveLength(1);
          expect(await store.load('products', id)).toMatchObject({ revision, asked: winners[0] });
        }
      });

      test('count every addition of sixteen writers who read, add one and write', async () => {
        const id = fresh();
        await store.save('products', product(id));
        const addOne = async (): Promise<void> => {
          const read = (await store.load('products', id))!;
          const written = { ...read, revision: read.revision + 1, asked: read.asked + 1 };
          if ((await store.save('products', written)) === 'conflict') await addOne();
        };
        await Promise.all(Array.from({ length: RIVALS }, addOne));
        expect(await store.load('products', id)).toMatchObject({ revision: RIVALS + 1, asked: RIVALS });
      });

      test('keep any content unchanged', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.record({ id: anyText, outcome: anyText, more: anyValue })),
            async (content) => {
              const id = fresh();
              await store.save('products', product(id, { concluded: content }));
              const loaded = await store.load('products', id);
              // Through JSON, as keys like `__proto__` are own ones on both sides only then.
              expect(JSON.stringify(sorted(loaded?.concluded))).toBe(JSON.stringify(sorted(content)));
            },
          ),
          { numRuns: 100 },
        );
      });

      test('keep a big document unchanged', async () => {
        const id = fresh();
        const concluded = Array.from({ length: 20_000 }, (_, n) => ({
          id: `delivery ${n}`,
          outcome: `built ${n * 31}`,
        }));
        const big = product(id, { concluded });
        expect(await store.save('products', big)).toBe('saved');
        expect(await store.load('products', id)).toEqual(big);
      });

      test('list ids in order, in pages', async () => {
        const start = `~${fresh()}`;
        const ids = ['-a', '/Z', '/a', 'B', 'a', 'a0', 'é'].map((end) => start + end);
        for (const id of [...ids].reverse()) await store.save('products', product(id));
        expect(await store.ids('products', start, 3)).toEqual(ids.slice(0, 3));
        expect(await store.ids('products', ids[2]!, 100)).toEqual(ids.slice(3));
        expect(await store.ids('products', ids.at(-1)!, 100)).toEqual([]);
        expect(await store.ids('products', null, 1)).toHaveLength(1);
        expect(await store.ids('products', null, 0)).toEqual([]);
      });
    });

    describe('what is due', () => {
      test('is listed longest waiting first, up to a limit, without documents that need no wake-up', async () => {
        const id = fresh();
        const wake: [string, number | null][] = [
          ['later', 5_001],
          ['second', 3_000],
          ['now', 5_000],
          ['never', null],
          ['first', 0],
        ];
        for (const [end, wakeAt] of wake) await store.save('products', product(`${id}-${end}`, { wakeAt }));
        const place = (end: string) => ({ kind: 'products', id: `${id}-${end}` });
        expect(await store.due(5_000, 100)).toEqual([place('first'), place('second'), place('now')]);
        expect(await store.due(5_000, 2)).toEqual([place('first'), place('second')]);
        expect(await store.due(-1, 100)).toEqual([]);

        await store.save('products', product(`${id}-first`, { revision: 2, wakeAt: null }));
        await store.save('products', product(`${id}-never`, { revision: 2, wakeAt: 1_000 }));
        expect(await store.due(5_000, 100)).toEqual([place('never'), place('second'), place('now')]);

        for (const end of ['second', 'now', 'never', 'later']) {
          const read = (await store.load('products', `${id}-${end}`))!;
          await store.save('products', { ...read, revision: read.revision + 1, wakeAt: null });
        }
        expect(await store.due(Number.MAX_SAFE_INTEGER, 100)).toEqual([]);
      });

      test('is ordered by time, then kind, then id, across all kinds', async () => {
        const id = fresh();
        const environment = newEnvironment(id, 'prod');
        const build = newBuild(id, 'b'.repeat(40));
        const card = newCard(`${id}-card`, id, { kind: 'push', head: 1, sha: 'f'.repeat(40) });
        await store.save('environments', { ...environment, revision: 1, wakeAt: 2_000 });
        await store.save('products', product(`${id}-b`, { wakeAt: 2_000 }));
        await store.save('products', product(`${id}-a`, { wakeAt: 2_000 }));
        await store.save('cards', { ...card, revision: 1, wakeAt: 3_000 });
        await store.save('builds', { ...build, revision: 1, wakeAt: 2_000 });
        await store.save('products', product(`${id}-c`, { wakeAt: 1_000 }));
        const places = [
          { kind: 'products', id: `${id}-c` },
          { kind: 'builds', id: build.id },
          { kind: 'environments', id: environment.id },
          { kind: 'products', id: `${id}-a` },
          { kind: 'products', id: `${id}-b` },
          { kind: 'cards', id: card.id },
        ];
        expect(await store.due(3_000, 100)).toEqual(places);
        expect(await store.due(3_000, 3)).toEqual(places.slice(0, 3));
        expect(await store.due(3_000, 0)).toEqual([]);
        const [, ofBuild, ofEnvironment, , , ofCard] = places;
        expect(await store.due(3_000, 100, [id])).toEqual([ofBuild, ofEnvironment, ofCard]);
        expect(await store.due(3_000, 4, [`${id}-b`, id])).toEqual([
          ofBuild,
          ofEnvironment,
          places[4],
          ofCard,
        ]);
        expect(await store.due(3_000, 1, [`${id}-b`])).toEqual([places[4]]);
        expect(await store.due(3_000, 100, [])).toEqual([]);

        await store.save('environments', { ...environment, revision: 2 });
        await store.save('cards', { ...card, revision: 2 });
        await store.save('builds', { ...build, revision: 2 });
        for (const end of ['a', 'b', 'c']) {
          await store.save('products', product(`${id}-${end}`, { revision: 2 }));
        }
        expect(await store.due(3_000, 100)).toEqual([]);
      });
    });

    test('undeliverable cards of one product are listed newest first', async () => {
      const id = fresh();
      const card = (end: string, changes: Partial<Card>): Card => ({
        ...newCard(`${id}-${end}`, id, { kind: 'push', head: 1, sha: 'f'.repeat(40) }),
        revision: 1,
        ...changes,
      });
      const old = card('old', { time: 1_000, undeliverable: 'channel_not_found' });
      const young = card('young', { time: 2_000, undeliverable: 'is_archived' });
      await store.save('cards', old);
      await store.save('cards', card('fine', { time: 3_000 }));
      await store.save('cards', card('other', { time: 4_000, undeliverable: 'x', product: fresh() }));
      await store.save('cards', young);
      expect(await store.undeliverable(id, 10)).toEqual([young, old]);
      expect(await store.undeliverable(id, 1)).toEqual([young]);
      await store.save('cards', { ...young, revision: 2, undeliverable: null });
      expect(await store.undeliverable(id, 10)).toEqual([old]);
    });

    test('a card is found by its post, as long as it is there', async () => {
      const [id, channel] = [fresh(), `C${fresh()}`];
      const card = (end: string, changes: Partial<Card>): Card => ({
        ...newCard(`${id}-${end}`, id, { kind: 'push', head: 1, sha: 'f'.repeat(40) }),
        revision: 1,
        ...changes,
      });
      const posted = card('posted', { channel, ts: '1.000100' });
      await store.save('cards', card('waiting', { channel, ts: null }));
      await store.save('cards', card('nowhere', {}));
      await store.save('cards', posted);
      await store.save('cards', card('elsewhere', { channel: `C${fresh()}`, ts: '1.000100' }));
      expect(await store.cardAt(channel, '1.000100')).toEqual(posted);
      expect(await store.cardAt(channel, '1.0001')).toBeNull();
      expect(await store.cardAt(`C${fresh()}`, '1.000100')).toBeNull();
      const anew = { ...posted, revision: 2, ts: '2.000100' };
      await store.save('cards', anew);
      expect(await store.cardAt(channel, '1.000100')).toBeNull();
      expect(await store.cardAt(channel, '2.000100')).toEqual(anew);
    });

    historyContract(() => store, fresh);

    test('a delivery holds whatever a sender writes', async () => {
      const id = fresh();
      const odd = { id: `${id}:refs/tags/v\0\ud800`, product: id, at: 0, outcome: 'push of the tag v\0' };
      expect(await store.addDelivery(odd)).toBe('added');
      expect(await store.addDelivery(odd)).toBe('seen');
      await store.concludeDelivery(odd.id, 'nothing at v\0\ud800');
      expect((await store.findDelivery(odd.id))?.outcome).toMatch(/^nothing at v/);
      await store.concludeDelivery(odd.id, 'ok');
      expect((await store.findDelivery(odd.id))?.outcome).toBe('ok');
      await store.addDelivery({ ...odd, id: `${id}:other` });
      expect(await store.pruneDeliveries(1)).toBeGreaterThan(1);
    });

    test('a delivery is added once, concluded, and pruned by age', async () => {
      const id = fresh();
      const delivery = (end: string, at: number) => ({ id: `${id}:${end}`, product: id, at, outcome: null });
      expect(await store.findDelivery(`${id}:a`)).toBeNull();
      expect(await store.addDelivery(delivery('a', -3_000))).toBe('added');
      expect(await store.addDelivery({ ...delivery('a', -2_000), outcome: 'other' })).toBe('seen');
      expect(await store.findDelivery(`${id}:a`)).toEqual(delivery('a', -3_000));
      await store.concludeDelivery(`${id}:a`, 'build storefront@abc');
      await store.concludeDelivery(`${id}:unknown`, 'nothing happens');
      expect(await store.findDelivery(`${id}:a`)).toEqual({
        ...delivery('a', -3_000),
        outcome: 'build storefront@abc',
      });
      expect(await store.findDelivery(`${id}:unknown`)).toBeNull();

      await store.addDelivery(delivery('b', -1_000));
      expect(await store.pruneDeliveries(-1_000)).toBe(1);
      expect(await store.findDelivery(`${id}:a`)).toBeNull();
      expect(await store.findDelivery(`${id}:b`)).not.toBeNull();
      const rivals = await Promise.all(
        Array.from({ length: RIVALS }, () => store.addDelivery(delivery('c', 1_000))),
      );
      expect(rivals.filter((answer) => answer === 'added')).toHaveLength(1);
    });

    describe('requests of people', () => {
      const request = (id: string, changes: Partial<RequestRecord> = {}): RequestRecord => ({
        id,
        at: 1_000,
        until: 2_000,
        taken: 0,
        body: '{"type":"block_actions"}',
        ...changes,
      });
      afterEach(async () => {
        for (const { id, at } of await store.takeRequests(Number.MAX_SAFE_INTEGER, 1, 100)) {
          await store.finishRequest(id, at);
        }
      });

      test('are taken once nobody works on them, longest due first, and count how often', async () => {
        const id = fresh();
        for (const [end, until] of [
          ['b', 2_000],
          ['c', 3_000],
          ['a', 2_000],
          ['later', 5_000],
        ] as const) {
          await store.keepRequest(request(`${id}:${end}`, { until }));
        }
        expect(await store.takeRequests(1_999, 9_000, 10)).toEqual([]);
        expect((await store.takeRequests(3_000, 9_000, 2)).map((taken) => taken.id)).toEqual([
          `${id}:a`,
          `${id}:b`,
        ]);
        expect(await store.takeRequests(3_000, 9_000, 10)).toEqual([
          request(`${id}:c`, { until: 9_000, taken: 1 }),
        ]);
        expect(await store.takeRequests(3_000, 9_000, 10)).toEqual([]);
        expect((await store.takeRequests(9_000, 9_500, 10)).map(({ taken }) => taken)).toEqual([1, 2, 2, 2]);
      });

      test('are held by who works on them, and gone when finished', async () => {
        const id = fresh();
        await store.keepRequest(request(`${id}:a`));
        await store.keepRequest(request(`${id}:b`));
        await store.finishRequest(`${id}:b`, 1_000);
        await store.finishRequest(`${id}:unknown`, 1_000);
        await store.holdRequests([`${id}:a`, `${id}:b`], 4_000);
        await store.holdRequests([], 4_000);
        expect(await store.takeRequests(3_999, 9_000, 10)).toEqual([]);
        expect((await store.takeRequests(4_000, 9_000, 10)).map((taken) => taken.id)).toEqual([`${id}:a`]);
      });

      test('replace an earlier one with the same id, with any content', async () => {
        await fc.assert(
          fc.asyncProperty(anyValue, async (value) => {
            const id = fresh();
            const body = JSON.stringify({ value });
            await store.keepRequest(request(id, { body: 'earlier', taken: 3 }));
            await store.keepRequest(request(id, { body }));
            expect(await store.takeRequests(2_000, 9_000, 10)).toEqual([
              request(id, { body, until: 9_000, taken: 1 }),
            ]);
            await store.finishRequest(id, 1_000);
          }),
          { numRuns: 30 },
        );
      });

      test('are not ended by an earlier one with the same id, whenever that is finished', async () => {
        for (let turn = 0; turn < 40; turn += 1) {
          const id = fresh();
          const later = request(id, { at: 1_001 });
          await store.keepRequest(request(id));
          await Promise.all([store.finishRequest(id, 1_000), store.keepRequest(later)]);
          await store.finishRequest(id, 1_000);
          expect(await store.takeRequests(2_000, 9_000, 10)).toEqual([{ ...later, until: 9_000, taken: 1 }]);
          await store.finishRequest(id, 1_001);
          expect(await store.takeRequests(9_000, 9_001, 10)).toEqual([]);
        }
      });

      test('go to one of sixteen takers each', async () => {
        const id = fresh();
        const ids = Array.from({ length: 20 }, (_, number) => `${id}:${number}`);
        await Promise.all(ids.map((each) => store.keepRequest(request(each))));
        const taken = await Promise.all(
          Array.from({ length: RIVALS }, () => store.takeRequests(2_000, 9_000, 5)),
        );
        expect(
          taken
            .flat()
            .map((each) => each.id)
            .sort(),
        ).toEqual(ids.toSorted());
      });
    });

    test('rule 35: reports the time of its server, or that it has none', async () => {
      const asked = Date.now();
      const says = await store.clock();
      if (says === null) return;
      expect(says).toBeGreaterThanOrEqual(asked - 1_000);
      expect(says).toBeLessThanOrEqual(Date.now() + 1_000);
    });

    test('everything is still there after the backend is reopened', async () => {
      const id = fresh();
      const environment = environmentId(id, 'prod');
      await store.save('products', product(id, { asked: 42, wakeAt: 77 }));
      await store.addAudit([audit(id)]);
      await store.putReleases([released(environment, 1, 1)]);
      await store.putAcceptances([acceptance(environment, 'e'.repeat(40))]);
      await store.addDelivery({ id, product: id, at: 5, outcome: null });
      store = await opened.reopen();
      expect(await store.load('products', id)).toMatchObject({ asked: 42 });
      expect(await store.due(77, 10)).toEqual([{ kind: 'products', id }]);
      expect(await store.findAudit(id)).toEqual(audit(id));
      expect(await store.releases(environment, null, 10)).toHaveLength(1);
      expect(await store.acceptances(environment, 10)).toHaveLength(1);
      expect(await store.addDelivery({ id, product: id, at: 5, outcome: null })).toBe('seen');
    });
  });
}
