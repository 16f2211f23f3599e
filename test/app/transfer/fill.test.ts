import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { openMongo } from '../../../src/adapters/store/mongo/open.ts';
import { MongoPortable } from '../../../src/adapters/store/mongo/portable.ts';
import { type Database, openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { PglitePortable } from '../../../src/adapters/store/pglite/portable.ts';
import { fill, verify } from '../../../src/app/transfer/import.ts';
import { InUse, NotEmpty, NotTheSame, WrongFile } from '../../../src/app/transfer/refused.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { Portable } from '../../../src/ports/portable.ts';
import { StoreError } from '../../../src/ports/store.ts';
import { addAll, allOf, type Everything, everything } from '../../contract/everything.ts';
import { anyText, audit, product, profile, released } from '../../contract/samples.ts';
import { dataDirectory } from '../../support/services/services.ts';
import { describeWith, mongoUrl } from '../../support/services/tiers.ts';
import { runs, THOROUGH } from '../../support/thorough.ts';
import { bodyOf, exported, spooled, storeOf } from './files.ts';

let database: Database;
let store: PglitePortable;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await dataDirectory();
  remove = opened.remove;
  database = await openDatabase(join(opened.directory, 'pglite'));
  store = new PglitePortable(database);
}, 60_000);
afterEach(async () => {
  await store.clear();
  await store.finish();
});
afterAll(async () => {
  await database.close();
  await remove();
});

/** Imports this text into the store, as `slipway import` does. */
async function imported(text: string, into: Portable = store): Promise<void> {
  const file = await spooled(text);
  try {
    await verify(file);
    await fill(into, file);
  } finally {
    await file.close();
  }
}

/** The state of the store: everything in it, and whether it is marked. */
const stateOf = async (portable: Portable) => ({
  all: await allOf(portable),
  marked: await portable.isUnfinished(),
});

const NOTHING = everything(0);
for (const list of Object.values(NOTHING)) list.length = 0;

/** The same store, where these methods are others. */
const changed = (methods: Partial<Portable>): Portable =>
  new Proxy<Portable>(store, {
    get: (target, key) => {
      const member: unknown = Reflect.get(methods, key) ?? Reflect.get(target, key);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });

describe('an import', () => {
  test('fills an empty store with what was exported', async () => {
    const all = everything(450);
    await imported((await exported(storeOf(all))).text);
    expect(await stateOf(store)).toEqual({ all, marked: false });
  });

  test('is refused by a store that has any document, and leaves it as it is', async () => {
    const { text } = await exported(storeOf(everything()));
    const each: Partial<Everything>[] = [
      { products: [product('old')] },
      { releases: [released(environmentId('old', 'prod'), 1, 1)] },
      { audit: [audit('old')] },
      { people: [profile('U9')] },
    ];
    for (const part of each) {
      const before = { ...NOTHING, ...part };
      for (const [name, list] of Object.entries(part)) await store.add(name as 'audit', list as never);
      await expect(imported(text)).rejects.toBeInstanceOf(NotEmpty);
      expect(await stateOf(store)).toEqual({ all: before, marked: false });
      await store.clear();
    }
  });

  test.each<[string, (calls: number) => string[], number]>([
    ['works with it already', () => ['process 7 on there'], 1],
    ['began to work with it before it could see the mark', (calls) => (calls === 2 ? ['process 7'] : []), 2],
  ])('is refused while a process %s, and leaves no mark', async (_what, users, asked) => {
    const { text } = await exported(storeOf(everything()));
    let calls = 0;
    const used = changed({
      users: async () => {
        calls += 1;
        return users(calls);
      },
    });
    await expect(imported(text, used)).rejects.toBeInstanceOf(InUse);
    expect(calls).toBe(asked);
    expect(await stateOf(store)).toEqual({ all: NOTHING, marked: false });
  });

  test('changes nothing if the file is wrong', async () => {
    const { text } = await exported(storeOf(everything()));
    const untouched = new Proxy(store, {
      get: (_target, key) => {
        throw new Error(`nobody asks for ${String(key)}`);
      },
    });
    await expect(imported(text.slice(0, -20), untouched)).rejects.toBeInstanceOf(WrongFile);
  });

  test.each<[string, () => Partial<Portable>, new (...args: never[]) => Error]>([
    [
      'the store fails in the middle',
      () => {
        let left = 5;
        return {
          add: (collection, records) => {
            left -= 1;
            if (left === 0) return Promise.reject(new StoreError('as planned'));
            return store.add(collection, records);
          },
        };
      },
      StoreError,
    ],
    [
      'the store gives back something else',
      () => ({
        add: (collection, records) =>
          store.add(collection, collection === 'audit' ? records.slice(1) : records),
      }),
      NotTheSame,
    ],
  ])('leaves the store empty if %s', async (_what, methods, kind) => {
    const { text } = await exported(storeOf(everything()));
    await expect(imported(text, changed(methods()))).rejects.toBeInstanceOf(kind);
    expect(await stateOf(store)).toEqual({ all: NOTHING, marked: false });
    await imported(text);
    expect(await stateOf(store)).toEqual({ all: everything(), marked: false });
  });

  test('that was killed at any step leaves the store empty, marked or whole, and the next one goes on from there', async () => {
    const few = { ...NOTHING, products: [product('shop')], audit: [audit('a'), audit('b')] };
    const all = THOROUGH ? everything() : few;
    const { text } = await exported(storeOf(all));
    const outcomes: string[] = [];
    for (let steps = 1; ; steps += 1) {
      const died = await imported(text, mortal(store, steps)).then(
        () => false,
        () => true,
      );
      const { all: left, marked } = await stateOf(store);
      const [isEmpty, isWhole] = [NOTHING, all].map((one) => isDeepStrictEqual(one, left));
      // What a bot would start on is nothing, or everything.
      if (!marked) expect([steps, isEmpty || isWhole]).toEqual([steps, true]);
      outcomes.push(marked ? 'marked' : isEmpty ? 'empty' : 'whole');
      if (!died) break;
      if (marked || isEmpty) await imported(text);
      else await expect(imported(text)).rejects.toBeInstanceOf(NotEmpty);
      expect(await stateOf(store)).toEqual({ all, marked: false });
      await store.clear();
    }
    // In this order, and each of them.
    expect(outcomes.join(' ')).toMatch(/^(empty )+(marked )+(whole ?)+$/);
    expect(outcomes.length).toBeGreaterThan(12);
  }, 60_000);
});

/** The store as a process sees it that is killed when so many steps are done: the last one takes effect, unknown to it. */
function mortal(portable: Portable, steps: number): Portable {
  let left = steps;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left > 0) {
      const done = await work();
      left -= 1;
      if (left > 0) return done;
    }
    throw new StoreError('the process is gone');
  };
  return new Proxy(portable, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key === 'pages')
        return async function* () {
          await step(async () => undefined);
          for await (const page of target.pages()) {
            await step(async () => undefined);
            yield page;
          }
        };
      return typeof member === 'function'
        ? (...given: unknown[]) => step(async () => Reflect.apply(member, target, given))
        : member;
    },
  });
}

