import { tmpdir } from 'node:os';
import type { CommandStartedEvent, Document } from 'mongodb';
import { INDEXES } from '../../../../src/adapters/store/mongo/indexes.ts';
import { type OpenMongo, openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import { newCard } from '../../../../src/domain/documents/card.ts';
import { newEnvironment } from '../../../../src/domain/documents/environment.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import { StoreError } from '../../../../src/ports/store.ts';
import { acceptance, audit, product, released } from '../../../contract/samples.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';

const SHA = 'a'.repeat(40);

/** The documents of a collection, whatever they are. */
interface Anything {
  _id: string;
  [field: string]: unknown;
}

describeWith(['mongo'], 'the database in MongoDB', () => {
  const opened: OpenMongo[] = [];
  const open = async (url: string) => {
    const mongo = await openMongo(url, { dataDirectory: tmpdir() });
    opened.push(mongo);
    return mongo;
  };
  afterEach(async () => {
    for (const { db, close } of opened.splice(0)) {
      await db.dropDatabase();
      await close();
    }
  });

  test('documents are native, so people can query their fields', async () => {
    const { store, db } = await open(mongoUrl());
    const environment = newEnvironment('shop', 'prod');
    const by = { kind: 'person', id: 'U1', name: 'Ada', member: true } as const;
    const deployed = { sha: SHA, ref: 'v1.2', release: 3, at: 5_000, by };
    await store.save('environments', { ...environment, revision: 1, deployed });
    await store.putAcceptances([acceptance(environmentId('shop', 'prod'), SHA)]);
    const found = await db.collection<Anything>('environments').findOne({ 'deployed.sha': SHA });
    const { id, ...fields } = environment;
    expect(found).toEqual({ _id: id, ...fields, revision: 1, deployed });
    const accepted = await db.collection<Anything>('acceptances').findOne({ environment: 'shop/prod' });
    expect(accepted).toEqual({ _id: `shop/prod@${SHA}`, ...acceptance(environmentId('shop', 'prod'), SHA) });
  });

  test('the address names the database, which is `slipway` by default', async () => {
    const url = new URL(mongoUrl());
    const named = await open(url.href);
    expect(named.database).toBe(url.pathname.slice(1));
    expect(named.db.databaseName).toBe(named.database);
  });

  test('the address cannot weaken the guarantees', async () => {
    const url = new URL(mongoUrl());
    const weak = {
      w: '1',
      journal: 'false',
      readConcernLevel: 'local',
      readPreference: 'secondaryPreferred',
    };
    for (const [name, value] of Object.entries({ ...weak, monitorCommands: 'true', maxPoolSize: '3' })) {
      url.searchParams.set(name, value);
    }
    const { store, db } = await open(url.href);
    const commands: CommandStartedEvent[] = [];
    db.client.on('commandStarted', (event) => commands.push(event));
    await store.save('products', product('shop'));
    await store.save('products', product('shop', { revision: 2 }));
    await store.load('products', 'shop');
    expect(commands.map(({ commandName }) => commandName)).toEqual(['insert', 'update', 'find']);
    const [insert, update, find] = commands.map(({ command }) => command as Document);
    const concern = { w: 'majority', j: true, wtimeout: 8_000 };
    expect(insert?.writeConcern).toEqual(concern);
    expect(update?.writeConcern).toEqual(concern);
    expect(find?.readConcern).toEqual({ level: 'majority' });
    expect(find?.$readPreference?.mode ?? 'primary').toMatch(/^primary/);
    expect(db.client.options.maxPoolSize).toBe(3);
    expect(db.client.options.appName).toBe('slipway');
  });

  test('a server error other than a duplicate key is a StoreError', async () => {
    const { store, db } = await open(mongoUrl());
    for (const name of ['products', 'deliveries', 'audit']) {
      await db.command({ collMod: name, validator: { unheardOf: true } });
    }
    await expect(store.save('products', product('shop'))).rejects.toBeInstanceOf(StoreError);
    await expect(store.addAudit([audit('c1')])).rejects.toBeInstanceOf(StoreError);
    const delivery = { id: 'github:1:shop', product: 'shop', at: 1, outcome: null };
    await expect(store.addDelivery(delivery)).rejects.toBeInstanceOf(StoreError);
  });

  describe('indexes', () => {
    test('are created at start, even if they were dropped', async () => {
      const url = mongoUrl();
      const { db } = await open(url);
      const there = async () =>
        Object.fromEntries(
          await Promise.all(
            Object.keys(INDEXES).map(async (name) => {
              const indexes = await db.collection(name).indexes();
              const ours = indexes.filter((index) => index.name !== '_id_');
              return [name, ours.map(({ v: _version, ...index }) => index).sort(byName)] as const;
            }),
          ),
        );
      const wanted = Object.fromEntries(
        Object.entries(INDEXES).map(([name, indexes]) => [name, [...indexes].sort(byName)]),
      );
      expect(await there()).toEqual(wanted);
      await db.collection('products').dropIndexes();
      await open(url);
      expect(await there()).toEqual(wanted);
    });

    const byName = (a: { name?: string }, b: { name?: string }) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);

    test('serve every query', async () => {
      const url = new URL(mongoUrl());
      url.searchParams.set('monitorCommands', 'true');
      const { store, db } = await open(url.href);
      await store.save('products', product('shop', { wakeAt: 5 }));
      const subject = { kind: 'push', head: 1, sha: SHA } as const;
      await store.save('cards', {
        ...newCard('c', 'shop', subject),
        revision: 1,
        undeliverable: 'is_archived',
        channel: 'C1',
        ts: '1.1',
      });
      await store.putReleases([released(environmentId('shop', 'prod'), 1, 1)]);
      await store.putAcceptances([acceptance(environmentId('shop', 'prod'), SHA)]);
      await store.addAudit([audit('c1'), audit('c2')]);
      const queries: Document[] = [];
      db.client.on('commandStarted', ({ commandName, command }) => {
        if (commandName === 'find') queries.push(command);
      });
      expect(await store.due(10, 10)).toHaveLength(1);
      expect(await store.undeliverable('shop', 10)).toHaveLength(1);
      expect(await store.cardAt('C1', '1.1')).not.toBeNull();
      expect(await store.releases(environmentId('shop', 'prod'), null, 10)).toHaveLength(1);
      expect(await store.releases(environmentId('shop', 'prod'), 5, 10)).toHaveLength(1);
      expect(await store.releasesBy(environmentId('shop', 'prod'), { sha: SHA }, 10)).toHaveLength(1);
      expect(await store.releasesBy(environmentId('shop', 'prod'), { kind: 'promotion' }, 10)).toHaveLength(
        1,
      );
      expect(await store.acceptances(environmentId('shop', 'prod'), 10)).toHaveLength(1);
      expect(await store.audits({ product: null, since: 0 }, null, 10)).toHaveLength(2);
      expect(await store.audits({ product: 'storefront', since: 0 }, audit('c1'), 10)).toHaveLength(1);
      const plans = queries.splice(0).map(async ({ find, filter, sort, limit, projection }) => {
        const explained = await db.command({
          explain: { find, filter, sort, limit, ...(projection ? { projection } : {}) },
          verbosity: 'queryPlanner',
        });
        return { find, plan: JSON.stringify(explained.queryPlanner.winningPlan) };
      });
      const used = (await Promise.all(plans)).map(({ find, plan }) => {
        expect(plan).not.toContain('COLLSCAN');
        return `${find} ${/"indexName":"(\w+)"/.exec(plan)?.[1]}`;
      });
      expect(used.sort()).toEqual([
        'acceptances newest',
        'audit age',
        'audit product',
        'audit product',
        'builds wake',
        'cards post',
        'cards undeliverable',
        'cards wake',
        'environments wake',
        'people wake',
        'products wake',
        'records wake',
        'releases kind',
        'releases newest',
        'releases newest',
        'releases sha',
        'reports wake',
      ]);
    });
  });
});
