import type { Db, IndexDescription } from 'mongodb';

/** Holds only documents with a wake time, so it stays small. Queries must name both bounds to use it. */
const wake: IndexDescription = {
  name: 'wake',
  key: { wakeAt: 1, _id: 1 },
  partialFilterExpression: { wakeAt: { $gte: 0 } },
};

/** Indexes for everything that is searched or sorted by, besides `_id`. */
export const INDEXES: Readonly<Record<string, readonly IndexDescription[]>> = {
  environments: [wake],
  builds: [wake],
  products: [wake],
  cards: [
    wake,
    {
      name: 'undeliverable',
      key: { product: 1, time: -1, _id: -1 },
      // Matches any text: comparisons only match values of the same type.
      partialFilterExpression: { undeliverable: { $gte: '' } },
    },
    { name: 'post', key: { channel: 1, ts: 1, _id: 1 }, partialFilterExpression: { ts: { $gte: '' } } },
  ],
  people: [wake],
  records: [wake],
  reports: [wake],
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
  logs: [{ name: 'age', key: { at: 1 } }],
  requests: [{ name: 'due', key: { until: 1, _id: 1 } }],
};

/** Creates the missing indexes. Several processes may do so at once. */
export async function createIndexes(db: Db): Promise<void> {
  for (const [collection, indexes] of Object.entries(INDEXES)) {
    await db.collection(collection).createIndexes([...indexes]);
  }
}
