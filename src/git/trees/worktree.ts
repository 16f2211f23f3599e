import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type GitRun, git, type Repository } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import type { Mirror } from '../mirror/types.ts';
import { lfsOf, lfsReach, mustNotNeedLfs } from './lfs.ts';
import { objectsOf, writeOwnRepository } from './own-repository.ts';
import { open, removeAll, tidy } from './remove.ts';
import { type Submodule, submodulesOf } from './submodules.ts';
import { bytesOf, turn } from './walk.ts';

/** A worktree on this machine and how it is made. */
export interface Place {
  mirror: Mirror;
  /** Folder of its index in the mirror, below that of all indexes; '': that one. */
  indexes: string;
  /** Absolute path. */
  directory: string;
  /** Whether the commit's submodules are fetched. */
  submodules: boolean;
  /** Whether the commit's files in Git LFS are fetched. */
  lfs: boolean;
  /** Limit for one step. */
  timeoutMs: number;
}

/**
 * How our git sees a tree: through the mirror and an index kept there, out of reach of the tree's commands. The
 * tree's own `.git` is for those commands only and is never read.
 */
export function repositoryOf({ mirror, indexes, directory, lfs }: Place): Repository {
  // A tree checked out without git-lfs has different files for the same commit.
  const kind = lfs ? 'index' : 'pointers.index';
  const indexFile = join(indexesOf(mirror), indexes, `${basename(directory)}.${kind}`);
  return { gitDirectory: mirror.directory, workTree: directory, indexFile };
}

/**
 * Turns the directory, or a missing one, into a clean tree of exactly `sha`, which the mirror must have. Costs as
 * much as differs. Throws `GitError` or a system error when it cannot; then only a new worktree helps.
 */
export async function switchTree(place: Place, sha: string): Promise<void> {
  const { directory } = place;
  await mkdir(directory, { recursive: true });
  if (!lstatSync(directory).isDirectory()) throw new GitError('other', 'the tree is no directory', '');
  open(directory);
  await removeAll(join(directory, '.git'));
  await tidy(directory);
  const repository = repositoryOf(place);
  await mkdir(dirname(repository.indexFile), { recursive: true });
  if (!place.submodules) await rm(modulesOf(repository.indexFile), { recursive: true, force: true });
  await checkOut(place, repository, sha);
}

/** Also works when the tree is missing or incomplete. Throws system errors. */
export async function removeTree(place: Place): Promise<void> {
  await removeAll(place.directory);
  for (const lfs of [true, false]) {
    const { indexFile } = repositoryOf({ ...place, lfs });
    for (const name of [indexFile, `${indexFile}.lock`]) await rm(name, { force: true });
    await rm(modulesOf(indexFile), { recursive: true, force: true });
  }
}

/**
 * Gives the tree and its submodules fresh repositories, replacing what commands left there. The files stay as they
 * are. Returns the absolute paths that they borrow from, which are only read. Throws `GitError` or system errors.
 */
export async function freshRepository(place: Place, sha: string): Promise<string[]> {
  const { indexFile } = repositoryOf(place);
  const work = { git: join(place.directory, '.git'), indexFile, workTree: null };
  return [...new Set(await fresh(place, place.directory, work, sha))];
}

interface Work {
  /** The git directory. */
  git: string;
  indexFile: string;
  workTree: string | null;
}

async function fresh(place: Place, directory: string, work: Work, sha: string): Promise<string[]> {
  const { mirror } = place;
  const modules = place.submodules ? await hereOnly(await submodulesOf(mirror, sha), directory) : [];
  await writeOwnRepository(work.git, {
    ...work,
    mirror,
    sha,
    lfs: lfsOf(place.lfs) === 'fetched',
    modules: modules.map(({ name, mirror: { address } }) => ({ name, address })),
  });
  const borrowed = [objectsOf(mirror)];
  for (const module of modules) {
    const at = join(directory, module.path);
    const own = join(work.git, 'modules', module.name);
    const indexFile = moduleIndex(work.indexFile, module.path);
    await knowFiles({ mirror: module.mirror, workTree: at, indexFile }, module.sha, place.timeoutMs);
    const inner = { git: own, indexFile, workTree: relative(own, at) };
    borrowed.push(...(await fresh({ ...place, mirror: module.mirror }, at, inner, module.sha)));
    await link(join(at, '.git'), `gitdir: ${relative(at, own)}\n`);
  }
  return borrowed;
}

