import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claimDataDirectory } from '../../adapters/data-directory.ts';
import { openMongo } from '../../adapters/store/mongo/open.ts';
import { openDatabase } from '../../adapters/store/pglite/database.ts';
import { requireSchema } from '../../adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../../adapters/store/pglite/store.ts';
import type { Store } from '../../ports/store.ts';
import { readOne } from '../configuration/environment.ts';
import type { Variables } from '../configuration/values/given.ts';

/** A store opened for reading the audit. `close` also releases the data directory. */
export interface OpenAudit {
  store: Pick<Store, 'audits'>;
  close(): Promise<void>;
}

/** The directory contains no data of Slipway. */
export class NoData extends Error {
  constructor(readonly path: string) {
    super(`There is no Slipway data in ${path}.`);
    this.name = 'NoData';
  }
}

/**
 * Opens the store that the bot's variables name, for reading, and migrates nothing: MongoDB when `MONGODB_URL` is set,
 * otherwise `DATA_DIR`. Slack's variables are not needed. Throws `UnreadableVariable`, `NoData`, `DataDirectoryInUse` while the bot runs on the
 * embedded tier, `NewerSchema`, `OlderSchema`, and the errors of `openMongo`.
 */
export async function openAuditStore(variables: Variables): Promise<OpenAudit> {
  const dataDirectory = readOne('DATA_DIR', variables) ?? '.slipway';
  const mongodb = readOne('MONGODB_URL', variables);
  if (mongodb !== null) return await openMongo(mongodb, { dataDirectory, migration: 'none' });
  const directory = join(dataDirectory, 'pglite');
  if (!existsSync(directory)) throw new NoData(resolve(dataDirectory));
  const claimed = claimDataDirectory(dataDirectory);
  try {
    const database = await openDatabase(directory);
    const close = async () => {
      await database.close();
      claimed.release();
    };
    try {
      await requireSchema(database);
    } catch (error) {
      await close();
      throw error;
    }
    return { store: new PgliteStore(database), close };
  } catch (error) {
    claimed.release();
    throw error;
  }
}
