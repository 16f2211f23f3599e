import { join } from 'node:path';
import { openDatabase } from '../../../../src/adapters/store/pglite/database.ts';
import { startEmbedded } from '../../../../src/adapters/store/pglite/embedded.ts';
import { migrateStore } from '../../../../src/adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../../../../src/adapters/store/pglite/store.ts';
import { olderContract } from '../../../contract/older.contract.ts';
import { type OpenBehind, rubbishContract } from '../../../contract/rubbish.contract.ts';
import { storeContract } from '../../../contract/store.contract.ts';
import { dataDirectory } from '../../../support/services/services.ts';

storeContract('PGlite', async () => {
  const { directory, remove } = await dataDirectory();
  let services = await startEmbedded(directory);
  return {
    store: services.store,
    async reopen() {
      await services.close();
      services = await startEmbedded(directory);
      return services.store;
    },
    async close() {
      await services.close();
      await remove();
    },
  };
});

/** Where each collection is, and where a document of it stands. */
const TABLES: Record<string, [table: string, column: string, id: string]> = {
  releases: ['releases', 'record', 'id'],
  acceptances: ['acceptances', 'record', "environment || '@' || sha"],
  audit: ['audit', 'record', 'id'],
};

async function openBehind(): Promise<OpenBehind> {
  const { directory, remove } = await dataDirectory();
  const database = await openDatabase(join(directory, 'pglite'));
  await migrateStore(database);
  return {
    store: new PgliteStore(database),
    async change(collection, id, how) {
      const [table, column, key] = TABLES[collection] ?? ['aggregates', 'document', 'id'];
      const { rows } = await database.query<{ text: string }>(
        `SELECT ${column}::text AS text FROM slipway.${table} WHERE ${key} = $1`,
        [id],
      );
      const document = JSON.parse(rows[0]!.text);
      how(document);
      await database.query(`UPDATE slipway.${table} SET ${column} = $2 WHERE ${key} = $1`, [
        id,
        JSON.stringify(document),
      ]);
    },
    async close() {
      await database.close();
      await remove();
    },
  };
}

rubbishContract('PGlite', openBehind);
olderContract('PGlite', openBehind);
