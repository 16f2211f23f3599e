import { chmodSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './git.ts';
import { GitError } from './git-error.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, walk } from './walk.ts';

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
  const run = (...args: string[]) => git({ directory, args, timeoutMs });
  await tidy(directory);
  for (const name of await readdir(gitDirectory)) {
    // Locks that a killed git left, merges and rebases under way, submodules, configuration of this worktree.
    if (!OWN.has(name)) await rm(join(gitDirectory, name), { recursive: true, force: true });
  }
  await run('checkout', '--quiet', '--force', '--detach', '--no-recurse-submodules', sha, '--');
  await run('clean', '--quiet', '-ffdx');
  await usualFileModes(directory);
  const { stdout } = await run('ls-files', '--stage', '-t', '-z');
  for (const line of stdout.split('\0')) {
    // Files that git was told not to look at: it has not put them right.
    if (line.startsWith('S ')) throw new GitError('other', 'the tree is sparse', '');
    const submodule = /^. 160000 \S+ \d\t(.*)$/s.exec(line)?.[1];
    // What commands fetched into a submodule is not the commit's.
    if (submodule === undefined) continue;
    await removeAll(join(directory, submodule));
    await mkdir(join(directory, submodule), { recursive: true });
  }
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

/** Of a clean tree: git knows no mode of a file but whether it can be executed. */
async function usualFileModes(directory: string): Promise<void> {
  const forbidden = process.umask();
  for await (const entries of walk(directory)) {
    for (const { path, stats } of entries) {
      if (!stats.isFile()) continue;
      const mode = Number(stats.mode) & 0o7777;
      const usual = ((mode & 0o100) === 0 ? 0o666 : 0o777) & ~forbidden;
      if (mode !== usual) chmodSync(bytesOf(directory, path), usual);
    }
  }
}

/** Removes also what was made read-only. */
async function removeAll(directory: string): Promise<void> {
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
 * anything, and repositories that somebody made inside directories of the commit.
 */
async function tidy(directory: string): Promise<void> {
  const usual = 0o777 & ~process.umask();
  const repositories: Buffer[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const path = bytesOf(directory, at);
    const { mode } = await lstat(path);
    if ((mode & 0o777) !== usual) await chmod(path, (mode & ~0o777) | usual);
    for (const entry of await readdir(path, { withFileTypes: true, encoding: 'latin1' })) {
      const name = at + entry.name;
      if (entry.isDirectory()) waiting.push(`${name}/`);
      if (at !== '' && entry.name === '.git') repositories.push(bytesOf(directory, name));
    }
  }
  for (const repository of repositories) await rm(repository, { recursive: true, force: true });
}
