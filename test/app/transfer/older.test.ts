import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTS_VERSION } from '../../../src/adapters/store/documents/version.ts';
import { type Database, openDatabase } from '../../../src/adapters/store/pglite/database.ts';
import { PglitePortable } from '../../../src/adapters/store/pglite/portable.ts';
import { PgliteStore } from '../../../src/adapters/store/pglite/store.ts';
import { fill, verify } from '../../../src/app/transfer/import.ts';
import { AGGREGATE_KINDS } from '../../../src/domain/documents/document.ts';
import { dataDirectory } from '../../support/services/services.ts';
import { bodyOf, exported, spooled } from './files.ts';

/** What the programs of each older version stored: a release from push to acceptance, and what is kept of it. */
const OLDER = Array.from({ length: DOCUMENTS_VERSION - 1 }, (_one, at) => at + 1);

const fileOf = (version: number) =>
  readFileSync(new URL(`./older/documents-${version}.ndjson`, import.meta.url), 'utf8');

/** The lines as this program would have stored them. */
function asNow(version: number): string[] {
  const lines = bodyOf(fileOf(version));
  return version > 1
    ? lines
    : lines.map((line) => line.replace(/"(step|erroredIn)":"check"/g, '"$1":"verify"'));
}

describe('documents of an older program', () => {
  let database: Database;
  let store: PglitePortable;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const opened = await dataDirectory();
    remove = opened.remove;
    database = await openDatabase(join(opened.directory, 'pglite'));
    store = new PglitePortable(database);
  }, 60_000);
  afterEach(() => store.clear());
  afterAll(async () => {
    await database.close();
    await remove();
  });

  test.each(OLDER)('of version %d are imported as this program would have stored them', async (version) => {
    const file = await spooled(fileOf(version));
    expect((await verify(file)).header.documents).toBe(version);
    await fill(store, file);
    await file.close();
    const { text } = await exported(store);
    expect(bodyOf(text)).toEqual(asNow(version));
    expect(text).toContain(`"documents":${DOCUMENTS_VERSION},`);
    // And each is stored again, as the next command would.
    const bot = new PgliteStore(database);
    for (const kind of AGGREGATE_KINDS) {
      for (const id of await bot.ids(kind, null, 100)) {
        const document = (await bot.load(kind, id))!;
        expect(await bot.save(kind, { ...document, revision: document.revision + 1 })).toBe('saved');
      }
    }
  });

  test('of version 1 really differ', () => {
    expect(asNow(1)).not.toEqual(bodyOf(fileOf(1)));
  });
});
