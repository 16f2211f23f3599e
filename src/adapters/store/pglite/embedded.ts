import { join } from 'node:path';
import { createPostgresBackend, runMigrations } from 'bullmq';
import type { Queue } from '../../../ports/queue.ts';
import type { Store } from '../../../ports/store.ts';
import { createQueue } from '../../queue/bullmq.ts';
import { openDatabase } from './database.ts';
import { migrateStore } from './migrations.ts';
import { requireWhole } from './portable.ts';
import { PgliteStore } from './store.ts';

/** Steps of a start, in this order. `creating` only occurs on the first start, and takes 5 to 15 seconds. */
export type StartStep = 'creating' | 'opening' | 'migrating' | 'ready';

export interface EmbeddedOptions {
  onProgress?(step: StartStep): void;
  /** The database ended unexpectedly: only a restart of the process helps. */
  onLost?(error: Error): void;
  /** A lasting failure of the queue outside of any call. */
  onQueueError?(error: Error): void;
}

/** Store and queue of a single process. */
export interface Embedded {
  store: Store;
  queue: Queue;
  /**
   * Closes queue, store and database, in this order; waits up to `withinMs` milliseconds for running handlers. A queue
   * that is already closed is left as it is.
   */
  close(withinMs?: number): Promise<void>;
}

/**
 * Opens store and queue on one PGlite in `<dataDirectory>/pglite`. The caller must have claimed the directory
 * (`claimDataDirectory`). Throws `NewerSchema` and `UnfinishedImport`.
 */
export async function startEmbedded(dataDirectory: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  const database = await openDatabase(join(dataDirectory, 'pglite'), options);
  try {
    options.onProgress?.('migrating');
    await migrateStore(database);
    await requireWhole(database);
    const client = await database.pool.connect();
    await runMigrations(client).finally(() => client.release());
  } catch (error) {
    await database.close();
    throw error;
  }
  const store = new PgliteStore(database);
  const queue = createQueue(
    { connection: database.pool, factory: createPostgresBackend, ping: () => database.query('SELECT 1') },
    { onError: options.onQueueError },
  );
  options.onProgress?.('ready');
  return {
    store,
    queue,
    async close(withinMs = 0) {
      await queue.close(withinMs);
      await store.close();
      await database.close();
    },
  };
}
