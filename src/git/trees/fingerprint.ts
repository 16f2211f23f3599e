import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { walk } from './walk.ts';

/**
 * Says whether anything in a tree changed since: its files (any write sets the time of change, which no program can
 * set back), links, modes, empty directories, its HEAD and its index. A file that came and went is no change.
 * null: it cannot be said, something changes just now.
 */
export async function fingerprint(tree: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const entries of walk(tree)) {
      for (const { path, stats } of entries) {
        const { mode, size, mtimeMs, ctimeMs, ino } = stats;
        // A directory's times and size change with every name that comes and goes.
        const what = stats.isDirectory() ? `${mode}` : `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
        hash.update(`${path}\0${what}\n`, 'latin1');
      }
    }
    return `${hash.digest('hex')}.${await ofRepository(tree)}`;
  } catch {
    return null;
  }
}

/** The same after the tree was given a fresh repository, its files left as they are. */
export async function withFreshRepository(print: string, tree: string): Promise<string> {
  return `${print.split('.')[0]}.${await ofRepository(tree)}`;
}

async function ofRepository(tree: string): Promise<string> {
  const directory = join(tree, '.git');
  const hash = createHash('sha256').update(await readFile(join(directory, 'HEAD')));
  const { ino, size, mtimeMs } = await lstat(join(directory, 'index'));
  return hash.update(`${ino} ${size} ${mtimeMs}\n`).digest('hex');
}
