import { chmodSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './git.ts';
import { GitError } from './git-error.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, turn } from './walk.ts';

/** What a worktree's own git directory needs; everything else there is left over from somebody's commands. */
const OWN = new Set(['HEAD', 'index', 'commondir', 'gitdir', 'logs']);

/** Makes a worktree at `directory`, where nothing is. Throws `GitError`, or what the system says. */
export async function makeWorktree(
  mirror: Mirror,
  directory: string,
  sha: string,
  timeoutMs: number,
): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await mirror.addWorktree(directory, sha);
  await switchWorktree(mirror, directory, sha, timeoutMs);
}

/**
 * Makes the worktree a clean tree of exactly `sha`, which must be here, whatever was done to it; that costs what differs.
 * Throws `GitError`, or what the system says, where it cannot: then only a new worktree helps.
 */
export async function switchWorktree(
  mirror: Mirror,
  directory: string,
  sha: string,
  timeoutMs: number,
): Promise<void> {
  const gitDirectory = await gitDirectoryOf(mirror, directory);
  const run = (...args: string[]) => git({ directory, args, timeoutMs, encoding: 'latin1' });
  await tidy(directory);
  for (const name of await readdir(gitDirectory)) {
    // Locks that a killed git left, merges and rebases under way, submodules, configuration of this worktree.
    if (!OWN.has(name)) await rm(join(gitDirectory, name), { recursive: true, force: true });
  }
  await run('checkout', '--quiet', '--force', '--detach', '--no-recurse-submodules', sha, '--');
  await run('clean', '--quiet', '-ffdx');
  const { stdout } = await run('ls-files', '--stage', '-t', '-z');
  await putRight(directory, stdout.split('\0'));
}

/** Also when it was never made, or is half made. Throws `GitError`, or what the system says. */
export async function removeWorktree(mirror: Mirror, directory: string): Promise<void> {
  await removeAll(directory);
  await mirror.pruneWorktrees();
}

/** The git directory of this worktree alone, below the mirror. Throws `GitError` when it is not a worktree of it. */
export async function gitDirectoryOf(mirror: Mirror, directory: string): Promise<string> {
  // Without a `.git` of its own git would look further up, and work on another repository.
  const file = join(directory, '.git');
  const stats = await lstat(file).catch(() => null);
  const text = stats?.isFile() ? await readFile(file, 'utf8').catch(() => '') : '';
  const path = /^gitdir: (.+)\n?$/.exec(text)?.[1] ?? '';
  const known = join(await realpath(mirror.directory).catch(() => mirror.directory), 'worktrees');
  if (dirname(path) !== known || !(await lstat(path).catch(() => null))?.isDirectory()) {
    throw new GitError('other', 'not a worktree of its mirror', '');
  }
  return path;
}

/**
 * What git has not put right in a tree that it calls clean. `listed`: tag, mode, object and stage of each file, a tab,
 * and its path. Throws `GitError` where it cannot be put right.
 */
async function putRight(directory: string, listed: readonly string[]): Promise<void> {
  const forbidden = process.umask();
  for (const [index, line] of listed.entries()) {
    await turn(index);
    // Git was told not to look at it.
    if (line.startsWith('S')) throw new GitError('other', 'the tree is sparse', '');
    const mode = line.slice(2, 8);
    const path = bytesOf(directory, line.slice(line.indexOf('\t') + 1));
    if (mode === '160000') {
      // What commands fetched into a submodule is not the commit's.
      await removeAll(path);
      await mkdir(path, { recursive: true });
    } else if (mode === '100644' || mode === '100755') {
      // Of the mode of a file git knows only whether it can be executed.
      const usual = (mode === '100644' ? 0o666 : 0o777) & ~forbidden;
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() && (stats.mode & 0o7777) !== usual) chmodSync(path, usual);
    }
  }
}

/** Removes also what was made read-only. */
async function removeAll(directory: string | Buffer): Promise<void> {
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch (error) {
    await tidy(directory).catch(() => {
      throw error;
    });
    await remove();
  }
}

/**
 * Puts right what git leaves alone: modes of directories, which it does not know and which may keep it from removing
 * anything; sockets and pipes; and repositories that somebody made inside directories of the commit.
 */
async function tidy(directory: string | Buffer): Promise<void> {
  const usual = 0o777 & ~process.umask();
  const repositories: Buffer[] = [];
  const waiting = [''];
  for (let at = waiting.pop(), read = 0; at !== undefined; at = waiting.pop(), read += 1) {
    await turn(read);
    const path = bytesOf(directory, at);
    const { mode } = lstatSync(path);
    if ((mode & 0o777) !== usual) chmodSync(path, (mode & ~0o777) | usual);
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'latin1' })) {
      const name = at + entry.name;
      if (entry.isDirectory()) waiting.push(`${name}/`);
      else if (!entry.isFile() && !entry.isSymbolicLink()) unlinkSync(bytesOf(directory, name));
      if (at !== '' && entry.name === '.git') repositories.push(bytesOf(directory, name));
    }
  }
  for (const repository of repositories) await rm(repository, { recursive: true, force: true });
}
