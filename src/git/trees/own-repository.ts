import { copyFileSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mirror } from '../mirror/mirror.ts';
import { removeAll } from './remove.ts';

export interface OwnRepository {
  mirror: Mirror;
  /** HEAD, detached. */
  sha: string;
  /** What we know of the files. */
  indexFile: string;
  /** Where the files are, from the git directory; null: beside it. */
  workTree: string | null;
  /** Submodules by name, with their addresses. */
  modules: readonly { name: string; address: string }[];
  /** Whether git-lfs is here and wanted. */
  lfs: boolean;
}

const DIRECTORIES = ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];

/** As `git lfs install --local` writes it. */
export const LFS_FILTER = {
  clean: 'git-lfs clean -- %f',
  smudge: 'git-lfs smudge -- %f',
  process: 'git-lfs filter-process',
  required: 'true',
} as const;

/**
 * Writes a repository for commands at `directory`, in the place of whatever is there: nothing of that is read. It borrows the mirror's
 * objects, and everything else is its own: HEAD at the commit, the heads of `origin` and the tags as last fetched, and no login.
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
  // Last: without it this is no repository.
  write('HEAD', `${sha}\n`);
}

/** What a repository that borrows from the mirror reads. */
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

/** With its time, or an earlier one: git takes a file for unchanged only if it is older than the index. */
function copyIndex(from: string, to: string): void {
  if (!existsSync(from)) return;
  copyFileSync(from, to);
  const seconds = Math.floor(statSync(from).mtimeMs) / 1000;
  utimesSync(to, seconds, seconds);
}
