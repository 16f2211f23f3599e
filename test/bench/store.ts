import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/store/pglite/database.ts';
import { migrateStore } from '../../src/adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../../src/adapters/store/pglite/store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { BotPlace } from './bot.ts';
import type { TierName } from './report.ts';

/** Works on the store of a world whose bots are stopped. */
export async function withStore<T>(
  tier: TierName,
  place: BotPlace,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  if (tier === 'services') throw new TypeError('the services tier has no store yet');
  const database = await openDatabase(join(place.dataDirectory, 'pglite'));
  try {
    await migrateStore(database);
    return await work(new PgliteStore(database));
  } finally {
    await database.close();
  }
}
