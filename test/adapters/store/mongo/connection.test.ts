import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { MongoUrlError, type OpenMongo, openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { apply } from '../../../../src/flow/commands/apply.ts';
import { Clock } from '../../../../src/flow/services/clock.ts';
import type { Services } from '../../../../src/flow/services/services.ts';
import { NO_METRICS } from '../../../../src/ports/metrics.ts';
import { type Store, StoreError } from '../../../../src/ports/store.ts';
import { product } from '../../../contract/samples.ts';
import { type CuttingProxy, openProxy } from '../../../support/services/proxy.ts';
import { type PrivateServer, privateServer, seekMongo } from '../../../support/services/servers.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';
import { QUICK } from '../../../support/timing.ts';
import { until } from '../../../support/until.ts';
import { startProgram } from '../../processes/start.ts';

const options = { dataDirectory: tmpdir() };

/** The run's server, at another port, without looking for other members of a set, and impatient. */
function through(port: number, more: Record<string, string> = {}): string {
  const url = new URL(mongoUrl());
  url.port = String(port);
  const patience = { serverSelectionTimeoutMS: '1000', heartbeatFrequencyMS: '500' };
  for (const [name, value] of Object.entries({ directConnection: 'true', ...patience, ...more })) {
    url.searchParams.set(name, value);
  }
  return url.href;
}

/** As much of the bot as a command to a product needs. */
function partsOf(store: Store): Services {
  const queue = { enqueue: async () => {} };
  const settings = { products: [{ name: 'shop', environments: [] }] };
  return {
    store,
    queue,
    settings,
    metrics: NO_METRICS,
    now: () => 1_000,
    clock: new Clock({ now: () => 1_000 }),
    timing: QUICK,
    log: pino({ level: 'silent' }),
  } as unknown as Services;
}

const look = (id: string): ProductCommand => ({ id, actor: ROBOT, type: 'look', delivery: null });

describeWith(['mongo'], 'MongoDB, when the way to it is bad', () => {
  let proxy: CuttingProxy;
  const opened: OpenMongo[] = [];
  const open = async (url: string) => {
    const mongo = await openMongo(url, options);
    opened.push(mongo);
    return mongo;
  };

  beforeAll(async () => {
    proxy = await openProxy(Number(new URL(mongoUrl()).port));
  });
  afterEach(async () => {
    for (const { db, close } of opened.splice(0)) {
      await db.dropDatabase();
      await close();
    }
  });
  afterAll(async () => await proxy.close());

  const WRITES = ['insert\0', 'update\0'];

  test('a write whose answer was lost is a StoreError, and has happened', async () => {
    const { store } = await open(through(proxy.port, { retryWrites: 'false' }));
    for (const revision of [1, 2]) {
      proxy.cutAnswersTo(WRITES, 1);
      await expect(store.save('products', product('shop', { revision }))).rejects.toBeInstanceOf(StoreError);
      expect(await store.load('products', 'shop')).toMatchObject({ revision });
    }
    proxy.cutAnswersTo(WRITES, 1);
    const delivery = { id: 'github:1:shop', product: 'shop', at: 1, outcome: null };
    await expect(store.addDelivery(delivery)).rejects.toBeInstanceOf(StoreError);
    expect(await store.addDelivery(delivery)).toBe('seen');
  });

  test.each([
    ['once, and nobody tries again', 'false', 1],
    ['once, and the driver tries again', 'true', 1],
    ['twice, even when the driver tries again', 'true', 2],
  ])('a command whose answer was lost %s is settled once', async (_what, retryWrites, times) => {
    const { store } = await open(through(proxy.port, { retryWrites }));
    for (const revision of [1, 2]) {
      const before = proxy.cuts();
      proxy.cutAnswersTo(WRITES, times);
      const { answer, aggregate } = await apply(partsOf(store), 'products', 'shop', look(`look ${revision}`));
      proxy.cutAnswersTo([], 0);
      expect(proxy.cuts()).toBeGreaterThan(before);
      expect(answer).toEqual({ kind: 'accepted' });
      expect(aggregate).toMatchObject({ revision, asked: revision });
      expect(await store.load('products', 'shop')).toEqual(aggregate);
    }
  });

  test('a server that does not answer is a StoreError in good time, and recovers', async () => {
    const { store } = await open(through(proxy.port, { socketTimeoutMS: '500', connectTimeoutMS: '500' }));
    await store.save('products', product('shop'));
    proxy.mute(true);
    await expect(store.load('products', 'shop')).rejects.toBeInstanceOf(StoreError);
    await expect(store.save('products', product('shop', { revision: 2 }))).rejects.toBeInstanceOf(StoreError);
    proxy.mute(false);
    await until('it answers', () => store.load('products', 'shop').catch(() => null));
  });

  test('a missing server is a StoreError, and keeps no process alive', async () => {
    const program = startProgram('mongo.ts', `mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200`);
    expect(await program.line()).toBe('StoreError');
    await until('its end', () => program.process.exitCode !== null);
    expect(program.process.exitCode).toBe(0);
  });

  test('a connection that is closed twice keeps no process alive', async () => {
    const program = startProgram('mongo.ts', mongoUrl());
    expect(await program.line()).toBe('saved');
    expect(await program.line()).toBe('closed');
    await until('its end', () => program.process.exitCode !== null);
    expect(program.process.exitCode).toBe(0);
  });

  test('any use after it is closed is a StoreError', async () => {
    const mongo = await openMongo(mongoUrl(), options);
    await mongo.close();
    await expect(mongo.store.load('products', 'shop')).rejects.toBeInstanceOf(StoreError);
  });
});

const sought = await seekMongo();
const describeWithOwn = 'program' in sought ? describe : describe.skip;

describeWithOwn('a MongoDB that is killed', () => {
  let server: PrivateServer;
  beforeAll(async () => {
    if ('missing' in sought) throw new Error(sought.missing);
    server = await privateServer(sought.program);
  }, 60_000);
  afterAll(async () => await server?.close());

  test('requests fail with StoreError while it is down, and every acknowledged write is there when it is back', async () => {
    const url = new URL(server.url);
    url.searchParams.set('serverSelectionTimeoutMS', '1000');
    const mongo = await openMongo(url.href, options);
    const { store } = mongo;
    try {
      expect(mongo.database).toBe('slipway');
      expect(await store.save('products', product('shop', { asked: 7 }))).toBe('saved');
      await server.stop('SIGKILL');
      const asked: Promise<unknown>[] = [
        store.load('products', 'shop'),
        store.save('products', product('shop', { revision: 2 })),
        store.ping(),
        store.due(1_000, 10),
        store.ids('products', null, 10),
        store.addDelivery({ id: 'github:1:shop', product: 'shop', at: 1, outcome: null }),
        store.pruneDeliveries(5),
        store.concludeDelivery('github:1:shop', 'x'),
        mongo.logs.tail('shop/prod/1', 5),
      ];
      for (const end of await Promise.allSettled(asked)) {
        expect(end).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) });
      }
      await server.start();
      const loaded = await until('it answers', () => store.load('products', 'shop').catch(() => null));
      expect(loaded).toEqual(product('shop', { asked: 7 }));
      expect(await store.save('products', product('shop', { revision: 2, asked: 8 }))).toBe('saved');
    } finally {
      await mongo.close();
    }
  }, 90_000);
});

test.each([
  'postgres://ada:secret@127.0.0.1/slipway',
  'mongodb://ada:se%cret@127.0.0.1/slipway',
  'mongodb://ada:secret@127.0.0.1/?nosuchoption=1',
  'mongodb://ada:secret@',
  'mongodb://ada:secret@/slipway',
  'nonsense',
])('%s is refused without showing it', async (url) => {
  const failure: unknown = await openMongo(url, options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MongoUrlError);
  expect(String(failure)).not.toContain('cret');
});
