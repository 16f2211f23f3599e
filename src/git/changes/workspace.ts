import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Access, reaching } from '../commands/access.ts';
import { type GitAnswer, type GitRun, git } from '../commands/git.ts';
import { listRefs } from '../commands/list-refs.ts';
import { BRANCHES, TAGS } from '../mirror/resolve.ts';
import { ChangeError } from './types.ts';

/** What a repository of one call is called. */
const PREFIX = 'call-';
/** Longer than any call takes. */
const LEFT_MS = 3_600_000;

/** A repository of ours for one call: a partial copy of the latest commits, which is removed afterwards. */
export interface Workspace {
  directory: string;
  address: string;
  access: Access;
  /** Milliseconds that the call may still take; never less than one. */
  leftMs: () => number;
}

interface Opening extends Omit<Workspace, 'directory'> {
  /** Of all calls. */
  directory: string;
  now: () => number;
}

/** Runs a call in a repository of its own. */
export async function inWorkspace<T>(
  { directory: place, now, ...opening }: Opening,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  await removeLeft(place, now());
  const directory = await mkdtemp(join(place, PREFIX));
  const workspace = { directory, ...opening };
  try {
    await create(workspace);
    return await work(workspace);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What calls left that were killed. One that still runs is younger. */
async function removeLeft(place: string, now: number): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(place, name);
    const stats = await stat(directory).catch(() => null);
    if (stats !== null && now - stats.mtimeMs > LEFT_MS)
      await rm(directory, { recursive: true, force: true });
  }
}

/** An empty repository, as `git init` makes one, without its samples. */
async function create(workspace: Workspace): Promise<void> {
  const { directory } = workspace;
  await mkdir(join(directory, 'objects'));
  await mkdir(join(directory, 'refs'));
  await writeFile(join(directory, 'HEAD'), `ref: ${BRANCHES}/none\n`);
  await writeFile(join(directory, 'config'), configuration(workspace));
}

/** Only commits and trees are fetched, where the host can leave the rest out; the one file that is read is fetched when it is. */
function configuration({ address }: Workspace): string {
  const quoted = `"${address.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return `[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = ${quoted}
\tpromisor = true
\tpartialclonefilter = blob:none
[gc]
\tauto = 0
[maintenance]
\tauto = false
[fetch]
\twriteCommitGraph = false
`;
}

/** Runs a git that connects to nothing. */
export function local(
  { directory, leftMs }: Workspace,
  args: readonly string[],
  more: Pick<GitRun, 'input' | 'accept' | 'encoding'> = {},
): Promise<GitAnswer> {
  return git({ directory, args, timeoutMs: leftMs(), ...more });
}

/** Runs a git that connects to the host. */
export function connected(
  { directory, access, leftMs }: Workspace,
  args: readonly string[],
  more: Pick<GitRun, 'accept' | 'encoding'> = {},
): Promise<GitAnswer> {
  return reaching(access, (reach) => git({ directory, args, timeoutMs: leftMs(), reach, ...more }));
}

/** The commit that the branch is on at its host, and whether the tag is there. */
export async function readHost(
  workspace: Workspace,
  branch: string,
  tag: string | null,
): Promise<{ head: string | null; hasTag: boolean }> {
  const ref = `${BRANCHES}/${branch}`;
  const tagRef = tag === null ? null : `${TAGS}/${tag}`;
  const patterns = tagRef === null ? [ref] : [ref, tagRef];
  const found = new Map((await refsAt(workspace, patterns)).map(({ name, sha }) => [name, sha]));
  return { head: found.get(ref) ?? null, hasTag: tagRef !== null && found.has(tagRef) };
}

/** Whether the repository has any branch or tag now. */
export async function hasRefs(workspace: Workspace): Promise<boolean> {
  return (await refsAt(workspace, [`${BRANCHES}/*`, `${TAGS}/*`])).length > 0;
}

function refsAt({ leftMs, ...host }: Workspace, patterns: readonly string[]) {
  return listRefs({ ...host, timeoutMs: leftMs() }, patterns);
}

/** Fetches the latest commits of a branch that exists, this many. Returns the one that it is on. */
export async function fetchBranch(workspace: Workspace, branch: string, depth: number): Promise<string> {
  const ref = `${BRANCHES}/${branch}`;
  await connected(workspace, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--update-shallow',
    `--depth=${depth}`,
    'origin',
    `+${ref}:${ref}`,
  ]);
  const { stdout } = await local(workspace, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return stdout.trim();
}

/** A file as a commit has it. */
export interface PresentFile {
  /** As git writes it: `100644`. */
  mode: string;
  text: string;
}

/** What the pointers begin with that Git LFS leaves in place of files. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
/** The mode of a folder, as git writes it. */
const FOLDER = '040000';
/** In bytes. A file that people keep values in is far smaller, and reading a larger one would hold up all other work. */
const FILE_MAX = 1024 * 1024;

/** The file in the commit; null: there is none. Throws `ChangeError` for what is no text. */
export async function readFile(
  workspace: Workspace,
  commit: string,
  file: string,
): Promise<PresentFile | null> {
  const listed = await local(workspace, ['--literal-pathspecs', 'ls-tree', '-z', commit, '--', file], {
    encoding: 'latin1',
  });
  const wanted = Buffer.from(file).toString('latin1');
  const entry = listed.stdout.split('\0').find((line) => line.slice(line.indexOf('\t') + 1) === wanted);
  if (entry === undefined) {
    await assertFolders(workspace, commit, file);
    return null;
  }
  const [mode = '', , blob = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
  if (!mode.startsWith('100')) throw new ChangeError(`${file} is no file there, but ${kindOf(mode)}`);
  // A host that can leave files out is asked for this one here.
  const size = await connected(workspace, ['cat-file', '-s', blob]);
  if (Number(size.stdout) > FILE_MAX)
    throw new ChangeError(`${file} is larger than ${FILE_MAX / 1024 / 1024} MiB`);
  const { stdout } = await connected(workspace, ['cat-file', 'blob', blob], { encoding: 'latin1' });
  if (stdout.startsWith(LFS_POINTER))
    throw new ChangeError(`${file} is kept by Git LFS: leave it out of that in .gitattributes`);
  return { mode, text: textOf(Buffer.from(stdout, 'latin1'), file) };
}

/** Throws `ChangeError` when something else stands where a folder of the file would be. */
async function assertFolders(workspace: Workspace, commit: string, file: string): Promise<void> {
  const folders = file.split('/').slice(0, -1);
  for (const at of folders.keys()) {
    const folder = folders.slice(0, at + 1).join('/');
    const args = ['--literal-pathspecs', 'ls-tree', commit, '--', folder];
    const mode = (await local(workspace, args)).stdout.split(' ')[0];
    if (mode === '') return;
    if (mode !== undefined && mode !== FOLDER)
      throw new ChangeError(`${folder} is no folder there, but ${kindOf(mode)}`);
  }
}

function kindOf(mode: string): string {
  switch (mode) {
    case FOLDER:
      return 'a directory';
    case '120000':
      return 'a symbolic link: name the file that it leads to';
    case '160000':
      return 'a submodule: name the repository of that, and a file in it';
    default:
      return 'a file';
  }
}

function textOf(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ChangeError(`${file} is not text in UTF-8`);
  }
}
