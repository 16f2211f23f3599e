import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a bare repository keeps the locks that block a fetch. Worktrees have locks of their own, which do not. */
const PLACES = [
  { path: '.', recursive: false },
  { path: 'refs', recursive: true },
  { path: 'objects/info', recursive: true },
];

/**
 * Removes lock files of a bare repository that are older than any git of ours can run. A killed git or a crashed
 * machine leaves them behind, and they make every later git fail.
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

const CONFIGURATION = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';

/** Files that change how git reads a bare repository and that we never write. */
const FOREIGN = [
  'config.worktree',
  'info/attributes',
  'info/exclude',
  'info/grafts',
  'info/sparse-checkout',
  'objects/info/alternates',
];

/** Resets our bare repository to our own configuration, whatever was written into it. */
export async function makeOurs(repository: string): Promise<void> {
  const config = join(repository, 'config');
  if ((await readFile(config, 'utf8').catch(() => null)) !== CONFIGURATION) {
    await writeFile(`${config}.new`, CONFIGURATION);
    await rename(`${config}.new`, config);
  }
  for (const name of FOREIGN) await rm(join(repository, name), { force: true });
  // Left by older versions. A branch that is checked out in such a worktree would not be fetched.
  await rm(join(repository, 'worktrees'), { recursive: true, force: true });
}
