import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildId, isFullSha } from '../../domain/names.ts';
import { succeededRun } from '../pipeline/built-tree.ts';
import { treesPath } from '../services/paths.ts';
import type { Parts } from '../services/services.ts';

type OldTrees = Pick<Parts, 'settings' | 'dataDirectory' | 'store' | 'artifacts' | 'mirror' | 'log'>;

/**
 * At first each commit's tree was kept below its SHA, and nothing else had what its build made. That is kept as it is kept
 * now, so that a rollback finds it, and the tree goes. One that cannot be kept now stays, and is tried again at the next
 * start.
 */
export async function keepOldTrees(parts: OldTrees): Promise<void> {
  for (const { name: product } of parts.settings.products) {
    const directory = treesPath(parts.dataDirectory, product);
    const names = (await readdir(directory).catch(() => [])).filter(isFullSha);
    for (const sha of names) await keepOldTree(parts, product, sha, join(directory, sha));
    if (names.length > 0) await forgetRemoved(parts, product);
  }
}

async function keepOldTree(parts: OldTrees, product: string, sha: string, tree: string): Promise<void> {
  try {
    const build = await parts.store.load('builds', buildId(product, sha));
    const run = build ? succeededRun(build) : null;
    if (run) await parts.artifacts.keep(run, tree);
    await rm(tree, { recursive: true, force: true });
    parts.log.info({ product, sha, kept: run !== null }, 'a tree of an earlier version was cleared away');
  } catch (error) {
    parts.log.warn({ err: error, product, sha }, 'what an earlier version built could not be kept yet');
  }
}

async function forgetRemoved(parts: Pick<Parts, 'mirror' | 'log'>, product: string): Promise<void> {
  try {
    await parts.mirror(product).forgetWorktrees();
  } catch (error) {
    parts.log.warn({ err: error, product }, 'the mirror still knows trees that were cleared away');
  }
}
