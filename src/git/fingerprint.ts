import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { walk } from './walk.ts';

/**
 * Says whether anything in a tree changed since: its files (any write sets the time of change, which no program can
 * set back), links, modes, empty directories, its HEAD and its index. A file that came and went is no change.
 * null: it cannot be said, something changes just now. `gitDirectory`: the worktree's own.
 */
export async function fingerprint(tree: string, gitDirectory: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    hash.update(await readFile(join(gitDirectory, 'HEAD')));
    const index = await lstat(join(gitDirectory, 'index'));
    hash.update(`${index.ino} ${index.size} ${index.mtimeMs}\n`);
    for await (const entries of walk(tree)) {
      for (const { path, stats } of entries) {
        const { mode, size, mtimeMs, ctimeMs, ino } = stats;
        // A directory's times and size change with every name that comes and goes.
        const what = stats.isDirectory() ? `${mode}` : `${mode} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
        hash.update(`${path}\0${what}\n`, 'latin1');
      }
    }
  } catch {
    return null;
  }
  return hash.digest('hex');
}
