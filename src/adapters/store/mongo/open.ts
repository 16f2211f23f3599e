import { type Db, type DbOptions, MongoClient, type MongoClientOptions, ReadConcern } from 'mongodb';
import type { Logs } from '../../../ports/logs.ts';
import type { Store } from '../../../ports/store.ts';
import { orStoreError } from '../failure.ts';
import { createIndexes } from './indexes.ts';
import { type LogChunk, MongoLogs } from './logs.ts';
import { type MigrationOptions, migrate, requireSchema } from './migrations.ts';
import { MongoStore } from './store.ts';

/** Used if the URL names no database. */
const DEFAULT_DATABASE = 'slipway';

/**
 * The settings on which the store's guarantees depend; the URL cannot change them. A write is answered once a majority
 * has it in its journal, and reads only see what a majority has: nothing that was read or answered is ever rolled back.
 * Reads go to the primary. A `conflict` is answered after the winning write has reached a majority, so the loser reads
 * it. On a single server all of this means "stored".
 */
export const PROMISES = {
  readPreference: 'primary',
  readConcern: new ReadConcern('majority'),
  // Less than the socket time-out, so that the server's own answer comes first.
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 8_000 },
} satisfies DbOptions;

/**
 * Defaults that the URL can override. Retried writes stay on: a replica set recognises a retried write by its number and
 * answers with the first result; a single server gets no retries. (Even a wrong `conflict` would be harmless: `apply`
 * finds its own command in the document.)
 */
const DEFAULTS = {
  appName: 'slipway',
  retryWrites: true,
  retryReads: true,
  maxPoolSize: 20,
  // Fails fast enough to answer a person's click. An election (10 s) shows as an error, then heals.
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 10_000,
  waitQueueTimeoutMS: 10_000,
  heartbeatFrequencyMS: 5_000,
} satisfies MongoClientOptions;

const PATIENT = { socketTimeoutMS: 0 } satisfies MongoClientOptions;

export interface MongoOptions {
  /** Where logs are written on this machine. */
  dataDirectory: string;
  /** 'none': nothing is migrated or indexed, and another version than this program's is refused. Options: for tests. */
  migration?: MigrationOptions | 'none' | undefined;
  /** True: calls take as long as they take, as whole collections are counted and deleted. Absent: they end after seconds. */
  patient?: boolean;
}

/** An open connection to MongoDB, and what is built on it. */
export interface OpenMongo {
  store: Store;
  logs: Logs;
  db: Db;
  /** Name of the database, which must be Slipway's alone. */
  database: string;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** `MONGODB_URL` is not a MongoDB URL. The message does not contain the URL, which may hold a password. */
export class MongoUrlError extends Error {
  constructor(reason: string) {
    super(`This is not the address of a MongoDB: ${reason}`);
    this.name = 'MongoUrlError';
  }
}

/**
 * Connects, and prepares the database: migrations and indexes. A connection that is lost later is restored by itself;
 * calls made meanwhile are rejected with `StoreError`. Throws `MongoUrlError`, `NewerSchema`, `OlderSchema` if nothing may
 * be migrated, and `StoreError` if no server answers.
 */
export async function openMongo(url: string, options: MongoOptions): Promise<OpenMongo> {
  const database = databaseOf(url);
  const { migration, patient = false } = options;
  if (migration !== 'none') await prepare(url, database, migration);
  const client = clientFor(url, patient ? PATIENT : {});
  const db = client.db(database, PROMISES);
  try {
    await orStoreError(async () => {
      await db.command({ ping: 1 });
      if (migration === 'none') await requireSchema(db);
    });
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

/** Migrates on a connection of its own, without a time limit for indexes and migrations. */
async function prepare(url: string, database: string, migration?: MigrationOptions): Promise<void> {
  const client = clientFor(url, PATIENT);
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

/** Throws `MongoUrlError`. `more`: options that the URL cannot change. */
export function clientFor(url: string, more: MongoClientOptions = {}): MongoClient {
  const given = new Set(
    [...new URLSearchParams(url.slice(url.indexOf('?') + 1)).keys()].map((name) => name.toLowerCase()),
  );
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !given.has(name.toLowerCase()));
  const options = { ...Object.fromEntries(defaults), ...more, ignoreUndefined: true };
  try {
    return new MongoClient(url, options);
  } catch (error) {
    // Without the cause, which may contain the URL.
    throw new MongoUrlError(error instanceof Error ? error.message : String(error));
  }
}

/** The database that the URL names, else `slipway`. */
export function databaseOf(url: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1];
  return named ? decodeURIComponent(named) : DEFAULT_DATABASE;
}
