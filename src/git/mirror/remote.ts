import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Access } from '../commands/access.ts';
import { git, type Reach } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import { listRefs } from '../commands/list-refs.ts';
import { BRANCHES, PINS, TAGS } from './resolve.ts';

/** What `ls-remote` writes after the name of an annotated tag. */
const PEELED = '^{}';

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

/** Copies the pinned commits of another mirror on this machine. */
export async function takePins(directory: string, from: string, timeoutMs: number): Promise<void> {
  await git({
    directory,
    args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', from, `+${PINS}/*:${PINS}/*`],
    timeoutMs,
    reach: { env: { GIT_ALLOW_PROTOCOL: 'file' }, settings: [], secrets: [] },
  });
}

/** The branch's commit in the repository now. null: no such branch. */
export async function readRemoteHead(remote: Remote, branch: string): Promise<string | null> {
  const ref = `${BRANCHES}/${branch}`;
  // The pattern also matches the end of longer ref names.
  return (await listRemote(remote, ref)).find(({ name }) => name === ref)?.sha ?? null;
}

const NO_REFS =
  'the host shows neither branches nor tags, though there were some: it may answer with a page that is not the repository';

/**
 * Fetches by `run`, which prunes. git takes an empty web page for a repository without refs, and would prune all of ours; so
 * the repository must still have one that we have, or else another one. `known`: one that we have; null: there is nothing to prune.
 */
export async function fetchPruning(
  remote: Remote,
  known: () => Promise<string | null>,
  run: (...specs: string[]) => Promise<void>,
): Promise<void> {
  const ref = /^https?:/.test(remote.address) ? await known() : null;
  if (ref === null) return run();
  try {
    await run(`+${ref}:${ref}`);
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== 'notFound') throw error;
    if (!(await hasRefs(remote))) throw new GitError('unreachable', NO_REFS, '', { cause: error });
    await run();
  }
}

/** Whether the repository has any branch or tag now. */
async function hasRefs(remote: Remote): Promise<boolean> {
  return (await listRemote(remote, `${BRANCHES}/*`, `${TAGS}/*`)).length > 0;
}

/** The names of the branches in the repository now. */
export async function readRemoteBranches(remote: Remote): Promise<string[]> {
  const all = await listRemote(remote, `${BRANCHES}/*`);
  return all.flatMap(({ name }) =>
    name.startsWith(`${BRANCHES}/`) ? [name.slice(BRANCHES.length + 1)] : [],
  );
}

/** The tags in the repository now, and what they are on. */
export async function readRemoteTags(remote: Remote): Promise<{ name: string; sha: string }[]> {
  const all = (await listRemote(remote, `${TAGS}/*`)).filter(({ name }) => name.startsWith(`${TAGS}/`));
  // After an annotated tag comes what it is on.
  const peeled = new Map(all.flatMap(({ name, sha }) => (name.endsWith(PEELED) ? [[name, sha]] : [])));
  return all
    .filter(({ name }) => !name.endsWith(PEELED))
    .map(({ name, sha }) => ({
      name: name.slice(TAGS.length + 1),
      sha: peeled.get(`${name}${PEELED}`) ?? sha,
    }));
}

async function listRemote(
  { directory, address, access, quickTimeoutMs }: Remote,
  ...patterns: string[]
): Promise<{ name: string; sha: string }[]> {
  // Not the mirror's directory, because the mirror may not exist yet.
  const above = dirname(directory);
  await mkdir(above, { recursive: true });
  return listRefs({ address, access, directory: above, timeoutMs: quickTimeoutMs }, patterns);
}
