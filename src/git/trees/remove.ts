import { chmodSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { bytesOf, turn } from './walk.ts';

/** Also removes read-only entries. Of a link, removes the link itself. */
export async function removeAll(path: string | Buffer): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch (error) {
    await tidy(path).catch(() => {
      throw error;
    });
    await remove();
  }
}

/**
 * Fixes what git leaves alone: directory modes, which git does not track and which may prevent removal; sockets and
 * pipes; and repositories created inside directories of the commit.
 */
export async function tidy(directory: string | Buffer): Promise<void> {
  const repositories: Buffer[] = [];
  const waiting = [''];
  for (let at = waiting.pop(), read = 0; at !== undefined; at = waiting.pop(), read += 1) {
    await turn(read);
    const path = bytesOf(directory, at);
    open(path);
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'latin1' })) {
      const name = at + entry.name;
      if (entry.isDirectory()) waiting.push(`${name}/`);
      else if (!entry.isFile() && !entry.isSymbolicLink()) unlinkSync(bytesOf(directory, name));
      if (at !== '' && entry.name === '.git') repositories.push(bytesOf(directory, name));
    }
  }
  for (const repository of repositories) await rm(repository, { recursive: true, force: true });
}

/** Gives a directory the default mode of a new one. */
export function open(directory: string | Buffer): void {
  const usual = 0o777 & ~process.umask();
  const { mode } = lstatSync(directory);
  if ((mode & 0o777) !== usual) chmodSync(directory, (mode & ~0o777) | usual);
}
