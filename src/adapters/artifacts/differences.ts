import { git } from '../../git/commands/git.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { readSidecar, sidecarOf } from '../../git/trees/sidecar.ts';
import { type Entry, walk } from '../../git/trees/walk.ts';
import type { Manifest } from './manifest.ts';

/** The differences between a tree and its commit. */
export interface Differences {
  /** Files and directories to keep, each directory before its content. Sockets, pipes and devices are left out. */
  files: Entry[];
  /** Paths of the symbolic links to keep. */
  links: string[];
  manifest: Pick<Manifest, 'whole' | 'removed' | 'modes' | 'sourcesAt'>;
}

const TIMEOUT_MS = 10 * 60_000;

/** What git knows about the commit's files in a tree. */
interface Known {
  /** Files of the commit, as listed in the index. */
  files: Set<string>;
  /** Those that may differ from the commit. */
  differing: Set<string>;
}

/** Compares a tree with its commit `sha`. Throws `GitError` or a system error. */
export async function differencesOf(tree: string, sha: string): Promise<Differences> {
  const known = await knownBy(tree, sha);
  const kept: Pick<Differences, 'files' | 'links'> = { files: [], links: [] };
  const modes: Manifest['modes'] = [];
  const seen = new Map<string, 'directory' | 'other'>();
  const directories = directoriesOf(known?.files ?? []);
  const forbidden = process.umask();
  let sourcesAt = 0;
  for await (const entries of walk(tree)) {
    for (const entry of entries) {
      const { path, stats } = entry;
      const isDirectory = stats.isDirectory();
      if (!(isDirectory || stats.isFile() || stats.isSymbolicLink()) || isForeignGit(entry)) continue;
      seen.set(path, isDirectory ? 'directory' : 'other');
      const mode = stats.mode & 0o7777;
      if (!stats.isSymbolicLink() && mode !== usualMode(entry, forbidden)) modes.push([path, mode]);
      // A submodule is listed as a file, and is a directory.
      if (known && (isAsCommitted(known, path) || (isDirectory && directories.has(path)))) {
        if (!isDirectory) sourcesAt = Math.max(sourcesAt, stats.mtimeMs);
      } else if (stats.isSymbolicLink()) kept.links.push(path);
      else kept.files.push(entry);
    }
  }
  const removed = removedFrom(known?.differing ?? [], seen);
  const manifest = { whole: known === null, removed, modes, sourcesAt: Math.floor(sourcesAt / 1000) * 1000 };
  return { ...kept, manifest };
}

/** null: the tree has no repository of Slipway's, or git cannot read it. */
async function knownBy(tree: string, sha: string): Promise<Known | null> {
  const { repository } = await readSidecar(sidecarOf(tree));
  if (repository === null) return null;
  const ask = async (...args: string[]) =>
    (await git({ directory: tree, repository, args, timeoutMs: TIMEOUT_MS, encoding: 'latin1' })).stdout
      .split('\0')
      .filter((line) => line !== '');
  try {
    const [listed, differing] = await Promise.all([
      ask('ls-files', '-z'),
      ask(
        'diff-index',
        '--name-only',
        '--no-renames',
        '--no-ext-diff',
        '--ignore-submodules',
        '-z',
        sha,
        '--',
      ),
    ]);
    return { files: new Set(listed), differing: new Set(differing) };
  } catch (error) {
    if (error instanceof GitError && error.kind === 'other') return null;
    throw error;
  }
}

/** The `.git` file of a submodule or worktree: it refers to a directory outside the tree, which is not kept. */
function isForeignGit({ path, stats }: Entry): boolean {
  return path.endsWith('/.git') && stats.isFile();
}

function isAsCommitted(known: Known, path: string): boolean {
  return known.files.has(path) && !known.differing.has(path);
}

/** The mode of a newly created file or directory; `forbidden`: the umask. */
function usualMode({ stats }: Entry, forbidden: number): number {
  if (stats.isDirectory()) return (stats.mode & 0o7000) | (0o777 & ~forbidden);
  return ((stats.mode & 0o100) === 0 ? 0o666 : 0o777) & ~forbidden;
}

function directoriesOf(files: Iterable<string>): Set<string> {
  const directories = new Set<string>();
  for (const file of files) {
    for (const directory of ancestors(file)) {
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return directories;
}

/** The paths that differ; for a directory of the commit that is gone, the directory itself. */
function removedFrom(
  differing: Iterable<string>,
  seen: ReadonlyMap<string, 'directory' | 'other'>,
): string[] {
  const removed = new Set<string>();
  for (const path of differing) {
    const gone = ancestors(path).filter((directory) => seen.get(directory) !== 'directory');
    removed.add(gone.at(-1) ?? path);
  }
  return [...removed];
}

/** The directories that contain a path, the innermost first. */
export function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    found.push(path.slice(0, at));
  return found;
}
