import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';

/**
 * Copies borrowed objects into the repository of a tree and those of its submodules, for commands that can see only
 * the tree. No command may have run since the repositories were written. Costs as much as a clone. Throws `GitError`.
 */
export async function makeSelfSufficient(tree: string, timeoutMs: number): Promise<void> {
  const all = [join(tree, '.git')];
  for (let gitDirectory = all.pop(); gitDirectory !== undefined; gitDirectory = all.pop()) {
    all.push(...(await repositoriesBelow(join(gitDirectory, 'modules'))));
    const alternates = join(gitDirectory, 'objects', 'info', 'alternates');
    if (!existsSync(alternates)) continue;
    const repository = { gitDirectory, workTree: tree, indexFile: join(gitDirectory, 'index') };
    await git({ directory: tree, repository, args: ['repack', '-a', '-d', '-q'], timeoutMs });
    await rm(alternates);
  }
}

/** The repositories of submodules. Their names may contain slashes. */
async function repositoriesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) continue;
    if (existsSync(join(path, 'HEAD'))) found.push(path);
    else found.push(...(await repositoriesBelow(path)));
  }
  return found;
}
