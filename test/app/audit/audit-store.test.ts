import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { NewerSchema, OlderSchema } from '../../../src/adapters/store/failure.ts';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { openAuditStore } from '../../../src/app/audit/audit-store.ts';
import { dataDirectory } from '../../support/services/services.ts';
import { describeTiers, describeWith, mongoUrl } from '../../support/services/tiers.ts';

interface Opened {
  /** What `slipway audit` is started with. */
  variables: Record<string, string>;
  /** The schema version, or null if there is none. With a number, it is set first. */
  version(set?: number): Promise<number | null>;
  close(): Promise<void>;
}

async function onMongo(): Promise<Opened> {
  const url = mongoUrl();
  const { db, close } = await openMongo(url, { dataDirectory: '.' });
  const meta = db.collection<{ _id: string; version: number }>('meta');
  return {
    variables: { MONGODB_URL: url },
    async version(set) {
      if (set !== undefined) await meta.updateOne({ _id: 'schema' }, { $set: { version: set } });
      return (await meta.findOne({ _id: 'schema' }))?.version ?? null;
    },
    async close() {
      await db.dropDatabase();
      await close();
    },
  };
}

async function inDirectory(): Promise<Opened> {
  const { directory, remove } = await dataDirectory();
  return {
    variables: { DATA_DIR: directory },
    async version(set) {
      const database = await openDatabase(join(directory, 'pglite'));
      if (set !== undefined) {
        await database.query('DELETE FROM slipway.schema_version WHERE version >= $1', [set]);
        await database.query('INSERT INTO slipway.schema_version (version) VALUES ($1)', [set]);
      }
      const { rows } = await database.query<{ version: number | null }>(
        'SELECT max(version) AS version FROM slipway.schema_version',
      );
      await database.close();
      return rows[0]?.version ?? null;
    },
    close: remove,
  };
}

describeTiers('opening the audit', (tier) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await (tier === 'embedded' ? inDirectory() : onMongo());
  }, 60_000);
  afterEach(async () => await opened.close());

  test('migrates nothing: data of an older program is refused, and that program can still start', async () => {
    expect(await opened.version(1)).toBe(1);
    await expect(openAuditStore(opened.variables)).rejects.toThrow(OlderSchema);
    expect(await opened.version()).toBe(1);
  }, 60_000);

  test('refuses data of a newer program', async () => {
    await opened.version(1_000);
    await expect(openAuditStore(opened.variables)).rejects.toThrow(NewerSchema);
  }, 60_000);

  test('reads data of this program', async () => {
    const { store, close } = await openAuditStore(opened.variables);
    expect(await store.audits({ product: null, since: 0 }, null, 1)).toEqual([]);
    await close();
  }, 60_000);
});

describeWith(['mongo'], 'the audit of a MongoDB database that no Slipway has used', () => {
  test('is refused, and the database stays empty', async () => {
    const url = mongoUrl();
    await expect(openAuditStore({ MONGODB_URL: url })).rejects.toMatchObject({ found: 0 });
    const client = await MongoClient.connect(url);
    expect(await client.db().listCollections().toArray()).toEqual([]);
    await client.close();
  });
});
