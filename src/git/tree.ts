import { lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { git } from './git.ts';
import { GitError } from './git-error.ts';
import type { Ask } from './history.ts';

/**
 * A clean tree of exactly `sha` at `directory`. One that is there already is kept when it is that commit and
 * holds nothing else; anything else there, half made or used by a build that was interrupted, is made anew.
 */
export async function checkoutTree(
  ask: Ask,
  sha: string,
  directory: string,
  timeoutMs: number,
): Promise<void> {
  assertAbsolute(directory);
  if (await isCleanTree(sha, directory, timeoutMs)) return;
  await removeTree(ask, directory);
  await mkdir(dirname(directory), { recursive: true });
  await ask(['worktree', 'add', '--detach', '--force', directory, sha]);
}

/** Also when it was never made, or is half made. */
export async function removeTree(ask: Ask, directory: string): Promise<void> {
  assertAbsolute(directory);
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  await ask(['worktree', 'prune', '--expire=now']);
}

async function isCleanTree(sha: string, directory: string, timeoutMs: number): Promise<boolean> {
  // Without a `.git` of its own git would look further up and answer for another repository.
  const hasGit = await lstat(join(directory, '.git')).then(
    (stat) => stat.isFile(),
    () => false,
  );
  if (!hasGit) return false;
  try {
    const head = await git({ directory, args: ['rev-parse', '--verify', 'HEAD'], timeoutMs });
    if (head.stdout.trim() !== sha) return false;
    const status = await git({ directory, args: ['status', '--porcelain', '--ignored'], timeoutMs });
    return status.stdout === '';
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

function assertAbsolute(directory: string): void {
  if (!isAbsolute(directory)) throw new TypeError(`not an absolute path: ${directory}`);
}
