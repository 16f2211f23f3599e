import { SCHEMA_VERSION as MONGO_SCHEMA } from '../../adapters/store/mongo/migrations.ts';
import { MongoPortable } from '../../adapters/store/mongo/portable.ts';
import { SCHEMA_VERSION as EMBEDDED_SCHEMA } from '../../adapters/store/pglite/migrations.ts';
import { PglitePortable } from '../../adapters/store/pglite/portable.ts';
import type { Portable } from '../../ports/portable.ts';
import type { Stored } from '../stored.ts';
import type { Origin } from './export.ts';

/** An opened store as a whole. */
export function portableOf(stored: Stored): Portable {
  return stored.tier === 'embedded'
    ? new PglitePortable(stored.database)
    : new MongoPortable(stored.mongo.db, stored.sign);
}

/** What a file says about an opened store. `now`: milliseconds since the epoch. */
export function originOf({ tier }: Stored, version: string, now: number): Origin {
  const schema = tier === 'embedded' ? EMBEDDED_SCHEMA : MONGO_SCHEMA;
  return { version, tier, schema, at: new Date(now).toISOString() };
}
