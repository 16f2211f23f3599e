import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildId, isFullSha } from '../../domain/ids.ts';
import { succeededRun } from '../pipeline/built-tree.ts';
import { treesPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';

type OldTrees = Pick<Services, 'settings' | 'dataDirectory' | 'store' | 'artifacts' | 'mirror' | 'log'>;

/**
 * Early versions kept each commit's tree below its SHA, and the result of its build nowhere else. Stores these results as
 * they are stored now, so that a rollback finds them, and deletes the trees. A tree whose result cannot be stored stays,
 * and is tried again at the next start.
 */
export async function keepOldTrees(services: OldTrees): Promise<void> {
  for (const { name: product } of services.settings.products) {
    const directory = treesPath(services.dataDirectory, product);
    const names = (await readdir(directory).catch(() => [])).filter(isFullSha);
    for (const sha of names) await keepOldTree(services, product, sha, join(directory, sha));
    if (names.length > 0) await forgetRemoved(services, product);
  }
}

async function keepOldTree(services: OldTrees, product: string, sha: string, tree: string): Promise<void> {
  try {
    const build = await services.store.load('builds', buildId(product, sha));
    const run = build ? succeededRun(build) : null;
    if (run) await services.artifacts.save(run, tree);
    await rm(tree, { recursive: true, force: true });
    services.log.info({ product, sha, kept: run !== null }, 'a tree of an earlier version was removed');
  } catch (error) {
    services.log.warn({ err: error, product, sha }, 'a build of an earlier version could not be stored yet');
  }
}

async function forgetRemoved(services: Pick<Services, 'mirror' | 'log'>, product: string): Promise<void> {
  try {
    await services.mirror(product).forgetWorktrees();
  } catch (error) {
    services.log.warn({ err: error, product }, 'the mirror still lists removed trees');
  }
}
