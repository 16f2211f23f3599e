import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claimDataDirectory } from '../adapters/data-directory.ts';
import { openMongo } from '../adapters/store/mongo/open.ts';
import { openDatabase } from '../adapters/store/pglite/database.ts';
import { migrateStore } from '../adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../adapters/store/pglite/store.ts';
import type { Store } from '../ports/store.ts';
import type { Variables } from './configuration/values/values.ts';

export interface OpenAudit {
  store: Pick<Store, 'audits'>;
  close(): Promise<void>;
}

/** Nothing of Slipway was ever kept there. */
export class NoData extends Error {
  constructor(readonly path: string) {
    super(`There is no data of Slipway in ${path}.`);
    this.name = 'NoData';
  }
}

/**
 * The store that the bot's variables name, to read from: MongoDB where there is `MONGODB_URL`, else `DATA_DIR`. Slack's are
 * not needed. Throws `NoData`; `DataDirectoryInUse` while the bot runs on the embedded tier; what `openMongo` throws.
 */
export async function openAuditStore(variables: Variables): Promise<OpenAudit> {
  const dataDirectory = variables.DATA_DIR || '.slipway';
  if (variables.MONGODB_URL) return await openMongo(variables.MONGODB_URL, { dataDirectory });
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
      await migrateStore(database);
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
