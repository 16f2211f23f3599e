import { chmodSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { bytesOf, turn } from './walk.ts';

/** Removes also what was made read-only; of a link, the link. */
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
 * Puts right what git leaves alone: modes of directories, which it does not know and which may keep it from removing
 * anything; sockets and pipes; and repositories that somebody made inside directories of the commit.
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

/** Gives a directory the mode that a new one has. */
export function open(directory: string | Buffer): void {
  const usual = 0o777 & ~process.umask();
  const { mode } = lstatSync(directory);
  if ((mode & 0o777) !== usual) chmodSync(directory, (mode & ~0o777) | usual);
}
