import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';

/**
 * Gives the repository of a tree, and those of its submodules, what they borrow, for commands that see nothing but the tree. No command may
 * have run since they were written. Throws `GitError`. Costs what a clone does.
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

/** Those of submodules, whose names may hold slashes. */
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
