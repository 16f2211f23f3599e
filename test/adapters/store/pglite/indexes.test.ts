import { join } from 'node:path';
import { openDatabase } from '../../../../src/adapters/store/pglite/database.ts';
import { PgliteStore } from '../../../../src/adapters/store/pglite/store.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import { audit } from '../../../contract/samples.ts';
import { dataDirectory } from '../../../support/services/services.ts';

const SHA = 'a'.repeat(40);

test('indexes serve every query of the history, the audit and the cards, in their order', async () => {
  const { directory, remove } = await dataDirectory();
  const database = await openDatabase(join(directory, 'pglite'));
  const asked: { sql: string; params: readonly unknown[] }[] = [];
  const store = new PgliteStore({
    ...database,
    query: async (sql, params = []) => {
      asked.push({ sql, params });
      return database.query(sql, params);
    },
  });
  await store.releases(environmentId('shop', 'prod'), null, 10);
  await store.releases(environmentId('shop', 'prod'), 5, 10);
  await store.releasesBy(environmentId('shop', 'prod'), { sha: SHA }, 10);
  await store.releasesBy(environmentId('shop', 'prod'), { kind: 'rollback' }, 10);
  await store.findAcceptance(environmentId('shop', 'prod'), SHA);
  await store.acceptances(environmentId('shop', 'prod'), 10);
  await store.audits({ product: null, since: 0 }, null, 10);
  await store.audits({ product: 'shop', since: 0 }, audit('c1'), 10);
  await store.cardAt('C1', '1.1');
  // These tables are empty: to read all of one is the best plan there, and would be none with a million rows.
  await database.query('SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off');
  const used: string[] = [];
  for (const { sql, params } of asked) {
    const { rows } = await database.query<Record<string, string>>(`EXPLAIN ${sql}`, params);
    const plan = rows.map((row) => Object.values(row)[0]).join('\n');
    expect(plan).not.toMatch(/Seq Scan|Sort/);
    used.push(/using (\w+)/.exec(plan)?.[1] ?? plan);
  }
  expect(used).toEqual([
    'releases_newest',
    'releases_newest',
    'releases_sha',
    'releases_kind',
    'acceptances_pkey',
    'acceptances_newest',
    'audit_age',
    'audit_product',
    'aggregates_post',
  ]);
  await database.close();
  await remove();
}, 60_000);
