import type { Db } from 'mongodb';
import {
  COLLECTIONS,
  type Collection,
  type Counts,
  type Page,
  type Portable,
  type Records,
} from '../../../ports/portable.ts';
import { orStoreError } from '../failure.ts';
import { Collections } from './collections.ts';
import { toStored, uncheckedOf } from './documents.ts';
import { isMarked, mark, unmark, usersOf } from './signs.ts';

/** Documents in a page: of the largest, some megabytes. */
const PAGE = 200;

/** The store on MongoDB as a whole. The database must be prepared (`openMongo`). */
export class MongoPortable implements Portable {
  readonly #db: Db;
  readonly #collections: Collections;
  readonly #ownSign: string | null;

  /** `ownSign`: the sign of life of this process itself; null: it gives none. */
  constructor(db: Db, ownSign: string | null = null) {
    this.#db = db;
    this.#ownSign = ownSign;
    this.#collections = new Collections(db);
  }

  /** Each page is a query of its own, which a slow reader cannot hold open for too long. */
  async *pages(): AsyncGenerator<Page> {
    for (const collection of COLLECTIONS) {
      let after: string | null = null;
      for (;;) {
        const filter = after === null ? {} : { _id: { $gt: after } };
        const found = await this.#collections.find(collection, filter, { _id: 1 }, PAGE);
        const last = found.at(-1);
        if (last === undefined) break;
        yield { collection, documents: found.map((stored) => uncheckedOf(collection, stored)) };
        after = last._id;
      }
    }
  }

  async add<C extends Collection>(collection: C, records: readonly Records[C][]): Promise<void> {
    const documents = records.map((record) => toStored(collection, record));
    await orStoreError(() => this.#collections.in(collection).insertMany(documents));
  }

  async counts(): Promise<Counts> {
    const counted = COLLECTIONS.map(async (collection) => {
      const count = await orStoreError(() => this.#collections.in(collection).countDocuments());
      return [collection, count] as const;
    });
    return Object.fromEntries(await Promise.all(counted)) as Counts;
  }

  async clear(): Promise<void> {
    for (const collection of COLLECTIONS) {
      await orStoreError(() => this.#collections.in(collection).deleteMany({}));
    }
  }

  begin(): Promise<void> {
    return mark(this.#db);
  }

  finish(): Promise<void> {
    return unmark(this.#db);
  }

  isUnfinished(): Promise<boolean> {
    return isMarked(this.#db);
  }

  users(withinMs: number): Promise<string[]> {
    return usersOf(this.#db, withinMs, this.#ownSign);
  }
}
