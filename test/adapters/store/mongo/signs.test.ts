import { tmpdir } from 'node:os';
import { UnfinishedImport } from '../../../../src/adapters/store/failure.ts';
import { type OpenMongo, openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import {
  mark,
  serverTime,
  showImport,
  showLife,
  usersOf,
} from '../../../../src/adapters/store/mongo/signs.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';
import { until } from '../../../support/until.ts';

describeWith(['mongo'], 'signs of life in MongoDB', () => {
  let mongo: OpenMongo;
  beforeEach(async () => {
    mongo = await openMongo(mongoUrl(), { dataDirectory: tmpdir() });
  });
  afterEach(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  });

  const heard: UnfinishedImport[] = [];
  const live = (lifeMs?: number) =>
    showLife(mongo.db, {
      onImport: (error) => heard.push(error),
      ...(lifeMs === undefined ? {} : { lifeMs }),
    });
  const signs = () => mongo.db.collection<{ _id: string; until: number }>('processes');

  test('each process is seen, by name, until it ends', async () => {
    expect(await usersOf(mongo.db, 0)).toEqual([]);
    const [first, second] = [await live(), await live()];
    const name = expect.stringMatching(new RegExp(`^process ${process.pid} on .+`));
    expect(await usersOf(mongo.db, 0)).toEqual([name, name]);
    await first.end();
    expect(await usersOf(mongo.db, 0)).toHaveLength(1);
    await second.end();
    expect(await usersOf(mongo.db, 0)).toEqual([]);
  });

  test('one that came and went is known to whoever looked before', async () => {
    const before = (await serverTime(mongo.db))!;
    const process = await live();
    await process.end();
    const { until: endedAt } = (await signs().findOne({}))!;
    expect(await usersOf(mongo.db, (await serverTime(mongo.db))! - before + 1)).toHaveLength(1);
    expect(endedAt).toBeGreaterThanOrEqual(before);
  });

  test('one that was killed is seen until its sign lapses, and one that lives renews its own', async () => {
    const dead = { _id: 'dead', process: 'process 1 on there', until: (await serverTime(mongo.db))! + 900 };
    await mongo.db.collection<typeof dead>('processes').insertOne(dead);
    const living = await live(600);
    expect(await usersOf(mongo.db, 0)).toHaveLength(2);
    await until('only the living one is seen', async () => {
      const users = await usersOf(mongo.db, 0);
      return users.length === 1 && !users.includes(dead.process);
    });
    await living.end();
  });

  test('a process does not start on a half filled database, and leaves no sign', async () => {
    await mark(mongo.db);
    await expect(live()).rejects.toBeInstanceOf(UnfinishedImport);
    expect(await usersOf(mongo.db, 0)).toEqual([]);
  });

  test('a process that lives while an import begins hears of it', async () => {
    heard.length = 0;
    const process = await live(150);
    await mark(mongo.db);
    await until('it hears of the import', () => heard.length > 0);
    await process.end();
  });

  test('of two imports each sees the other, and not itself; neither minds the mark', async () => {
    await mark(mongo.db);
    const [first, second] = [await showImport(mongo.db), await showImport(mongo.db)];
    for (const { id } of [first, second]) expect(await usersOf(mongo.db, 0, id)).toHaveLength(1);
    await second.end();
    expect(await usersOf(mongo.db, 0, first.id)).toEqual([]);
    await first.end();
  });

  test('signs of long ago are forgotten', async () => {
    const old = { _id: 'old', process: 'process 1 on there', until: 1 };
    await mongo.db.collection<typeof old>('processes').insertOne(old);
    const process = await live();
    expect(await signs().countDocuments({ _id: 'old' })).toBe(0);
    await process.end();
  });
});