/** Creates the index when we did not check out the files ourselves. It then knows only which files should exist. */
async function knowFiles(
  { mirror, workTree, indexFile }: { mirror: Mirror; workTree: string; indexFile: string },
  sha: string,
  timeoutMs: number,
): Promise<void> {
  if (existsSync(indexFile)) return;
  mkdirSync(dirname(indexFile), { recursive: true });
  const repository = { gitDirectory: mirror.directory, workTree, indexFile };
  await git({ directory: workTree, repository, args: ['read-tree', sha], timeoutMs });
}

/** Submodules whose commit is here and whose path consists of real directories, without links that lead elsewhere. */
async function hereOnly(modules: readonly Submodule[], directory: string): Promise<Submodule[]> {
  const found: Submodule[] = [];
  for (const module of modules) {
    const parts = module.path.split('/');
    const places = parts.map((_, index) => join(directory, ...parts.slice(0, index + 1)));
    const isPlain = places.every((each) => lstatSync(each, { throwIfNoEntry: false })?.isDirectory());
    if (isPlain && (await module.mirror.has(module.sha))) found.push(module);
  }
  return found;
}

/** Writes only when the content differs, so that a tree stays as its build left it. */
async function link(file: string, text: string): Promise<void> {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() && readFileSync(file, 'utf8') === text) return;
  await removeAll(file);
  await writeFile(file, text);
}

async function checkOut(place: Place, repository: Repository, sha: string): Promise<void> {
  const { mirror, timeoutMs } = place;
  const directory = repository.workTree;
  const run = { directory, repository, timeoutMs, encoding: 'latin1' } as const satisfies Partial<GitRun>;
  const lfs = lfsOf(place.lfs);
  await git({
    ...run,
    args: ['read-tree', '--reset', '-u', sha],
    ...(lfs === 'fetched' ? { reach: await lfsReach(mirror) } : {}),
  });
  await git({ ...run, args: ['clean', '--quiet', '-ffdx'] });
  const { stdout } = await git({ ...run, args: ['ls-files', '--stage', '-z'] });
  const lines = stdout.split('\0').filter((line) => line !== '');
  const modules = place.submodules ? await submodulesOf(mirror, sha) : [];
  await putRight(directory, lines, new Set(modules.map(({ path }) => latin1(path))));
  if (lfs === 'missing') await mustNotNeedLfs(run, lines.map(pathOf));
  for (const module of modules) await checkOutModule(place, repository, module);
}

async function checkOutModule(place: Place, { workTree, indexFile }: Repository, module: Submodule) {
  const { mirror, path, sha } = module;
  const index = moduleIndex(indexFile, path);
  try {
    await mirror.ensureCommit(sha);
    mkdirSync(dirname(index), { recursive: true });
    const directory = join(workTree, path);
    const repository = { gitDirectory: mirror.directory, workTree: directory, indexFile: index };
    await checkOut({ ...place, mirror, directory }, repository, sha);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const todo = 'let Slipway reach it, or write git: { submodules: false }';
    const message = `the submodule ${path} (${mirror.address}) cannot be fetched: ${error.message}; ${todo}`;
    throw new GitError(error.kind, message, error.stderr, { cause: error });
  }
}

/**
 * Fixes what git leaves unfixed in a tree that it calls clean. `listed`: mode, object and stage of each file, a tab,
 * and its path. `filled`: submodules that are checked out next.
 */
async function putRight(
  directory: string,
  listed: readonly string[],
  filled: ReadonlySet<string>,
): Promise<void> {
  const forbidden = process.umask();
  for (const [index, line] of listed.entries()) {
    await turn(index);
    const mode = line.slice(0, 6);
    const path = bytesOf(directory, pathOf(line));
    if (mode === '160000') {
      if (filled.has(pathOf(line)) && lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
      // Anything that commands fetched into a submodule is not part of the commit.
      await removeAll(path);
      await mkdir(path, { recursive: true });
    } else if (mode === '100644' || mode === '100755') {
      // git tracks only whether a file is executable, not the rest of its mode.
      const usual = (mode === '100644' ? 0o666 : 0o777) & ~forbidden;
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() && (stats.mode & 0o7777) !== usual) chmodSync(path, usual);
    }
  }
}

function pathOf(line: string): string {
  return line.slice(line.indexOf('\t') + 1);
}

function latin1(path: string): string {
  return Buffer.from(path).toString('latin1');
}

/** Directory beside the mirror's own files that no command's repository points to. */
function indexesOf({ directory }: Mirror): string {
  return join(directory, 'slipway', 'trees');
}

function modulesOf(indexFile: string): string {
  return `${indexFile}.modules`;
}

function moduleIndex(indexFile: string, path: string): string {
  return join(modulesOf(indexFile), `${encodeURIComponent(path)}.index`);
}
