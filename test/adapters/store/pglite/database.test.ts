import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NewerSchema } from '../../../../src/adapters/store/failure.ts';
import { type Database, openDatabase } from '../../../../src/adapters/store/pglite/database.ts';
import { type StartStep, startEmbedded } from '../../../../src/adapters/store/pglite/embedded.ts';
import { SCHEMA_VERSION } from '../../../../src/adapters/store/pglite/migrations.ts';
import { PgliteStore } from '../../../../src/adapters/store/pglite/store.ts';
import { newCard } from '../../../../src/domain/documents/card.ts';
import { StoreError } from '../../../../src/ports/store.ts';
import { dataDirectory } from '../../../support/services/services.ts';
import { thoroughTest } from '../../../support/thorough.ts';
import { until } from '../../../support/until.ts';

describe('the database in its thread', () => {
  let directory: string;
  let remove: () => Promise<void>;
  let database: Database;

  beforeAll(async () => {
    ({ directory, remove } = await dataDirectory());
    database = await openDatabase(join(directory, 'pglite'), { transactionIdleMs: 200 });
    await database.query('CREATE TABLE public.numbers (n integer)');
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await remove();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE public.numbers');
  });

  const numbers = async () =>
    (await database.query<{ n: number }>('SELECT n FROM public.numbers ORDER BY n')).rows.map(({ n }) => n);

  test('big integers are numbers, JSON is parsed, and changed rows are counted', async () => {
    const { rows } = await database.query('SELECT $1::bigint AS big, $2::jsonb AS json, $3::text[] AS list', [
      1_700_000_000_000,
      { a: ['ü', null] },
      ['a"b', 'c\\d', 'e,f'],
    ]);
    expect(rows).toEqual([
      { big: 1_700_000_000_000, json: { a: ['ü', null] }, list: ['a"b', 'c\\d', 'e,f'] },
    ]);
    expect((await database.query('INSERT INTO public.numbers VALUES (1), (2)', [])).rowCount).toBe(2);
    expect((await database.query('DELETE FROM public.numbers WHERE n = $1', [7])).rowCount).toBe(0);
  });

  test('an error of PostgreSQL carries its code, and the next statement works', async () => {
    await expect(database.query('SELECT * FROM nowhere')).rejects.toMatchObject({
      name: 'DatabaseError',
      code: '42P01',
    });
    await expect(database.query('SELECT $1::boolean', ['perhaps'])).rejects.toThrow('boolean');
    expect(await numbers()).toEqual([]);
  });

  test('a transaction runs alone, and others wait for its end', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO public.numbers VALUES (1)');
    const other = database.query('INSERT INTO public.numbers VALUES (2)');
    const seen = await client.query<{ n: number }>('SELECT n FROM public.numbers', []);
    expect(seen.rows).toEqual([{ n: 1 }]);
    await client.query('ROLLBACK');
    await other;
    expect(await numbers()).toEqual([2]);
    client.release();
  });

  test('two transactions run one after the other', async () => {
    const write = async (n: number) => {
      const client = await database.pool.connect();
      await client.query('BEGIN');
      await client.query('INSERT INTO public.numbers VALUES ($1)', [n]);
      const { rows } = await client.query<{ count: number }>('SELECT count(*) AS count FROM public.numbers');
      await client.query('COMMIT');
      client.release();
      return rows[0]?.count;
    };
    expect(await Promise.all([write(1), write(2), write(3)])).toEqual([1, 2, 3]);
  });

  test('a client released in its transaction is rolled back and blocks nobody', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO public.numbers VALUES (1)');
    await expect(client.query('SELECT * FROM nowhere')).rejects.toThrow('nowhere');
    client.release();
    expect(await numbers()).toEqual([]);
  });

  test('a forgotten transaction is rolled back and blocks nobody', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO public.numbers VALUES (1)');
    // Waits until the forgotten one is given up.
    expect(await numbers()).toEqual([]);
    await expect(client.query('INSERT INTO public.numbers VALUES (2)')).rejects.toThrow('rolled back');
    await expect(client.query('COMMIT')).rejects.toThrow('rolled back');
    expect(await numbers()).toEqual([]);
    await client.query('INSERT INTO public.numbers VALUES (3)');
    expect(await numbers()).toEqual([3]);
    client.release();
  });

  test('listeners receive notifications once they are committed', async () => {
    const listener = await database.pool.connect();
    const heard: unknown[] = [];
    listener.on('notification', (message) => heard.push(message));
    await listener.query('LISTEN news');
    await database.query(`SELECT pg_notify('news', $1)`, ['first']);
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query(`NOTIFY news, 'never'`);
    await client.query('ROLLBACK');
    client.release();
    await database.query(`NOTIFY news, 'second'`);
    await until('both', () => heard.length >= 2);
    expect(heard).toEqual([
      { channel: 'news', payload: 'first' },
      { channel: 'news', payload: 'second' },
    ]);
    listener.release();
  });

  thoroughTest('many small writes do not let it grow for ever', async () => {
    const size = async () =>
      (await database.query<{ size: number }>(`SELECT pg_total_relation_size('slipway.deliveries') AS size`))
        .rows[0]!.size;
    const store = new PgliteStore(database);
    await store.addDelivery({ id: 'a', product: 'p', at: 0, outcome: null });
    // The indexed column changes, so that each leaves a dead row and a dead entry in the index.
    const write = (from: number) =>
      database.query(
        `DO $$ BEGIN FOR n IN ${from}..${from + 1_000} LOOP UPDATE slipway.deliveries SET at = n WHERE id = 'a'; END LOOP; END $$`,
      );
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      await write(round * 1_001);
      for (let n = 0; n < 1_001; n++) await database.query('SELECT $1::integer', [n]);
      sizes.push(await size());
    }
    expect(sizes[3]).toBeLessThanOrEqual(sizes[0]! * 1.5);
  });
});

