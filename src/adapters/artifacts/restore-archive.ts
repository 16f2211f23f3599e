import { chmodSync, lstatSync, mkdirSync, renameSync, symlinkSync, utimesSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Header, Unpack } from 'tar';
import { git } from '../../git/commands/git.ts';
import { readSidecar, sidecarOf } from '../../git/trees/sidecar.ts';
import { bytesOf, turn } from '../../git/trees/walk.ts';
import { ancestors } from './differences.ts';
import { FOLDER, MANIFEST, type Manifest, parseManifest } from './manifest.ts';

/** Size of a tar block, in bytes. */
const BLOCK = 512;
const TIMEOUT_MS = 10 * 60_000;

/**
 * Restores the artifacts of `archive` into a clean tree of the commit. Throws what went wrong; the tree is then
 * incomplete.
 */
export async function restoreArchive(archive: Readable, tree: string): Promise<void> {
  const gunzip = createGunzip();
  archive.on('error', (error) => gunzip.destroy(error));
  const blocks = archive.pipe(gunzip)[Symbol.asyncIterator]();
  try {
    const { manifest, read } = await readManifest(blocks);
    await makeRoom(tree, manifest);
    await unpack(tree, read, blocks);
    await finish(tree, manifest);
  } finally {
    archive.destroy();
    gunzip.destroy();
    await rm(join(tree, FOLDER), { recursive: true, force: true });
  }
}

/**
 * The manifest, which is the first file of the archive. `read`: the bytes read so far, from the beginning of the archive.
 */
async function readManifest(blocks: AsyncIterator<Buffer>): Promise<{ manifest: Manifest; read: Buffer }> {
  let read = Buffer.alloc(0);
  const readUpTo = async (length: number) => {
    while (read.length < length) {
      const { value, done } = await blocks.next();
      if (done) throw new Error('the archive is cut off');
      read = Buffer.concat([read, value]);
    }
  };
  await readUpTo(BLOCK);
  const header = new Header(read, 0);
  if (!header.cksumValid || header.path !== MANIFEST) throw new Error('the archive is not one of ours');
  const end = BLOCK + (header.size ?? 0);
  await readUpTo(end);
  return { manifest: parseManifest(read.subarray(BLOCK, end).toString('utf8')), read };
}

async function makeRoom(tree: string, { whole, removed }: Manifest): Promise<void> {
  const remove = (path: string) => rm(bytesOf(tree, path), { recursive: true, force: true });
  if (whole) {
    const all = await readdir(tree, { encoding: 'latin1' });
    for (const name of all.filter((name) => name !== '.git')) await remove(name);
  }
  for (const path of removed) await remove(path);
  await rm(join(tree, FOLDER), { recursive: true, force: true });
  await mkdir(join(tree, FOLDER));
}

async function unpack(tree: string, read: Buffer, blocks: AsyncIterator<Buffer>): Promise<void> {
  const unpack = new Unpack({
    cwd: tree,
    preservePaths: true,
    preserveOwner: false,
    strict: true,
    filter: isOurs,
  });
  const ended = new Promise<void>((resolve, reject) => {
    unpack.on('end', resolve);
    unpack.on('error', reject);
  });
  // It may be rejected before anything awaits it.
  ended.catch(() => {});
  const write = async (bytes: Buffer) => {
    if (unpack.write(bytes)) return;
    await Promise.race([new Promise((resolve) => unpack.once('drain', resolve)), ended]);
  };
  await write(read);
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) await write(next.value);
  unpack.end();
  await ended;
}

/** Leaves out the manifest. Throws for a path outside the tree, which only a damaged archive contains. */
function isOurs(path: string): boolean {
  if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`the archive holds ${path}`);
  return path !== MANIFEST;
}

async function finish(tree: string, manifest: Manifest): Promise<void> {
  for (const [path, standIn] of manifest.odd) {
    if (standIn === null) mkdirSync(bytesOf(tree, path));
    else renameSync(join(tree, FOLDER, standIn), bytesOf(tree, path));
  }
  for (const [path, target] of manifest.links) {
    symlinkSync(Buffer.from(target, 'latin1'), bytesOf(tree, path));
  }
  await rm(join(tree, FOLDER), { recursive: true });
  if (!manifest.whole) await ageSources(tree, manifest);
  // A directory's content comes after it, and could not be reached once the directory's mode is set: so modes are set in
  // reverse.
  for (const [index, [path, mode]] of manifest.modes.toReversed().entries()) {
    await turn(index);
    chmodSync(bytesOf(tree, path), mode);
  }
}

/** Makes the files that git has just written no newer than what the build made from them. */
async function ageSources(tree: string, { sourcesAt, removed }: Manifest): Promise<void> {
  const { repository } = await readSidecar(sidecarOf(tree));
  if (repository === null) return;
  const ask = (...args: string[]) =>
    git({ directory: tree, repository, args, timeoutMs: TIMEOUT_MS, encoding: 'latin1' });
  const { stdout } = await ask('ls-files', '-z');
  const restored = new Set(removed);
  const time = sourcesAt / 1000;
  for (const [index, path] of stdout.split('\0').entries()) {
    await turn(index);
    if (path === '' || restored.has(path) || ancestors(path).some((directory) => restored.has(directory)))
      continue;
    const bytes = bytesOf(tree, path);
    const stats = lstatSync(bytes, { throwIfNoEntry: false });
    if (stats?.isFile() && stats.mtimeMs > sourcesAt) utimesSync(bytes, time, time);
  }
  await ask('update-index', '-q', '--refresh');
}
