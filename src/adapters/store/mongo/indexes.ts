import type { Db, IndexDescription } from 'mongodb';

/** Only what is to wake, so that it stays small however many documents there are. Queries name both bounds to use it. */
const wake: IndexDescription = {
  name: 'wake',
  key: { wakeAt: 1, _id: 1 },
  partialFilterExpression: { wakeAt: { $gte: 0 } },
};

/** What is searched or sorted by, beside `_id`. */
export const INDEXES: Readonly<Record<string, readonly IndexDescription[]>> = {
  environments: [wake],
  builds: [wake],
  products: [wake],
  cards: [
    wake,
    {
      name: 'undeliverable',
      key: { product: 1, time: -1, _id: -1 },
      // Any text, as a comparison is one of values of the same type.
      partialFilterExpression: { undeliverable: { $gte: '' } },
    },
  ],
  releases: [
    { name: 'newest', key: { environment: 1, 'release.number': -1 } },
    { name: 'sha', key: { environment: 1, 'release.sha': 1, 'release.number': -1 } },
    { name: 'kind', key: { environment: 1, 'release.kind': 1, 'release.number': -1 } },
  ],
  acceptances: [
    {
      name: 'newest',
      key: { environment: 1, at: -1, revision: -1 },
      partialFilterExpression: { revoked: null },
    },
  ],
  audit: [
    { name: 'age', key: { at: 1, _id: 1 } },
    { name: 'product', key: { product: 1, at: 1, _id: 1 } },
  ],
  deliveries: [{ name: 'age', key: { at: 1 } }],
};

/** Makes the indexes that are not there; those that are cost nothing. Several processes may do so at once. */
export async function createIndexes(db: Db): Promise<void> {
  for (const [collection, indexes] of Object.entries(INDEXES)) {
    await db.collection(collection).createIndexes([...indexes]);
  }
}
