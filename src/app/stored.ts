import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claimDataDirectory } from '../adapters/data-directory.ts';
import { closeAll } from '../adapters/private.ts';
import { type OpenMongo, openMongo } from '../adapters/store/mongo/open.ts';
import { requireWhole as requireWholeMongo, showImport } from '../adapters/store/mongo/signs.ts';
import { type Database, openDatabase } from '../adapters/store/pglite/database.ts';
import { migrateStore, requireSchema } from '../adapters/store/pglite/migrations.ts';
import { requireWhole } from '../adapters/store/pglite/portable.ts';
import { readOne } from './configuration/environment.ts';
import type { Variables } from './configuration/values/given.ts';

/** The store of the bot, opened by another command. `close` also releases the data directory. */
export type Stored = { close(): Promise<void> } & (
  | { tier: 'embedded'; database: Database }
  /** `sign`: of this process, which fills the store; null: it only reads. */
  | { tier: 'services'; mongo: OpenMongo; sign: string | null }
);

/** The directory contains no data of Slipway. */
export class NoData extends Error {
  constructor(readonly path: string) {
    super(`There is no Slipway data in ${path}.`);
    this.name = 'NoData';
  }
}

/** A transaction of these commands may wait for whoever reads the output. The largest wait of a timer. */
const TRANSACTION_IDLE_MS = 2 ** 31 - 1;

/**
 * Opens the store that the bot's variables name: MongoDB when `MONGODB_URL` is set, otherwise `DATA_DIR`. Slack's
 * variables are not needed. 'read': migrates nothing, and throws `NoData`, `OlderSchema` and `UnfinishedImport`. 'fill':
 * makes and migrates it, also where it is half filled. Throws `UnreadableVariable`, `DataDirectoryInUse` while a process
 * uses an embedded store, `NewerSchema`, and the errors of `openMongo`.
 */
export async function openStored(variables: Variables, purpose: 'read' | 'fill'): Promise<Stored> {
  const dataDirectory = readOne('DATA_DIR', variables) ?? '.slipway';
  const mongodb = readOne('MONGODB_URL', variables);
  if (mongodb === null) return await openEmbedded(dataDirectory, purpose);
  const migration = purpose === 'read' ? 'none' : undefined;
  const mongo = await openMongo(mongodb, { dataDirectory, migration, patient: true });
  try {
    if (purpose === 'read') {
      await requireWholeMongo(mongo.db);
      return { tier: 'services', mongo, sign: null, close: () => mongo.close() };
    }
    const { id, end } = await showImport(mongo.db);
    return { tier: 'services', mongo, sign: id, close: () => end().finally(() => mongo.close()) };
  } catch (error) {
    await mongo.close();
    throw error;
  }
}

async function openEmbedded(dataDirectory: string, purpose: 'read' | 'fill'): Promise<Stored> {
  const directory = join(dataDirectory, 'pglite');
  if (purpose === 'read' && !existsSync(directory)) throw new NoData(resolve(dataDirectory));
  const claimed = claimDataDirectory(dataDirectory);
  try {
    const database = await openDatabase(directory, { transactionIdleMs: TRANSACTION_IDLE_MS });
    const close = async () => {
      await database.close();
      // The database chooses the modes of its own files.
      if (purpose === 'fill') await closeAll(directory);
      claimed.release();
    };
    try {
      if (purpose === 'fill') await migrateStore(database);
      else {
        await requireSchema(database);
        await requireWhole(database);
      }
    } catch (error) {
      await close();
      throw error;
    }
    return { tier: 'embedded', database, close };
  } catch (error) {
    claimed.release();
    throw error;
  }
}
