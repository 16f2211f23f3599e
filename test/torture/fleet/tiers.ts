import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromStored, type Stored } from '../../../src/adapters/store/mongo/documents.ts';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { PgliteStore } from '../../../src/adapters/store/pglite/store.ts';
import type { AuditRecord, Store } from '../../../src/ports/store.ts';
import {
  type PrivateServer,
  privateServer,
  type Sought,
  seekMongo,
  seekRedis,
} from '../../support/services/servers.ts';
import { dataDirectory } from '../../support/services/services.ts';

/** What is kept, opened for reading when no bot runs. */
export interface Books {
  store: Store;
  /** Every audit record there is. */
  audit(): Promise<AuditRecord[]>;
  close(): Promise<void>;
}

/** What a bot of this tier needs, and how to look into what it keeps. */
export interface Tier {
  name: 'embedded' | 'services';
  dataDirectory: string;
  /** Variables for every process. */
  env: Record<string, string>;
  /** The processes of the tier. */
  members: readonly { name: string; role: 'all' | 'bot' | 'worker' }[];
  /** Servers that may be killed and started again. */
  servers: Partial<Record<'redis' | 'mongo', PrivateServer>>;
  openBooks(): Promise<Books>;
  /** Stops the servers and deletes what was kept. */
  close(): Promise<void>;
}

export function openTier(name: Tier['name']): Promise<Tier> {
  switch (name) {
    case 'embedded':
      return embeddedTier();
    case 'services':
      return servicesTier();
    default:
      return name satisfies never;
  }
}

/** One process on PGlite. */
async function embeddedTier(): Promise<Tier> {
  const { directory, remove } = await dataDirectory();
  return {
    name: 'embedded',
    dataDirectory: directory,
    env: {},
    members: [{ name: 'all', role: 'all' }],
    servers: {},
    async openBooks() {
      const database = await openDatabase(join(directory, 'pglite'));
      return {
        store: new PgliteStore(database),
        async audit() {
          const { rows } = await database.query<{ text: string }>(
            'SELECT record::text AS text FROM slipway.audit ORDER BY at, id',
          );
          return rows.map(({ text }) => JSON.parse(text) as AuditRecord);
        },
        close: () => database.close(),
      };
    },
    close: remove,
  };
}

/** Two bots and two workers on a MongoDB and a Redis of their own. */
async function servicesTier(): Promise<Tier> {
  const redis = await privateServer(programOf(seekRedis()));
  const mongo = await privateServer(programOf(await seekMongo())).catch(async (error: unknown) => {
    await redis.close();
    throw error;
  });
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  const url = new URL(mongo.url);
  url.pathname = '/torture';
  return {
    name: 'services',
    dataDirectory: directory,
    env: { MONGODB_URL: url.href, REDIS_URL: redis.url },
    members: [
      { name: 'bot-1', role: 'bot' },
      { name: 'bot-2', role: 'bot' },
      { name: 'worker-1', role: 'worker' },
      { name: 'worker-2', role: 'worker' },
    ],
    servers: { redis, mongo },
    async openBooks() {
      const { store, db, close } = await openMongo(url.href, { dataDirectory: directory });
      return {
        store,
        async audit() {
          const stored = await db
            .collection<Stored>('audit')
            .find({}, { sort: { at: 1, _id: 1 } })
            .toArray();
          return stored.map((document) => fromStored('audit', document));
        },
        close,
      };
    },
    async close() {
      await Promise.all([redis.close(), mongo.close()]);
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function programOf(sought: Sought) {
  if ('missing' in sought) throw new Error(`The services tier cannot be had: ${sought.missing}`);
  return sought.program;
}
