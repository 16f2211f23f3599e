import { linkSync } from 'node:fs';
import { mkdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { Pack, type WriteEntry } from 'tar';
import { bytesOf, type Entry } from '../../git/trees/walk.ts';
import { differencesOf } from './differences.ts';
import { FOLDER, MANIFEST, type Manifest } from './manifest.ts';

/** Most bytes of a file in memory at a time. */
const READ_BYTES = 256 * 1024;

/**
 * The last file: once it is packed, the archive can be ended. If ended earlier, the tar library ends it twice after a
 * hard link.
 */
const END = `${FOLDER}/end`;

/**
 * Passes everything in which `tree` differs from its commit to `use`, as an archive that can be read once; null: no
 * difference. Throws what `use` throws, `GitError`, or a system error.
 */
export async function withArchive<T>(
  tree: string,
  sha: string,
  use: (archive: Readable | null) => Promise<T>,
): Promise<T> {
  const { files, links, manifest } = await differencesOf(tree, sha);
  const { removed, modes, whole } = manifest;
  if (!whole && [files, links, removed, modes].every((list) => list.length === 0)) return use(null);
  const folder = join(tree, FOLDER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    const { plain, odd } = setAside(tree, files);
    const targets = await Promise.all(
      links.map(async (path): Promise<[string, string]> => {
        const target = await readlink(bytesOf(tree, path), 'latin1');
        return [path, target];
      }),
    );
    const text: Manifest = { version: 1, ...manifest, links: targets, odd };
    await writeFile(join(tree, MANIFEST), JSON.stringify(text));
    await writeFile(join(tree, END), '');
    return await use(archiveOf(tree, plain));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Gives each file whose name an archive cannot hold a second name, in the manifest's folder. `plain`: the names of all
 * other files, and these second names.
 */
function setAside(tree: string, files: readonly Entry[]): { plain: string[]; odd: Manifest['odd'] } {
  const plain: string[] = [];
  const odd: Manifest['odd'] = [];
  for (const { path, stats } of files) {
    const name = plainName(path);
    if (name !== null) plain.push(name);
    else if (stats.isDirectory()) odd.push([path, null]);
    else {
      const standIn = `${odd.length}`;
      linkSync(bytesOf(tree, path), join(tree, FOLDER, standIn));
      odd.push([path, standIn]);
      plain.push(`${FOLDER}/${standIn}`);
    }
  }
  return { plain, odd };
}

/** The path as UTF-8; null: it is not UTF-8, or contains a line break, which an archive cannot hold. */
function plainName(path: string): string | null {
  const bytes = Buffer.from(path, 'latin1');
  const name = bytes.toString('utf8');
  return bytes.equals(Buffer.from(name)) && !name.includes('\n') ? name : null;
}

function archiveOf(tree: string, names: readonly string[]): Readable {
  // Speed over size: workers have builds to run, and most artifacts are compressed already or compress easily.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const onWriteEntry = (entry: WriteEntry) => {
    if (entry.stat === undefined) return;
    // Only some headers hold fractions of a second, so the order of two files in time could change.
    entry.mtime = new Date(Math.floor(entry.stat.mtimeMs / 1000) * 1000);
    entry.stat.atime = entry.mtime;
    entry.stat.ctime = entry.mtime;
    if (entry.path === END) entry.on('end', () => setImmediate(() => pack.end()));
  };
  const pack = new Pack({
    cwd: tree,
    preservePaths: true,
    noDirRecurse: true,
    strict: true,
    maxReadSize: READ_BYTES,
    onWriteEntry,
  });
  pack.on('error', (error) => gzip.destroy(error instanceof Error ? error : new Error(String(error))));
  pack.pipe(gzip);
  for (const name of [MANIFEST, ...names, END]) pack.add(name);
  return gzip;
}
