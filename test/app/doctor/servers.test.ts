import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Redis } from 'ioredis';
import { MongoClient, MongoServerError, MongoWriteConcernError } from 'mongodb';
import { faultOf } from '../../../src/adapters/store/mongo/inspect.ts';
import { Clocks } from '../../../src/app/doctor/clock.ts';
import { mongoQuestion } from '../../../src/app/doctor/store/mongo.ts';
import { redisQuestion } from '../../../src/app/doctor/store/redis.ts';
import { freePort, type PrivateServer, privateServer, seekRedis } from '../../support/services/servers.ts';
import { describeWith, mongoUrl } from '../../support/services/tiers.ts';
import { toldOf, wrongIn } from './support.ts';

const askMongo = (url: string, clocks = new Clocks(), timeoutMs = 5_000) =>
  mongoQuestion({ url, clocks, now: Date.now, timeoutMs }).ask();

describeWith(['mongo'], 'a MongoDB', () => {
  test('is told with its version and its topology; what was written for that is removed', async () => {
    const url = mongoUrl();
    const clocks = new Clocks();
    const findings = await askMongo(url, clocks);
    const { host } = new URL(url);
    expect(wrongIn(findings)).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual([`MongoDB at ${host}`, `MongoDB at ${host}: writes`]);
    expect(toldOf(findings, `MongoDB at ${host}`)[0]).toMatch(/: version \d+\.\d+/);
    expect(toldOf(findings, `MongoDB at ${host}: writes`)).toEqual([
      'ok: a majority stored what was written, and it was removed',
    ]);
    expect(clocks.findings().map(({ what, ok }) => [what, ok])).toEqual([['clock: MongoDB', true]]);
    const client = new MongoClient(url);
    expect(await client.db().listCollections().toArray()).toEqual([]);
    await client
      .db()
      .collection<{ _id: string }>('meta')
      .insertOne({ _id: 'schema', version: 99 } as never);
    const newer = await askMongo(url);
    expect(toldOf(newer, `MongoDB at ${host}: schema`)).toEqual([
      expect.stringMatching(/^wrong: The database has schema version 99.*To do: start the newer version/),
    ]);
    await client.db().dropDatabase();
    await client.close();
  });
});

describe('a database that cannot be reached', () => {
  let silent: Server;
  let at: string;
  beforeAll(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    at = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(() => silent.close());

  test.each(['mongodb', 'redis'])('%s: its login is never told', async (protocol) => {
    const nobody = `127.0.0.1:${await freePort()}`;
    const ask = (host: string) => {
      const url = `${protocol}://ada:hush-hush@${host}/x`;
      return protocol === 'redis' ? redisQuestion(url, 300).ask() : askMongo(url, undefined, 300);
    };
    const name = protocol === 'redis' ? 'Redis' : 'MongoDB';
    const variable = protocol === 'redis' ? 'REDIS_URL' : 'MONGODB_URL';
    const todo = `To do: see whether it runs and this machine reaches it, and check ${variable}`;
    const refused = await ask(nobody);
    expect(toldOf(refused, `${name} at ${nobody}`)).toEqual([`wrong: takes no connections. ${todo}`]);
    const silence = await ask(at);
    expect(toldOf(silence, `${name} at ${at}`)).toEqual([`wrong: does not answer. ${todo}`]);
    const unknown = await ask('nowhere.invalid');
    expect(toldOf(unknown, `${name} at nowhere.invalid`)).toEqual([
      `wrong: has a name that is unknown here. To do: check ${variable}, or the name server of this machine`,
    ]);
    expect(JSON.stringify([refused, silence, unknown])).not.toContain('hush');
  });

  test('an address that is none', async () => {
    expect(toldOf(await askMongo('mongodb://a:secret@/x'), 'MongoDB at localhost')).toEqual([
      expect.stringMatching(/^wrong: This is not the address of a MongoDB: .*To do: correct MONGODB_URL$/),
    ]);
  });
});

test.each<[string, Error, object]>([
  ['a login', new MongoServerError({ message: 'no', code: 18 }), { kind: 'login' }],
  ['a login at Atlas', new MongoServerError({ message: 'no', code: 8000 }), { kind: 'login' }],
  ['a right', new MongoServerError({ message: 'no', code: 13 }), { kind: 'forbidden' }],
  ['something else', new MongoServerError({ message: 'odd', code: 1 }), { kind: 'other', says: 'odd' }],
  [
    'no majority',
    new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'late' } } as never),
    { kind: 'noMajority' },
  ],
])('what MongoDB refuses: %s', (_name, error, fault) => {
  expect(faultOf(error)).toEqual(fault);
});