const id = fc.stringMatching(/^[a-z0-9:-]{1,8}$/);
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** Documents of some collections, with any texts where people and forges write some. */
const anything: fc.Arbitrary<Everything> = fc
  .record({
    audit: fc.uniqueArray(
      fc.record({ id, at: time, reason: fc.option(anyText) }).map(({ id, ...some }) => audit(id, some)),
      { selector: ({ id }) => id, maxLength: 5 },
    ),
    people: fc.uniqueArray(
      fc
        .record({ id, search: anyText, touched: fc.array(anyText) })
        .map(({ id, search, touched }) =>
          profile(id, { touched, home: { openedAt: 1, page: 0, search, clickedAt: 2 } }),
        ),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    products: fc.uniqueArray(
      fc
        .record({ id, time, wakeAt: fc.option(time), revision: fc.integer({ min: 1, max: 2 ** 31 - 1 }) })
        .map(({ id, ...some }) => product(id, some)),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    releases: fc
      .uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 3 })
      .chain((numbers) =>
        fc.tuple(
          ...numbers.map((number) =>
            fc.option(anyText).map((note) => released(environmentId('shop', 'prod'), number, 1, note)),
          ),
        ),
      ),
    deliveries: fc.uniqueArray(fc.record({ id, product: id, at: time, outcome: fc.option(anyText) }), {
      selector: ({ id }) => id,
      maxLength: 3,
    }),
    requests: fc.uniqueArray(
      fc.record({
        id,
        at: time,
        until: time,
        taken: fc.nat(),
        body: anyText.map((text) => JSON.stringify(text)),
      }),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
  })
  .map((some) => {
    for (const list of Object.values(some))
      list.sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
    return { ...NOTHING, ...some };
  });

/** Exports what is in the first, imports it into the second, exports that, and so on: always the same lines. */
async function roundTrip(all: Everything, ...stores: Portable[]): Promise<void> {
  const file = await exported(storeOf(all));
  let { text } = file;
  for (const each of stores) {
    await imported(text, each);
    const next = await exported(each);
    expect(bodyOf(next.text)).toEqual(bodyOf(file.text));
    expect(next.counts).toEqual(file.counts);
    text = next.text;
    await each.clear();
  }
}

test('whatever is exported, and imported, and exported again, is the same', async () => {
  await fc.assert(
    fc.asyncProperty(anything, (all) => roundTrip(all, store)),
    { numRuns: runs(60) },
  );
}, 120_000);

describeWith(['mongo'], 'between tiers', () => {
  test('the same comes back after moving there and back', async () => {
    const { db, close } = await openMongo(mongoUrl(), { dataDirectory: tmpdir() });
    const there = new MongoPortable(db);
    await roundTrip(everything(450), store, there, store);
    await fc.assert(
      fc.asyncProperty(anything, (all) => roundTrip(all, there, store)),
      { numRuns: runs(40) },
    );
    await addAll(there, everything());
    await expect(imported((await exported(there)).text, there)).rejects.toBeInstanceOf(NotEmpty);
    await db.dropDatabase();
    await close();
  }, 120_000);
});
