import { copyFileSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mirror } from '../mirror/types.ts';
/** The repository that a tree's commands see. */
import { removeAll } from './remove.ts';

export interface OwnRepository {
  mirror: Mirror;
  /** The commit of the detached HEAD. */
  sha: string;
  /** Index to copy, with what our git knows of the files. */
  indexFile: string;
  /** Where the files are, relative to the git directory. null: next to it. */
  workTree: string | null;
  /** Submodules by name, with their addresses. */
  modules: readonly { name: string; address: string }[];
  /** Whether git-lfs is installed and wanted. */
  lfs: boolean;
}

const DIRECTORIES = ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];

/** The settings that `git lfs install --local` writes. */
export const LFS_FILTER = {
  clean: 'git-lfs clean -- %f',
  smudge: 'git-lfs smudge -- %f',
  process: 'git-lfs filter-process',
  required: 'true',
} as const;

/**
 * Replaces whatever is at `directory` by a repository for commands; nothing there is read. It borrows the mirror's
 * objects. All else is its own: HEAD at the commit, the heads of `origin` and the tags as last fetched, and no login.
 */
export async function writeOwnRepository(directory: string, own: OwnRepository): Promise<void> {
  const { mirror, sha, indexFile } = own;
  const refs = await mirror.refs();
  await removeAll(directory);
  for (const name of DIRECTORIES) mkdirSync(join(directory, name), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('objects/info/alternates', `${objectsOf(mirror)}\n`);
  write('packed-refs', refs);
  write('config', configuration(own));
  copyIndex(indexFile, join(directory, 'index'));
  // Written last: a directory without HEAD is not a repository.
  write('HEAD', `${sha}\n`);
}

/** The directory that a repository borrowing from the mirror reads. */
export function objectsOf({ directory }: Mirror): string {
  return join(directory, 'objects');
}

function configuration({ mirror, workTree, modules, lfs }: OwnRepository): string {
  const lines = ['[core]', '\trepositoryformatversion = 0', '\tfilemode = true', '\tbare = false'];
  lines.push('\tlogallrefupdates = true');
  if (workTree !== null) lines.push(`\tworktree = ${quoted(workTree)}`);
  lines.push('[remote "origin"]', `\turl = ${quoted(mirror.address)}`);
  lines.push('\tfetch = +refs/heads/*:refs/remotes/origin/*');
  for (const { name, address } of modules) {
    lines.push(`[submodule ${quoted(name)}]`, '\tactive = true', `\turl = ${quoted(address)}`);
  }
  if (lfs) {
    lines.push('[filter "lfs"]');
    for (const [key, value] of Object.entries(LFS_FILTER)) lines.push(`\t${key} = ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Copies an index with its time, rounded down: git trusts a file as unchanged only if it is older than the index. */
function copyIndex(from: string, to: string): void {
  if (!existsSync(from)) return;
  copyFileSync(from, to);
  const seconds = Math.floor(statSync(from).mtimeMs) / 1000;
  utimesSync(to, seconds, seconds);
}