const redisProgram = seekRedis();
('program' in redisProgram ? describe : describe.skip)('a Redis', () => {
  let server: PrivateServer;
  let redis: Redis;
  let what: string;
  beforeAll(async () => {
    if ('missing' in redisProgram) return;
    server = await privateServer(redisProgram.program);
    redis = new Redis(server.url);
    what = `Redis at 127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  test('is told with its version, and that it evicts nothing', async () => {
    const findings = await redisQuestion(server.url, 5_000).ask();
    expect(wrongIn(findings)).toEqual([]);
    expect(toldOf(findings, what)).toEqual([
      expect.stringMatching(/^ok: \d+\.\d+\.\d+; 5.0 or later is enough$/),
    ]);
    expect(toldOf(findings, `${what}: eviction`)).toEqual(['ok: it evicts nothing, and takes writes']);
  });

  test('evicts', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const findings = await redisQuestion(server.url, 5_000).ask();
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    expect(toldOf(findings, `${what}: eviction`)).toEqual([
      'wrong: it evicts wake-ups when its memory is full (allkeys-lru): they come late then. To do: set maxmemory-policy to noeviction there',
    ]);
  });

  test.each<[string, (redis: Redis) => Promise<unknown>, (redis: Redis) => Promise<unknown>, string]>([
    [
      'is full',
      (redis) => redis.config('SET', 'maxmemory', '1'),
      (redis) => redis.config('SET', 'maxmemory', '0'),
      'wrong: its memory is full, so it takes no writes. To do: give it more memory',
    ],
    [
      'is a copy',
      (redis) => redis.replicaof('127.0.0.1', '1'),
      (redis) => redis.replicaof('NO', 'ONE'),
      'wrong: is a copy that takes no writes. To do: name the primary in REDIS_URL',
    ],
    [
      'wants a password',
      (redis) => redis.config('SET', 'requirepass', 'hush-hush'),
      (redis) => redis.config('SET', 'requirepass', ''),
      'wrong: does not believe the user and the password, or wants some. To do: correct them in REDIS_URL',
    ],
    [
      'does not let everybody write',
      (redis) => redis.acl('SETUSER', 'default', '-set'),
      (redis) => redis.acl('SETUSER', 'default', '+@all'),
      'wrong: the user may not do what Slipway does. To do: give it all keys and commands (~* +@all)',
    ],
  ])('%s', async (_name, make, mend, told) => {
    await make(redis);
    const findings = await redisQuestion(server.url, 5_000).ask();
    await mend(redis);
    expect(toldOf(findings, what)).toEqual([told]);
    expect(wrongIn(await redisQuestion(server.url, 5_000).ask())).toEqual([]);
  });

  test('with another password than its own', async () => {
    await redis.config('SET', 'requirepass', 'hush-hush');
    const findings = await redisQuestion(server.url.replace('//', '//:wrong-one@'), 5_000).ask();
    const right = await redisQuestion(server.url.replace('//', '//:hush-hush@'), 5_000).ask();
    await redis.config('SET', 'requirepass', '');
    expect(toldOf(findings, what)).toEqual([expect.stringMatching(/^wrong: does not believe/)]);
    expect(wrongIn(right)).toEqual([]);
  });
});
