import { environmentId } from '../../src/domain/ids.ts';
import { COLLECTIONS, type Page, type Portable } from '../../src/ports/portable.ts';
import { type Store, StoreError } from '../../src/ports/store.ts';
import { addAll, aggregatesOf, allOf, everything } from './everything.ts';
import { audit, product } from './samples.ts';

/** A store and the way to all of it at once. */
export interface OpenPortable {
  store: Store;
  portable: Portable;
  close(): Promise<void>;
}

const EVER = Number.MAX_SAFE_INTEGER;
const PROD = environmentId('shop', 'prod');

/** The promises of a store that can be moved. */
export function portableContract(name: string, open: () => Promise<OpenPortable>): void {
  describe(`a store as a whole: ${name}`, () => {
    let opened: OpenPortable;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterEach(async () => {
      await opened.portable.clear();
      await opened.portable.finish();
    });
    afterAll(async () => await opened.close());

    test('gives back everything as it was added, in order, with its ids', async () => {
      const { portable } = opened;
      const all = everything();
      await addAll(portable, all);
      expect(await allOf(portable)).toEqual(all);
      const ids: string[] = [];
      for await (const { collection, documents } of portable.pages())
        ids.push(...documents.map(({ id }) => `${collection} ${id}`));
      expect(ids).toContain(`acceptances shop/prod@${'a'.repeat(40)}`);
      expect(ids).toContain('requests r1');
    });

    test('gives what is larger than a page in several, and misses and repeats nothing', async () => {
      const { portable } = opened;
      const all = everything(450);
      await addAll(portable, all);
      const pages: Page[] = [];
      for await (const page of portable.pages()) if (page.collection === 'audit') pages.push(page);
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flatMap(({ documents }) => documents.map(({ value }) => value))).toEqual(all.audit);
    });

    test('gives what the store stored', async () => {
      const { store, portable } = opened;
      await store.save('products', product('shop'));
      await store.addAudit([audit('b'), audit('a')]);
      await store.addDelivery({ id: 'd', product: 'shop', at: 1, outcome: null });
      await store.concludeDelivery('d', 'taken');
      const found = await allOf(portable);
      expect(found.products).toEqual([product('shop')]);
      expect(found.audit).toEqual([audit('a'), audit('b')]);
      expect(found.deliveries).toEqual([{ id: 'd', product: 'shop', at: 1, outcome: 'taken' }]);
    });

    test('finds what was added by every way to ask for it, and goes on from there', async () => {
      const { store, portable } = opened;
      const all = everything();
      await addAll(portable, all);
      for (const [kind, document] of aggregatesOf(all))
        expect(await store.load(kind, document.id)).toEqual(document);
      expect(await store.due(EVER, 10)).toEqual([
        { kind: 'products', id: 'shop' },
        { kind: 'environments', id: 'shop/prod' },
        { kind: 'builds', id: all.builds[0]!.id },
      ]);
      expect((await store.undeliverable('shop', 9)).map(({ id }) => id)).toEqual(['card-2']);
      expect((await store.cardAt('C1', '1.2'))?.id).toBe('card-1');
      expect(await store.ids('environments', null, 9)).toEqual(['shop/prod', 'shop/prod-eu']);
      expect(await store.audits({ product: 'storefront', since: 0 }, null, 9)).toEqual(all.audit);
      expect(await store.releases(PROD, null, 9)).toEqual([...all.releases].reverse());
      expect(await store.releasesBy(PROD, { kind: 'promotion' }, 1)).toEqual([all.releases[1]]);
      expect((await store.acceptances(PROD, 9)).map(({ revision }) => revision)).toEqual([9, 8]);
      expect(await store.findDelivery('github:1:shop')).toEqual(all.deliveries[0]);
      expect(await store.pruneDeliveries(3)).toBe(1);
      expect(await store.save('products', { ...all.products[0]!, revision: 13 })).toBe('saved');
      expect(await store.save('products', all.products[0]!)).toBe('conflict');
      const [taken] = await store.takeRequests(9, 20, 9);
      expect(taken).toEqual({ ...all.requests[0], until: 20, taken: 2 });
    });

    test('counts, and has nothing left after it was cleared', async () => {
      const { portable } = opened;
      const all = everything();
      await addAll(portable, all);
      const expected = Object.fromEntries(
        COLLECTIONS.map((collection) => [collection, all[collection].length]),
      );
      expect(await portable.counts()).toEqual(expected);
      await portable.clear();
      expect(Object.values(await portable.counts())).toEqual(COLLECTIONS.map(() => 0));
      expect(await allOf(portable)).toEqual(Object.fromEntries(COLLECTIONS.map((name) => [name, []])));
    });

    test('does not add what is there', async () => {
      const { portable } = opened;
      await portable.add('audit', [audit('a')]);
      await expect(portable.add('audit', [audit('b'), audit('a', { at: 1 })])).rejects.toBeInstanceOf(
        StoreError,
      );
      expect((await allOf(portable)).audit).toContainEqual(audit('a'));
    });

    test('is marked from the first begin to the first finish', async () => {
      const { portable } = opened;
      const seen = [await portable.isUnfinished()];
      for (const step of ['begin', 'begin', 'finish', 'finish'] as const) {
        await portable[step]();
        seen.push(await portable.isUnfinished());
      }
      expect(seen).toEqual([false, true, true, false, false]);
    });
  });
}
