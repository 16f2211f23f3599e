import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Access } from '../commands/access.ts';
import { git, type Reach } from '../commands/git.ts';
import { BRANCHES } from './resolve.ts';

/** A mirror's directory and the repository that it copies. */
export interface Remote {
  /** Directory of the bare mirror, which may not exist yet. */
  directory: string;
  /** Address of the repository, without a login. */
  address: string;
  access: Access;
  /** Limit for a fetch. */
  slowTimeoutMs: number;
  /** Limit for a query. */
  quickTimeoutMs: number;
}

/**
 * Creates the empty bare repository. Renames the finished repository into place, so that a killed process never leaves
 * a partial one.
 */
export async function createBare(directory: string, timeoutMs: number): Promise<void> {
  const half = `${directory}.new`;
  await rm(half, { recursive: true, force: true });
  await mkdir(dirname(directory), { recursive: true });
  await git({ directory: dirname(directory), args: ['init', '--quiet', '--bare', half], timeoutMs });
  await rename(half, directory);
}

/** Fetches these refspecs into the mirror, which exists. */
export async function fetchFrom(
  { directory, address, slowTimeoutMs }: Remote,
  reach: Reach,
  specs: readonly string[],
  flags: readonly string[],
): Promise<void> {
  await git({
    directory,
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      // Without this, git silently skips refs whose history a shallow repository cuts off.
      '--update-shallow',
      ...flags,
      '--',
      address,
      ...specs,
    ],
    timeoutMs: slowTimeoutMs,
    reach,
  });
}

/** The branch's commit in the repository now. null: no such branch. */
export async function readRemoteHead(
  { directory, address, access, quickTimeoutMs }: Remote,
  branch: string,
): Promise<string | null> {
  const ref = `${BRANCHES}/${branch}`;
  await mkdir(dirname(directory), { recursive: true });
  const { stdout } = await git({
    // Not the mirror's directory, because the mirror may not exist yet.
    directory: dirname(directory),
    args: ['ls-remote', '--quiet', '--', address, ref],
    timeoutMs: quickTimeoutMs,
    reach: await access.reach(),
  });
  // The pattern also matches the end of longer ref names.
  const lines = stdout.split('\n').map((line) => line.split('\t'));
  return lines.find(([, name]) => name === ref)?.[0] ?? null;
}
