import type { Collection, Db, Filter, Sort } from 'mongodb';
import type { Records } from '../../../ports/portable.ts';
import { orStoreError } from '../failure.ts';
import { fromStored, isDuplicateKey, type Stored, storedText } from './documents.ts';

/** Reads and writes documents of the store's collections, one at a time. Throws `StoreError`, whatever fails. */
export class Collections {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The collection itself, for what is only done there. */
  in(collection: keyof Records): Collection<Stored> {
    return this.#db.collection<Stored>(collection);
  }

  /** False: the id exists, and nothing was written. */
  async insert(collection: keyof Records, document: Stored): Promise<boolean> {
    return await orStoreError(async () => {
      try {
        await this.in(collection).insertOne(document);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    });
  }

  /** False: no document with this id matches `as`, and nothing was written. */
  async replace(collection: keyof Records, document: Stored, as: Filter<Stored>): Promise<boolean> {
    const { _id, ...fields } = document;
    return await orStoreError(async () => {
      const { matchedCount } = await this.in(collection).replaceOne({ ...as, _id }, fields);
      return matchedCount === 1;
    });
  }

  /** Nothing is ever deleted from these collections: what cannot be inserted exists, and can be replaced. */
  async insertOrReplaceOlder(collection: keyof Records, document: Stored, revision: number): Promise<void> {
    if (await this.insert(collection, document)) return;
    await this.replace(collection, document, { revision: { $lt: revision } });
  }

  /** null: no document has this id. */
  async one<C extends keyof Records>(collection: C, id: string): Promise<Records[C] | null> {
    const stored = await orStoreError(() => this.in(collection).findOne({ _id: storedText(id) }));
    return stored && fromStored(collection, stored);
  }

  /** The documents that match, as records. */
  async many<C extends keyof Records>(
    collection: C,
    filter: Filter<Stored>,
    sort: Sort,
    limit: number,
  ): Promise<Records[C][]> {
    const found = await this.find(collection, filter, sort, limit);
    return found.map((stored) => fromStored(collection, stored));
  }

  /** The documents that match, as stored. */
  async find(
    collection: keyof Records,
    filter: Filter<Stored>,
    sort: Sort,
    limit: number,
    projection?: { [field: string]: 1 },
  ): Promise<Stored[]> {
    // MongoDB treats 0 as no limit.
    if (limit < 1) return [];
    return await orStoreError(() =>
      this.in(collection)
        .find(filter, { sort, limit, ...(projection && { projection }) })
        .toArray(),
    );
  }
}
