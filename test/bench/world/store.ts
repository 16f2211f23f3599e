import { join } from 'node:path';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { migrateStore } from '../../../src/adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../../../src/adapters/store/pglite/store.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { BotPlace } from './bot.ts';

/** Works on the store of a world whose bots are stopped. */
export async function withStore<T>(place: BotPlace, work: (store: Store) => Promise<T>): Promise<T> {
  const { dataDirectory, variables } = place;
  if (variables.MONGODB_URL !== undefined) {
    const mongo = await openMongo(variables.MONGODB_URL, { dataDirectory });
    return await work(mongo.store).finally(() => mongo.close());
  }
  const database = await openDatabase(join(dataDirectory, 'pglite'));
  try {
    await migrateStore(database);
    return await work(new PgliteStore(database));
  } finally {
    await database.close();
  }
}
