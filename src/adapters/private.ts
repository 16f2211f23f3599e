import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 0o700;
const FILE = 0o600;

/**
 * Folders below which git and commands depend on file modes: only the folder itself is closed, which keeps other users
 * out.
 */
const OF_COMMANDS = ['mirrors', 'trees', 'homes'];
const OURS = ['logs', 'locks', 'artifacts'];

/**
 * Closes a data directory to other users, before anything in it is read, whatever modes it was created or restored with.
 * `above`: folders that contain it and also belong to Slipway.
 */
export async function closeToOthers(dataDirectory: string, above: readonly string[] = []): Promise<void> {
  for (const folder of [...above, dataDirectory]) await chmod(folder, FOLDER);
  for (const name of [...OURS, ...OF_COMMANDS]) {
    await mkdir(join(dataDirectory, name), { recursive: true, mode: FOLDER });
  }
  for (const entry of await readdir(dataDirectory, { withFileTypes: true })) {
    const path = join(dataDirectory, entry.name);
    if (entry.isFile()) await chmod(path, FILE);
    else if (entry.isDirectory() && OF_COMMANDS.includes(entry.name)) await chmod(path, FOLDER);
    else if (entry.isDirectory() && entry.name !== 'processes') await closeAll(path);
  }
}

/**
 * Closes a folder and everything below it. Entries that disappear meanwhile are skipped; symbolic links are left as they
 * are.
 */
export async function closeAll(folder: string): Promise<void> {
  await chmodIfThere(folder, FOLDER);
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await closeAll(path);
    else if (entry.isFile()) await chmodIfThere(path, FILE);
  }
}

async function chmodIfThere(path: string, mode: number): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || (stats.mode & 0o777) === mode) return;
  await chmod(path, mode);
}
