import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type GitRun, git, type Reach, type Setting } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import type { Mirror } from '../mirror/types.ts';
import { LFS_FILTER } from './own-repository.ts';
import { bytesOf } from './walk.ts';

/** How files in Git LFS are handled: fetched, wanted although git-lfs is not installed, or ignored. */
export type Lfs = 'fetched' | 'missing' | 'off';

/** 'missing': the files are wanted, but git-lfs is not installed. */
export function lfsOf(wanted: boolean): Lfs {
  if (!wanted) return 'off';
  return isInstalled() ? 'fetched' : 'missing';
}

function isInstalled(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, 'git-lfs'), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

/** Access and settings to check out files of this repository with git-lfs, which fetches those that are not here yet. */
export async function lfsReach({ address, access }: Mirror): Promise<Reach> {
  const reach = await access.known();
  const filter = Object.entries(LFS_FILTER).map(([key, value]): Setting => [`filter.lfs.${key}`, value]);
  const more: Setting[] = [...filter, ['remote.origin.url', address], ['lfs.transfer.maxretries', '3']];
  return { ...reach, settings: [...reach.settings, ...more] };
}

const ATTRIBUTE = /(^|\s)filter=lfs(\s|$)/m;

/**
 * Used when git-lfs is not installed: throws `GitError` when a file of the tree is in Git LFS. `paths`: files of the
 * commit, in latin1.
 */
export async function mustNotNeedLfs(
  run: Pick<GitRun, 'directory' | 'repository' | 'timeoutMs'>,
  paths: readonly string[],
): Promise<void> {
  const declared = paths
    .filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'))
    .some((path) => ATTRIBUTE.test(textOf(bytesOf(run.directory, path))));
  if (!declared) return;
  const { stdout } = await git({
    ...run,
    args: ['check-attr', '-z', '--stdin', 'filter'],
    input: `${paths.join('\0')}\0`,
    encoding: 'latin1',
  });
  const said = stdout.split('\0');
  const at = said.findIndex((value, index) => index % 3 === 2 && value === 'lfs');
  if (at === -1) return;
  throw new GitError(
    'other',
    `${said[at - 2]} is in Git LFS, but git-lfs is not installed where Slipway runs; install it there, or write git: { lfs: false } to get pointer files`,
    '',
  );
}

function textOf(file: Buffer): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
