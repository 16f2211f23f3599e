import {
  COLLECTIONS,
  type Collection,
  type Counts,
  type Page,
  type Portable,
  type Records,
} from '../../../ports/portable.ts';
import { StoreError } from '../../../ports/store.ts';
import { orStoreError, UnfinishedImport } from '../failure.ts';
import type { Database } from './database.ts';
import { COUNT, insertInto, selectFrom, TABLES } from './layout.ts';
import { Statements } from './statements.ts';

/** Documents in a page: of the largest, some megabytes. */
const PAGE = 200;

/** The engine writes no checkpoint by itself, and until one its log grows with everything that is added. */
const CHECKPOINT_EVERY_PAGES = 200;

/** The table that exists while the store is marked: making and dropping it is atomic, and no migration has to know of it. */
const MARK = 'slipway.unfinished_import';

/** The embedded store as a whole. Its tables must exist (`migrateStore`). */
export class PglitePortable implements Portable {
  readonly #database: Database;
  readonly #statements: Statements;
  #pages = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = new Statements(database);
  }

  /** In one transaction: until the last page, nobody else gets an answer from the database. */
  async *pages(): AsyncGenerator<Page> {
    const client = await this.#database.pool.connect();
    const ask = <R>(sql: string) => orStoreError(() => client.query<R>(sql));
    try {
      await ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const collection of COLLECTIONS) {
        await ask(`DECLARE pages NO SCROLL CURSOR FOR ${selectFrom(collection)}`);
        for (;;) {
          const { rows } = await ask<{ id: string; text: string }>(`FETCH ${PAGE} FROM pages`);
          if (rows.length === 0) break;
          const documents = rows.map(({ id, text }) => ({ id, value: JSON.parse(text) as unknown }));
          yield { collection, documents };
        }
        await ask('CLOSE pages');
      }
      await ask('COMMIT');
    } finally {
      client.release();
    }
  }

  async add<C extends Collection>(collection: C, records: readonly Records[C][]): Promise<void> {
    await this.#statements.query(...insertInto(collection, records));
    this.#pages += 1;
    if (this.#pages % CHECKPOINT_EVERY_PAGES === 0) await this.#statements.query('CHECKPOINT', []);
  }

  async counts(): Promise<Counts> {
    const { rows } = await this.#statements.query<Counts>(COUNT, []);
    const [counts] = rows;
    if (counts === undefined) throw new StoreError('the store did not say how many documents it has');
    return counts;
  }

  async clear(): Promise<void> {
    await this.#statements.query(`TRUNCATE ${TABLES.join(', ')}`, []);
  }

  async begin(): Promise<void> {
    await this.#statements.query(`CREATE TABLE IF NOT EXISTS ${MARK} ()`, []);
  }

  async finish(): Promise<void> {
    await this.#statements.query(`DROP TABLE IF EXISTS ${MARK}`, []);
  }

  isUnfinished(): Promise<boolean> {
    return isMarked(this.#database);
  }

  /** Nobody: whoever opened the database has locked its directory. */
  async users(): Promise<string[]> {
    return [];
  }
}

/** Throws `UnfinishedImport` if the store is half filled. */
export async function requireWhole(database: Database): Promise<void> {
  if (await isMarked(database)) throw new UnfinishedImport('data directory');
}

async function isMarked(database: Database): Promise<boolean> {
  const { rows } = await orStoreError(() =>
    database.query<{ mark: string | null }>(`SELECT to_regclass('${MARK}')::text AS mark`),
  );
  return rows[0]?.mark != null;
}
