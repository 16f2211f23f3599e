import { tmpdir } from 'node:os';
import { NewerSchema } from '../../../../src/adapters/store/failure.ts';
import { SCHEMA_VERSION, type Step } from '../../../../src/adapters/store/mongo/migrations.ts';
import { type MongoOptions, type OpenMongo, openMongo } from '../../../../src/adapters/store/mongo/open.ts';
import { StoreError } from '../../../../src/ports/store.ts';
import { describeWith, mongoUrl } from '../../../support/services/tiers.ts';
import { until } from '../../../support/until.ts';

/** The documents of a collection, whatever they are. */
interface Anything {
  _id: string;
  [field: string]: unknown;
}

describeWith(['mongo'], 'migrations in MongoDB', () => {
  const opened: OpenMongo[] = [];
  const open = async (url: string, migration?: MongoOptions['migration']) => {
    const mongo = await openMongo(url, { dataDirectory: tmpdir(), migration });
    opened.push(mongo);
    return mongo;
  };
  afterEach(async () => {
    for (const { db, close } of opened.splice(0)) {
      await db.dropDatabase();
      await close();
    }
  });

  const step =
    (name: string): Step =>
    async (db) => {
      await db.collection<Anything>('steps').insertOne({ _id: name });
    };
  const done = async ({ db }: OpenMongo) => {
    const steps = await db.collection<Anything>('steps').find().toArray();
    return steps.map(({ _id }) => _id);
  };
  const version = async ({ db }: OpenMongo) =>
    (await db.collection<Anything>('meta').findOne({ _id: 'schema' }))?.version;
  const lease = ({ db }: OpenMongo) => db.collection<Anything>('meta').findOne({ _id: 'migration' });

  test('an empty database gets the version of this program', async () => {
    expect(await version(await open(mongoUrl()))).toBe(SCHEMA_VERSION);
    const steps = [step('a'), step('b')];
    const mongo = await open(mongoUrl(), { steps });
    expect([await version(mongo), await done(mongo)]).toEqual([3, []]);
  });

  test('a database of the first version gets the version of this program', async () => {
    const url = mongoUrl();
    expect(await version(await open(url, { steps: [] }))).toBe(1);
    expect(await version(await open(url))).toBe(SCHEMA_VERSION);
  });

  test('a database of a newer program is refused', async () => {
    const url = mongoUrl();
    const steps = Array.from({ length: SCHEMA_VERSION }, () => step('a'));
    await open(url, { steps });
    const failure: unknown = await open(url).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NewerSchema);
    expect(failure).toMatchObject({ found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION });
  });

  test('only the steps that are still missing run, in order', async () => {
    const url = mongoUrl();
    await open(url, { steps: [] });
    await open(url, { steps: [step('a')] });
    const mongo = await open(url, { steps: [step('a'), step('b'), step('c')] });
    expect([await version(mongo), await done(mongo), await lease(mongo)]).toEqual([4, ['a', 'b', 'c'], null]);
  });

  test('a failed step ends the start, and the next start continues there', async () => {
    const url = mongoUrl();
    const mongo = await open(url, { steps: [] });
    const fails: Step = async () => {
      throw new TypeError('as planned');
    };
    await expect(open(url, { steps: [step('a'), fails] })).rejects.toBeInstanceOf(StoreError);
    expect([await version(mongo), await done(mongo)]).toEqual([2, ['a']]);
    await open(url, { steps: [step('a'), step('b')] });
    expect([await version(mongo), await done(mongo)]).toEqual([3, ['a', 'b']]);
  });

  test('one of many processes that start at once migrates, and all start', async () => {
    const url = mongoUrl();
    await open(url, { steps: [] });
    // A step that ran twice would be refused: its document is there.
    const steps = ['a', 'b', 'c'].map(step);
    const started = await Promise.all(Array.from({ length: 6 }, () => open(url, { steps })));
    for (const mongo of started) expect(await version(mongo)).toBe(4);
    expect(await done(started[0]!)).toEqual(['a', 'b', 'c']);
  });

  test('many processes that start at once on an empty database all start', async () => {
    const url = mongoUrl();
    const started = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    for (const mongo of started) expect(await version(mongo)).toBe(SCHEMA_VERSION);
  });

  test('a migrating process that died is waited for only until its lease ends', async () => {
    const url = mongoUrl();
    const mongo = await open(url, { steps: [] });
    const until = new Date(Date.now() + 700);
    await mongo.db.collection<Anything>('meta').insertOne({ _id: 'migration', holder: 'dead', until });
    let ranAt = 0;
    const steps: Step[] = [
      async () => {
        ranAt = Date.now();
      },
    ];
    await expect(open(url, { steps, waitMs: 0 })).rejects.toBeInstanceOf(StoreError);
    await open(url, { steps });
    expect(ranAt).toBeGreaterThan(until.getTime());
    expect(await lease(mongo)).toBeNull();
  });

  test('a process that needs longer than its lease keeps it', async () => {
    const url = mongoUrl();
    const mongo = await open(url, { steps: [] });
    let runs = 0;
    const long: Step = async () => {
      runs += 1;
      const first = (await lease(mongo))?.until as Date;
      await until('the lease to be renewed past its first end', async () => {
        const now = (await lease(mongo))?.until as Date;
        return Date.now() > first.getTime() + 200 && now > first;
      });
    };
    const migration = { steps: [long], leaseMs: 1_000 };
    await Promise.all([open(url, migration), open(url, migration)]);
    expect(runs).toBe(1);
  });

  test("another program's database is left alone", async () => {
    const url = mongoUrl();
    const { db } = await open(url);
    await db.collection<Anything>('meta').replaceOne({ _id: 'schema' }, { fields: [] });
    await expect(open(url)).rejects.toBeInstanceOf(StoreError);
  });
});
