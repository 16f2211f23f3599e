import { join } from 'node:path';
import { createPostgresBackend } from 'bullmq';
import { createQueue } from '../../../../src/adapters/queue/bullmq.ts';
import { type Database, openDatabase } from '../../../../src/adapters/store/pglite/database.ts';
import { queueContract } from '../../../contract/queue.contract.ts';
import { dataDirectory } from '../../../support/services/services.ts';

describe('PGlite', () => {
  let database: Database;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const data = await dataDirectory();
    remove = data.remove;
    database = await openDatabase(join(data.directory, 'pglite'));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await remove();
  });

  queueContract('BullMQ on PostgreSQL', async (now) => {
    await database.query('TRUNCATE bullmq.job CASCADE');
    const queue = createQueue(
      {
        connection: database.pool,
        factory: createPostgresBackend,
        ping: () => database.query('SELECT 1'),
      },
      { now },
    );
    return { queue, close: () => queue.close(5_000) };
  });
});
