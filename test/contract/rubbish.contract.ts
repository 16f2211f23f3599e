import { CorruptDocument } from '../../src/adapters/store/documents/parse.ts';
import { environmentId, releaseId } from '../../src/domain/ids.ts';
import { type Store, StoreError } from '../../src/ports/store.ts';
import { acceptance, audit, product, released } from './samples.ts';

/** A store, and the way behind its back. */
export interface OpenBehind {
  store: Store;
  /** Changes what is stored behind the store's back. */
  change(collection: string, id: string, how: (document: Record<string, unknown>) => void): Promise<void>;
  close(): Promise<void>;
}

const SHA = 'a'.repeat(40);

/** Who tampers with a document, or damages it, hears which one it is; the others go on. */
export function rubbishContract(name: string, open: () => Promise<OpenBehind>): void {
  describe(`rubbish in the store: ${name}`, () => {
    let opened: OpenBehind;
    beforeAll(async () => {
      opened = await open();
      const { store } = opened;
      const head = { number: 1, sha: SHA, at: 1, pushedBy: null };
      for (const id of ['shop', 'well']) {
        await store.save('products', product(id, { heads: [head], wakeAt: 0 }));
        await store.putReleases([released(environmentId(id, 'prod'), 1, 1)]);
        await store.putAcceptances([acceptance(environmentId(id, 'prod'), SHA)]);
        await store.addAudit([audit(id, { product: id })]);
        await store.addDelivery({ id, product: id, at: 1, outcome: 'taken' });
      }
    }, 60_000);
    afterAll(async () => await opened.close());

    const reads: [string, string, string, string, unknown, (store: Store, of: string) => Promise<unknown>][] =
      [
        ['a document', 'products', 'shop', 'heads', [{}], (store, of) => store.load('products', of)],
        ['its type', 'products', 'shop', 'heads', 'none', (store, of) => store.load('products', of)],
        [
          'a release',
          'releases',
          'shop/prod#1',
          'release',
          { status: 'sleeping' },
          (store, of) => store.findRelease(releaseId(environmentId(of, 'prod'), 1)),
        ],
        [
          'a page of releases',
          'releases',
          'shop/prod#1',
          'product',
          7,
          (store, of) => store.releases(environmentId(of, 'prod'), null, 9),
        ],
        [
          'an acceptance',
          'acceptances',
          `shop/prod@${SHA}`,
          'card',
          null,
          (store, of) => store.findAcceptance(environmentId(of, 'prod'), SHA),
        ],
        [
          'acceptances',
          'acceptances',
          `shop/prod@${SHA}`,
          'by',
          'me',
          (store, of) => store.acceptances(environmentId(of, 'prod'), 9),
        ],
        ['an audit record', 'audit', 'shop', 'answer', 'yes', (store, of) => store.findAudit(of)],
        [
          'audit records',
          'audit',
          'shop',
          'changed',
          {},
          (store, of) => store.audits({ product: of, since: 0 }, null, 9),
        ],
      ];
    test.each(reads)('%s is refused by name', async (_what, collection, id, field, value, read) => {
      const { store, change } = opened;
      await change(collection, id, (document) => {
        document[field] = value;
      });
      const failure: unknown = await read(store, 'shop').catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CorruptDocument);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({
        collection,
        id,
        message: expect.stringContaining(`${collection} ${id}`),
      });
      await expect(read(store, 'well')).resolves.not.toBeNull();
    });

    test("the document's place is still known", async () => {
      expect(await opened.store.due(1, 10)).toEqual([
        { kind: 'products', id: 'shop' },
        { kind: 'products', id: 'well' },
      ]);
    });

    test('a document that could not be read back is not stored', async () => {
      const heads = [{ number: 1, sha: 'abc', at: 1, pushedBy: null }];
      await expect(opened.store.save('products', product('new', { heads }))).rejects.toMatchObject({
        collection: 'products',
        id: 'new',
        paths: ['heads.0.sha'],
      });
      expect(await opened.store.load('products', 'new')).toBeNull();
    });
  });
}
