import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { FileArtifacts } from '../adapters/artifacts/files.ts';
import { fileLogs } from '../adapters/logs/files.ts';
import { openRedisQueue } from '../adapters/queue/redis.ts';
import { MongoArtifacts } from '../adapters/store/mongo/artifacts.ts';
import { type OpenMongo, openMongo } from '../adapters/store/mongo/open.ts';
import { type Life, showLife } from '../adapters/store/mongo/signs.ts';
import { startEmbedded } from '../adapters/store/pglite/embedded.ts';
import { artifactsPath } from '../flow/services/paths.ts';
import { within } from '../flow/services/within.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { Logs } from '../ports/logs.ts';
import type { Queue } from '../ports/queue.ts';
import { type Store, StoreError } from '../ports/store.ts';
import type { ServiceUrls } from './configuration/environment.ts';

/** The opened storage of a tier (DESIGN §6). */
export interface Backend {
  store: Store;
  queue: Queue;
  logs: Logs;
  artifacts: Artifacts;
  /** True: no other process works on the same documents. */
  alone: boolean;
  /**
   * Closes the queue, the store and the database, in this order. Call `queue.close` before, so that no handler runs
   * any more.
   */
  close(): Promise<void>;
}

export interface BackendOptions {
  /** The process's own directory, already claimed. */
  dataDirectory: string;
  log: Logger;
  /** Reports what it is waiting for, shown by `/readyz`. */
  onStep(why: string): void;
  /** The store was lost. Only a restart of the process helps. */
  onLost(error: Error): void;
  /** Aborts the wait for a server. */
  signal: AbortSignal;
}

/** Opens the store and the queue on PGlite below the data directory. Throws `NewerSchema` and `UnfinishedImport`. */
export async function openEmbeddedTier(options: BackendOptions): Promise<Backend> {
  const { log, onStep, onLost, dataDirectory } = options;
  const embedded = await startEmbedded(dataDirectory, {
    onProgress: (step) => {
      log.info({ step }, 'opening the store');
      onStep(`store: ${step}`);
    },
    onLost: (error) => {
      log.fatal({ err: error }, 'the store was lost');
      onStep('the store was lost');
      onLost(error);
    },
    onQueueError: (error) => log.warn({ err: error }, 'the queue failed'),
  });
  return {
    store: embedded.store,
    queue: embedded.queue,
    logs: fileLogs(dataDirectory),
    artifacts: new FileArtifacts(artifactsPath(dataDirectory)),
    alone: true,
    close: () => embedded.close(),
  };
}

/**
 * Opens MongoDB and Redis. Waits for MongoDB as long as it takes, because orchestrators start services in any order.
 * Redis may come later: no stored data depends on it. Throws `MongoUrlError`, `NewerSchema` and
 * `UnfinishedImport`.
 */
export async function openServicesTier(urls: ServiceUrls, options: BackendOptions): Promise<Backend> {
  const { log } = options;
  const { mongo, life } = await reachMongo(urls.mongodb, options);
  // Named after the database, so that two Slipways on one Redis do not receive each other's wake-ups.
  const redis = openRedisQueue(urls.redis, `slipway:${mongo.database}`, { onError: warnOnce(log) });
  return {
    store: mongo.store,
    queue: redis.queue,
    logs: mongo.logs,
    artifacts: new MongoArtifacts(mongo.db),
    alone: false,
    async close() {
      redis.disconnect();
      const ended = life.end().catch((error: unknown) => log.debug({ err: error }, 'the sign of life stays'));
      await within(SIGN_MS, ended);
      await mongo.close();
    },
  };
}

/** Pause between two attempts to connect to MongoDB. Each attempt takes some seconds itself. */
const AGAIN_MS = 1_000;

/** How long closing waits for MongoDB to hear that this process ends; otherwise its sign of life lapses. */
const SIGN_MS = 2_000;

interface LivingMongo {
  mongo: OpenMongo;
  /** This process's sign of life. */
  life: Life;
}

async function reachMongo(url: string, options: BackendOptions): Promise<LivingMongo> {
  const { log, onStep, signal } = options;
  onStep('store: connecting to MongoDB');
  for (;;) {
    try {
      return await liveOn(url, options);
    } catch (error) {
      if (!(error instanceof StoreError) || signal.aborted) throw error;
      log.warn({ err: error }, 'MongoDB cannot be used yet; trying again');
      onStep(`store: MongoDB cannot be used yet: ${error.message}`);
      await delay(AGAIN_MS, null, { signal }).catch(() => undefined);
    }
  }
}

async function liveOn(url: string, { log, onLost, dataDirectory }: BackendOptions): Promise<LivingMongo> {
  const mongo = await openMongo(url, { dataDirectory });
  try {
    const life = await showLife(mongo.db, {
      onImport(error) {
        log.fatal({ err: error }, 'somebody fills the store anew, so this process ends');
        onLost(error);
      },
    });
    return { mongo, life };
  } catch (error) {
    await mongo.close();
    throw error;
  }
}

/** An unreachable server is retried many times a second, so at most one warning is logged in this time. */
const QUIET_MS = 10_000;

function warnOnce(log: Logger): (error: Error) => void {
  let quietUntil = 0;
  return (error) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MS;
    log.warn(
      { err: error },
      'Redis does not work; no stored data depends on it, and the queue recovers by itself',
    );
  };
}
