import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { walk } from './walk.ts';

/**
 * A fingerprint that changes when anything in a tree changes: its files, links, modes, empty directories, HEAD or
 * index. Every write sets a file's change time, which no program can set back. A file that was created and removed
 * leaves no trace. null: not available, because something is changing right now.
 */
export async function fingerprint(tree: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const entries of walk(tree)) {
      for (const { path, stats } of entries) {
        const { mode, size, mtimeMs, ctimeMs, ino } = stats;
        // A directory's times and size change whenever an entry is created or removed.
        const what = stats.isDirectory() ? `${mode}` : `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
        hash.update(`${path}\0${what}\n`, 'latin1');
      }
    }
    return `${hash.digest('hex')}.${await ofRepository(tree)}`;
  } catch {
    return null;
  }
}

/** The fingerprint after the tree received a fresh repository while its files stayed the same. */
export async function withFreshRepository(print: string, tree: string): Promise<string> {
  return `${print.split('.')[0]}.${await ofRepository(tree)}`;
}

async function ofRepository(tree: string): Promise<string> {
  const directory = join(tree, '.git');
  const hash = createHash('sha256').update(await readFile(join(directory, 'HEAD')));
  const { ino, size, mtimeMs } = await lstat(join(directory, 'index'));
  return hash.update(`${ino} ${size} ${mtimeMs}\n`).digest('hex');
}
