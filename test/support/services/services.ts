import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createPostgresBackend } from 'bullmq';
import { createQueue } from '../../../src/adapters/queue/bullmq.ts';
import { openRedisQueue } from '../../../src/adapters/queue/redis.ts';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { type Database, openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { startEmbedded } from '../../../src/adapters/store/pglite/embedded.ts';
import { PgliteStore } from '../../../src/adapters/store/pglite/store.ts';
import type { Logs } from '../../../src/ports/logs.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import type { Store } from '../../../src/ports/store.ts';
import { mongoUrl, redisUrl } from './tiers.ts';

const { waitForLock }: { waitForLock(fd: number): Promise<void> } = createRequire(import.meta.url)(
  'fs-native-extensions',
);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const ENGINE = join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'dist', 'pglite.wasm');

/** Files that determine the format of a data directory. A change in any of them needs a new template. */
const INGREDIENTS = [
  'node_modules/@electric-sql/pglite/package.json',
  'node_modules/bullmq/package.json',
  'src/adapters/store/pglite/migrations.ts',
  'test/support/services/services.ts',
];

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A data directory after its first start, which takes seconds. Created once for all test processes and runs, in a
 * place that `npm ci` removes.
 */
async function template(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of INGREDIENTS) hash.update(await readFile(join(ROOT, file)));
  const cache = join(ROOT, 'node_modules', '.cache', 'slipway');
  const finished = join(cache, `embedded-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(finished)) return finished;
  await mkdir(cache, { recursive: true });
  const lock = await open(join(cache, 'lock'), 'a+');
  try {
    await waitForLock(lock.fd);
    if (await exists(finished)) return finished;
    const scratch = await mkdtemp(join(cache, 'new-'));
    const services = await startEmbedded(scratch);
    await services.close();
    // Only CREATE DATABASE reads these, which are more than half of all files.
    for (const unused of ['1', '4']) {
      const files = join(scratch, 'pglite', 'base', unused);
      await rm(files, { recursive: true });
      await mkdir(files);
    }
    await rename(scratch, finished);
    return finished;
  } finally {
    await lock.close();
  }
}

/** Node.js has `WebAssembly`, but only the types for browsers declare it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { compile(bytes: Uint8Array): Promise<object> };
};

/** PGlite's engine, compiled. While it is held, V8 compiles it for no database of this process again. */
let engine: Promise<object> | null = null;

function holdEngine(): Promise<object> {
  // As the store does: what is compiled otherwise is something else.
  setFlagsFromString('--liftoff-only');
  engine ??= readFile(ENGINE).then((bytes) => WebAssembly.compile(bytes));
  return engine;
}

/** A fresh copy of the template, not opened by any process. `remove` deletes it. */
export async function dataDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  await holdEngine();
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  // Hundreds of small files: Node.js's own copy takes three times as long.
  await promisify(execFile)('cp', ['-R', `${await template()}/.`, directory]);
  return { directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Databases of this process that no test uses now: emptying one takes a fraction of the time of opening another. */
const spare: Database[] = [];

/** Store and queue of the embedded tier, empty, and a directory for files beside them. `close` deletes the directory. */
export async function embedded(): Promise<{
  directory: string;
  store: Store;
  queue: Queue;
  close(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  const database = spare.pop() ?? (await another());
  const store = new PgliteStore(database);
  const queue = createQueue({
    connection: database.pool,
    factory: createPostgresBackend,
    ping: () => database.query('SELECT 1'),
  });
  return {
    directory,
    store,
    queue,
    async close() {
      await queue.close(5_000);
      await store.close();
      await empty(database);
      spare.push(database);
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function another(): Promise<Database> {
  const database = await openDatabase(join((await dataDirectory()).directory, 'pglite'));
  // Ends with the process; a run without workers is one process, and waits for it.
  globalThis.slipwayTestServers?.push(database);
  return database;
}

/** Store, logs and queue of the services tier, empty, and a directory for files beside them. `close` deletes all. */
export async function onServers(): Promise<{
  directory: string;
  store: Store;
  logs: Logs;
  queue: Queue;
  close(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  const { store, logs, db, close } = await openMongo(mongoUrl(), { dataDirectory: directory });
  const { queue, disconnect } = openRedisQueue(redisUrl(), basename(directory));
  return {
    directory,
    store,
    logs,
    queue,
    async close() {
      await queue.close(5_000);
      disconnect();
      await db.dropDatabase();
      await close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Deletes what tests have stored. The versions of the schemas stay. */
async function empty(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('slipway', 'bullmq') AND tablename NOT IN ('schema_version', 'migration')`,
  );
  await database.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} RESTART IDENTITY`);
}
