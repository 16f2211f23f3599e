import { newestWanted, type Product } from '../../domain/documents/product.ts';
import type { LeftOut } from '../../domain/documents/values/build-run.ts';
import { buildId } from '../../domain/ids.ts';
import { pathFilter } from '../../domain/paths.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../services/settings.ts';

/**
 * Why this head needs no build; undefined: it needs one. It is compared with the last head that was not left out, whatever
 * came between. When that cannot be, it is built.
 */
export async function whyLeftOut(
  services: Pick<Services, 'store' | 'mirror' | 'log'>,
  { name, paths = [] }: ProductSettings,
  product: Product,
  sha: string,
): Promise<LeftOut | undefined> {
  const last = newestWanted(product);
  if (paths.length === 0 || !last || !(await mayStand(services, name, last.sha))) return undefined;
  try {
    const changed = await services.mirror(name).changed(last.sha, sha);
    if (changed.some(pathFilter(paths))) return undefined;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.warn({ err: error, product: name }, 'could not see what a push changes, so it is built');
    return undefined;
  }
  return { why: 'paths', since: last.sha, paths };
}

/** False: the build of the last head failed, so what it changed is still to be built, be it with the next one. */
async function mayStand(
  { store }: Pick<Services, 'store'>,
  product: string,
  sha: string,
): Promise<boolean> {
  const status = (await store.load('builds', buildId(product, sha)))?.status;
  return status !== 'failed' && status !== 'errored' && status !== 'skipped';
}
