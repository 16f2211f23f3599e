import { type Db, type DbOptions, MongoClient, type MongoClientOptions, ReadConcern } from 'mongodb';
import type { Logs } from '../../../ports/logs.ts';
import type { Store } from '../../../ports/store.ts';
import { orStoreError } from '../failure.ts';
import { createIndexes } from './indexes.ts';
import { type LogChunk, MongoLogs } from './logs.ts';
import { type MigrationOptions, migrate } from './migrations.ts';
import { MongoStore } from './store.ts';

/** For those whose address names no database. */
const DEFAULT_DATABASE = 'slipway';

/**
 * What the store's promises rest on; the address cannot change it.
 * Writes are answered when a majority has them in its journal, and reads see only what a majority has: nothing that was
 * read or answered is ever rolled back. Reads go to the primary. A write that was answered `conflict` was answered after the
 * one that won had reached a majority, so that the loser reads it; on a single server all of this is the same as "stored".
 */
const PROMISES = {
  readPreference: 'primary',
  readConcern: new ReadConcern('majority'),
  // Less than the time that a socket is waited for, so that the server's own answer comes first.
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 8_000 },
} satisfies DbOptions;

/**
 * What fits most; the address may say otherwise. Retried writes stay on: a replica set knows a retried write by its number
 * and answers what the first one came to, and a single server gets none. (Even a wrong `conflict` would be harmless: `apply`
 * finds its own command in the document.)
 */
const DEFAULTS = {
  appName: 'slipway',
  retryWrites: true,
  retryReads: true,
  maxPoolSize: 20,
  // Fails fast enough for a person's click to be answered, and lets an election (10 s) show as errored, then heal.
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 10_000,
  waitQueueTimeoutMS: 10_000,
  heartbeatFrequencyMS: 5_000,
} satisfies MongoClientOptions;

export interface MongoOptions {
  /** Where logs are written on this machine. */
  dataDirectory: string;
  /** For tests of migrations. */
  migration?: MigrationOptions | undefined;
}

export interface OpenMongo {
  store: Store;
  logs: Logs;
  db: Db;
  /** Name of the database, which nobody else on this server has. */
  database: string;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** `MONGODB_URL` is not an address of MongoDB. Says why without showing it, as it may hold a password. */
export class MongoUrlError extends Error {
  constructor(reason: string) {
    super(`This is not the address of a MongoDB: ${reason}`);
    this.name = 'MongoUrlError';
  }
}

/**
 * Connects, and prepares the database: migrations and indexes. A connection that is lost later heals by itself; what was asked
 * meanwhile is rejected with `StoreError`. Throws `MongoUrlError`, `NewerSchema`, and `StoreError` when no server answers.
 */
export async function openMongo(url: string, options: MongoOptions): Promise<OpenMongo> {
  const database = databaseOf(url);
  await prepare(url, database, options.migration);
  const client = clientFor(url);
  const db = client.db(database, PROMISES);
  try {
    await orStoreError(() => db.command({ ping: 1 }));
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    store: new MongoStore(db),
    logs: new MongoLogs(db.collection<LogChunk>('logs'), options.dataDirectory),
    db,
    database,
    close: () => client.close(),
  };
}

/** With a connection of its own that waits as long as an index or a migration takes. */
async function prepare(url: string, database: string, migration?: MigrationOptions): Promise<void> {
  const client = clientFor(url, { socketTimeoutMS: 0 });
  try {
    const db = client.db(database, PROMISES);
    await orStoreError(async () => {
      await migrate(db, migration);
      await createIndexes(db);
    });
  } finally {
    await client.close();
  }
}

function clientFor(url: string, more: MongoClientOptions = {}): MongoClient {
  const given = new Set(
    [...new URLSearchParams(url.slice(url.indexOf('?') + 1)).keys()].map((name) => name.toLowerCase()),
  );
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !given.has(name.toLowerCase()));
  const options = { ...Object.fromEntries(defaults), ...more, ignoreUndefined: true };
  try {
    return new MongoClient(url, options);
  } catch (error) {
    // Without the cause, which may hold the address.
    throw new MongoUrlError(error instanceof Error ? error.message : String(error));
  }
}

/** The database that the address names, else `slipway`. */
function databaseOf(url: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1];
  return named ? decodeURIComponent(named) : DEFAULT_DATABASE;
}
