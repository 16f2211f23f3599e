import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { directorySizes } from '../../src/adapters/directory-sizes.ts';

const KB = 1024;
/** More than directories take themselves, in bytes. */
const SPARE = 100 * KB;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-sizes-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, bytes: number): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.alloc(bytes, 1));
  return path;
}

const sizes = () => directorySizes(directory, new AbortController().signal);

test('are told by kind, of all processes together', async () => {
  write('pglite/base/1', 1_000 * KB);
  write('mirrors/shop.git/pack', 2_000 * KB);
  write('processes/1/trees/shop/1/file', 3_000 * KB);
  write('processes/2/trees/shop/1/file', 4_000 * KB);
  write('elsewhere', 5_000 * KB);
  const { bytes, complete } = await sizes();
  const expected = { store: 1_000, mirrors: 2_000, trees: 7_000, homes: 0, artifacts: 0, logs: 0 };
  for (const [kind, kb] of Object.entries(expected)) {
    const size = bytes[kind as keyof typeof bytes];
    expect(size).toBeGreaterThanOrEqual(kb * KB);
    expect(size).toBeLessThan(kb * KB + SPARE);
  }
  expect(complete).toBe(true);
});

test('a file with two names counts once, and links are not followed', async () => {
  const file = write('trees/shop/1/file', 1_000 * KB);
  linkSync(file, join(directory, 'trees/shop/1/again'));
  symlinkSync(write('elsewhere', 1_000 * KB), join(directory, 'trees/shop/1/link'));
  const { bytes } = await sizes();
  expect(bytes.trees).toBeLessThan(1_000 * KB + SPARE);
});

test('a counting that is ended says that it is not complete; nothing is no error', async () => {
  write('trees/file', 1_000 * KB);
  const { bytes, complete } = await directorySizes(directory, AbortSignal.abort());
  expect([bytes.trees, complete]).toEqual([0, false]);
  rmSync(directory, { recursive: true });
  expect((await sizes()).complete).toBe(true);
});