describe('the start of the embedded tier', () => {
  test('creates everything the first time, over the remains of a killed start', async () => {
    const { directory, remove } = await dataDirectory();
    const first = join(directory, 'first');
    await mkdir(join(first, 'pglite.new'), { recursive: true });
    await writeFile(join(first, 'pglite.new', 'PG_VERSION'), '18\n');
    const steps: StartStep[] = [];
    const services = await startEmbedded(first, { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual(['creating', 'opening', 'migrating', 'ready']);
    expect(await services.store.due(0, 1)).toEqual([]);
    await services.close();
    await remove();
  }, 90_000);

  test('refuses a data directory of a newer program, and leaves it unchanged', async () => {
    const { directory, remove } = await dataDirectory();
    const database = await openDatabase(join(directory, 'pglite'));
    await database.query('INSERT INTO slipway.schema_version (version) VALUES ($1)', [SCHEMA_VERSION + 1]);
    await database.close();
    await expect(startEmbedded(directory)).rejects.toThrow(NewerSchema);
    await expect(startEmbedded(directory)).rejects.toThrow(/newer/);
    await remove();
  }, 60_000);

  test('a data directory of the first version is migrated to that of this program', async () => {
    const { directory, remove } = await dataDirectory();
    const first = await startEmbedded(directory);
    const card = { ...newCard('c', 'shop', { kind: 'push', head: 1, sha: 'f'.repeat(40) }), revision: 1 };
    const posted = { ...card, channel: 'C1', ts: '1.1' };
    await first.store.save('cards', posted);
    await first.store.save('cards', { ...posted, id: 'nul', ts: '1.2', undeliverable: 'a\u0000b' });
    await first.store.save('cards', { ...card, id: 'waiting' });
    await first.close();
    const database = await openDatabase(join(directory, 'pglite'));
    await database.query('DELETE FROM slipway.schema_version WHERE version > 1');
    await database.query('ALTER TABLE slipway.aggregates DROP COLUMN post');
    await database.close();
    const migrated = await startEmbedded(directory);
    expect(await migrated.store.cardAt('C1', '1.1')).toEqual(posted);
    await migrated.close();
    const again = await openDatabase(join(directory, 'pglite'));
    const { rows } = await again.query('SELECT max(version) AS version FROM slipway.schema_version');
    expect(rows).toEqual([{ version: SCHEMA_VERSION }]);
    await again.close();
    await remove();
  }, 60_000);

  test('gives StoreError once the database is closed', async () => {
    const { directory, remove } = await dataDirectory();
    const { store, close } = await startEmbedded(directory);
    await close();
    await expect(store.load('products', 'a')).rejects.toThrow(StoreError);
    await remove();
  }, 60_000);

  test('that cannot be opened says why, and is not reported as lost', async () => {
    const { directory, remove } = await dataDirectory();
    await rm(join(directory, 'pglite', 'global'), { recursive: true });
    const lost: Error[] = [];
    const opening = openDatabase(join(directory, 'pglite'), { onLost: (error) => lost.push(error) });
    await expect(opening).rejects.not.toThrow(ReferenceError);
    expect(lost).toEqual([]);
    await remove();
  }, 60_000);
});
