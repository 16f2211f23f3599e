import { mayStandFor } from '../../../domain/decide/product/head.ts';
import { type Environment, openRollback } from '../../../domain/documents/environment.ts';
import { type Head, newestWanted, type Product } from '../../../domain/documents/product.ts';
import type { LeftOut } from '../../../domain/documents/values/build/run.ts';
import { isRunning, isWaiting } from '../../../domain/documents/values/release.ts';
import { buildId, environmentId } from '../../../domain/ids.ts';
import { pathFilter } from '../../../domain/paths.ts';
import { GitError } from '../../../git/commands/git-error.ts';
import type { Mirror } from '../../../git/mirror/types.ts';
import type { Services } from '../../services/services.ts';
import type { ProductSettings } from '../../settings/settings.ts';

/**
 * Why this head needs no build; undefined: it needs one. It is compared with the last head that was not left out, whatever
 * came between. When that cannot be, it is built.
 */
export async function whyLeftOut(
  services: Pick<Services, 'store' | 'mirror' | 'log'>,
  settings: ProductSettings,
  product: Product,
  sha: string,
): Promise<LeftOut | undefined> {
  const { name, paths = [], branch } = settings;
  const last = newestWanted(product);
  if (typeof branch !== 'string') {
    const of = await partOf(services, settings, last, sha);
    if (of !== null) return { why: 'old', of };
  }
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

/**
 * The commit that contains this one, of what runs in the lowest environment and what is about to; null: none does. A branch
 * that goes back takes what runs with it, a tag on an old commit does not.
 */
async function partOf(
  services: Pick<Services, 'store' | 'mirror'>,
  { name, environments: [lowest] }: ProductSettings,
  last: Head | undefined,
  sha: string,
): Promise<string | null> {
  const { mode, name: place } = lowest.policy;
  const environment = await services.store.load('environments', environmentId(name, place));
  const runs = environment && (openRollback(environment) ?? environment.deployed)?.sha;
  if (runs === sha) return runs;
  // Where people prepare what is deployed, a head that is built is not about to run.
  const mayBeNext = last && mode === 'continuous' && isStillToRun(environment, last);
  const isNext = mayBeNext && (await mayStand(services, name, last.sha));
  for (const later of [runs, isNext ? last.sha : null]) {
    if (later && (await contains(services.mirror(name), later, sha))) return later;
  }
  return null;
}

/** False: the head has run, was rolled back, or its deploy failed, and nothing but a person deploys it again. */
function isStillToRun(environment: Environment | null, { number, sha }: Head): boolean {
  if (!environment || environment.newestHead < number) return true;
  const { open, paused } = environment;
  return (
    paused?.newest?.sha === sha ||
    open.some((release) => release.sha === sha && (isWaiting(release) || isRunning(release)))
  );
}

/** False also if the repository does not have `later` any more. */
async function contains(mirror: Mirror, later: string, sha: string): Promise<boolean> {
  try {
    return (await mirror.relation(sha, later)) === 'ancestor';
  } catch (error) {
    if (error instanceof GitError && error.kind === 'notFound') return false;
    throw error;
  }
}

/** False: the build of the last head failed, so what it changed is still to be built, be it with the next one. */
async function mayStand({ store }: Pick<Services, 'store'>, product: string, sha: string): Promise<boolean> {
  return mayStandFor((await store.load('builds', buildId(product, sha)))?.status);
}
