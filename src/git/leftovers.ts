import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a bare repository has the locks that stop a fetch; those of worktrees are their own matter. */
const PLACES = [
  { path: '.', recursive: false },
  { path: 'refs', recursive: true },
  { path: 'objects/info', recursive: true },
];

/**
 * Removes lock files of a bare repository that are older than any git of ours may run: a git that was killed, or a
 * machine that went down, leaves them, and every later git refuses to work.
 */
export async function removeOldLocks(repository: string, olderThanMs: number, now: number): Promise<void> {
  for (const { path, recursive } of PLACES) {
    const place = join(repository, path);
    for (const name of await readdir(place, { recursive }).catch(() => [])) {
      if (!name.endsWith('.lock')) continue;
      const lock = join(place, name);
      const stats = await stat(lock).catch(() => null);
      if (stats?.isFile() && now - stats.mtimeMs > olderThanMs) await rm(lock, { force: true });
    }
  }
}
