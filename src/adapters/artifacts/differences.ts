import { git } from '../../git/commands/git.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { readSidecar, sidecarOf } from '../../git/trees/sidecar.ts';
import { type Entry, walk } from '../../git/trees/walk.ts';
import type { Manifest } from './manifest.ts';

/** What makes a tree differ from its commit. */
export interface Differences {
  /** Files and directories to be kept, a directory before what is in it. Sockets, pipes and devices are not. */
  files: Entry[];
  /** Paths of symbolic links to be kept. */
  links: string[];
  manifest: Pick<Manifest, 'whole' | 'removed' | 'modes' | 'sourcesAt'>;
}

const TIMEOUT_MS = 10 * 60_000;

/** What git knows of the commit's files in a tree. */
interface Known {
  /** Files of the commit, as the index has them. */
  files: Set<string>;
  /** Those that may not be as the commit has them. */
  differing: Set<string>;
}

/** Throws `GitError`, or what the system says. */
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
      // A submodule is a directory that is listed as a file.
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

/** null: it is no tree that our git looks after, or that cannot say. */
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

/** A submodule's, or a worktree's: it leads out of the tree, to what is not kept. */
function isForeignGit({ path, stats }: Entry): boolean {
  return path.endsWith('/.git') && stats.isFile();
}

function isAsCommitted(known: Known, path: string): boolean {
  return known.files.has(path) && !known.differing.has(path);
}

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

/** What differs or, where a whole directory of the commit is gone, that directory. */
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

/** Directories that a path is in, the nearest first. */
export function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    found.push(path.slice(0, at));
  return found;
}
