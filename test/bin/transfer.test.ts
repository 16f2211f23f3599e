import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimDataDirectory } from '../../src/adapters/data-directory.ts';
import { openDatabase } from '../../src/adapters/store/pglite/database.ts';
import { PglitePortable } from '../../src/adapters/store/pglite/portable.ts';
import { EXAMPLE, VARIABLES } from '../app/configuration/example.ts';
import { bodyOf } from '../app/transfer/files.ts';
import { addAll, everything } from '../contract/everything.ts';
import { dataDirectory } from '../support/services/services.ts';

/** The built one, as people run it; `npm test` builds it first. */
const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'slipway-transfer-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a command, with this text as its standard input. */
function slipway(args: string[], variables: Record<string, string>, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [SLIPWAY, ...args], {
    env: { PATH: process.env.PATH, ...variables },
    cwd: directory,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ended.err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...ended })));
}

/** Works on the store of a directory that no process uses. */
async function within(dataDirectory: string, work: (store: PglitePortable) => Promise<void>): Promise<void> {
  const database = await openDatabase(join(dataDirectory, 'pglite'));
  await work(new PglitePortable(database));
  await database.close();
}

describe('export and import', () => {
  let from: string;
  let to: string;
  const removes: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const made = [await dataDirectory(), await dataDirectory()];
    removes.push(...made.map(({ remove }) => remove));
    [from, to] = made.map(({ directory }) => directory) as [string, string];
    await within(from, (store) => addAll(store, everything(450)));
  }, 60_000);
  afterAll(async () => {
    for (const remove of removes) await remove();
  });

  let file: string;

  test('export prints everything, and says on standard error how much it is', async () => {
    const { code, out, err } = await slipway(['export'], { DATA_DIR: from });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^Exported 467 documents \(builds: 1, .*audit: 450, .*requests: 1\)\.\n$/),
    });
    file = out;
    expect(bodyOf(file)).toHaveLength(467);
  }, 60_000);

  test('import refuses a wrong file with everything that is wrong, and opens no store', async () => {
    const data = join(directory, 'never-made');
    const { code, out, err } = await slipway(
      ['import'],
      { DATA_DIR: data },
      file.replace('"status":', '"state":'),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^Reading the file\.\nThe file cannot be imported; nothing was changed\. 2 errors:\n\nline 2: /,
    );
    expect(err).toContain('has another checksum than the lines before it: they were changed or damaged');
    expect((await slipway(['audit'], { DATA_DIR: data })).err).toContain('There is no Slipway data');
  }, 60_000);

  test('on a half filled store nothing starts, and import fills it', async () => {
    await within(to, async (store) => {
      await store.begin();
      await store.add('products', everything().products);
    });
    const config = join(directory, 'slipway.yml');
    writeFileSync(config, EXAMPLE);
    const variables = {
      ...VARIABLES,
      SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
      SLACK_SIGNING_SECRET: '0123456789abcdef',
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
      PORT: '0',
      DATA_DIR: to,
    };
    const started = await slipway(['start', '--config', config], variables);
    expect(started).toMatchObject({
      code: 1,
      out: expect.stringContaining('import again: slipway import < FILE'),
    });
    for (const command of ['audit', 'export']) {
      const { code, out, err } = await slipway([command], { DATA_DIR: to });
      expect([command, code, out]).toEqual([command, 1, '']);
      expect(err).toContain('An import into the data directory has begun and not ended');
    }
    const { code, err } = await slipway(['import'], { DATA_DIR: to }, file);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('Imported 467 documents') });
    const { out } = await slipway(['export'], { DATA_DIR: to });
    expect(bodyOf(out)).toEqual(bodyOf(file));
  }, 120_000);

  test('import refuses a store with documents, and export and import one that a process uses', async () => {
    const full = await slipway(['import'], { DATA_DIR: to }, file);
    expect(full.code).toBe(2);
    expect(full.err).toContain(
      'DATA_DIR\n  what   names a store that cannot be imported into: it has 467 documents already',
    );
    const claimed = claimDataDirectory(to);
    for (const command of ['import', 'export']) {
      const { code, err } = await slipway([command], { DATA_DIR: to }, file);
      expect([command, code]).toEqual([command, 3]);
      expect(err).toMatch(new RegExp(`(The bot \\(|is in use by )process ${process.pid}`));
    }
    claimed.release();
  }, 120_000);
});
