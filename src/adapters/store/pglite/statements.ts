import type { Records } from '../../../ports/portable.ts';
import { StoreError } from '../../../ports/store.ts';
import { idOf, parseRecord, readRecord } from '../documents/collections.ts';
import type { Rows } from './connection.ts';
import type { Database } from './database.ts';

/** Runs the store's statements, and reads and writes the records in them. */
export class Statements {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One statement per record, in order: each is atomic, and all can be repeated. */
  async each<C extends keyof Records>(
    collection: C,
    records: Records[C][],
    statement: (record: Records[C], text: string) => [string, unknown[]],
  ): Promise<void> {
    for (const record of records) await this.query(...statement(record, textOf(collection, record)));
  }

  /** The first record that a statement selects as `id` and `text`; null: none. */
  async one<C extends keyof Records>(name: C, sql: string, params: unknown[]): Promise<Records[C] | null> {
    return (await this.many(name, sql, params))[0] ?? null;
  }

  /** The records that a statement selects as `id` and `text`. */
  async many<C extends keyof Records>(name: C, sql: string, params: unknown[]): Promise<Records[C][]> {
    const { rows } = await this.query<{ id: string; text: string }>(sql, params);
    return rows.map(({ id, text }) => readRecord(name, id, JSON.parse(text)));
  }

  /** Runs a statement. Throws `StoreError`, whatever fails. */
  async query<R>(sql: string, params: unknown[]): Promise<Rows<R>> {
    try {
      return await this.#database.query<R>(sql, params);
    } catch (error) {
      throw new StoreError(`The store failed: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

/** The document as JSON. Throws `CorruptDocument` if it could not be read again, so that it is not stored. */
export function textOf<C extends keyof Records>(collection: C, value: Records[C]): string {
  return JSON.stringify(parseRecord(collection, idOf(value), value));
}
