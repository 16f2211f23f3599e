import type { Standing, WhereView } from '../../chat/answers/where.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import { isRunning, isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { buildId, type EnvironmentId, environmentId, releaseId } from '../../domain/ids.ts';
import { acceptanceIn } from '../commands/acceptances.ts';
import { referencesOf } from '../references/references.ts';
import type { Services, ViewServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { commitLine, relation } from './git.ts';
import { releaseOf, renderContext } from './render-context.ts';
import { environmentView } from './views.ts';

type Sources = Pick<Services, 'settings' | 'store' | 'mirror' | 'log'>;

/** How many rollbacks, and releases of the commit, are examined in each environment: the newest ones. */
const RELEASES_SEARCHED = 5;

/**
 * Everything that the answer to `where` is made from. Each environment costs a few indexed reads, however long its
 * history is.
 */
export async function whereView(
  services: ViewServices,
  product: ProductSettings,
  sha: string,
): Promise<WhereView> {
  const environments: Standing[] = [];
  for (const { policy } of product.environments) {
    environments.push(await standingIn(services, environmentId(product.name, policy.name), sha));
  }
  const linked = environments.flatMap(({ here, next: candidate, was }) => {
    const numbers = [candidate?.release.number ?? null, was?.rollback ?? null];
    return numbers.flatMap((number) => (number === null ? [] : [releaseId(here.environment.id, number)]));
  });
  const views = environments.map(({ here }) => here);
  const commit = await commitLine(services, product.name, sha);
  return {
    ...(await renderContext(services, product, views, linked)),
    references: await referencesOf(services, product, commit ? [commit] : []),
    product: product.name,
    sha,
    commit,
    build: await services.store.load('builds', buildId(product.name, sha)),
    environments,
  };
}

async function standingIn(services: Sources, id: EnvironmentId, sha: string): Promise<Standing> {
  const here = await environmentView(services, id);
  const { environment } = here;
  const runs = await runsIn(services, environment, sha);
  return {
    here,
    runs,
    acceptance: await acceptanceIn(services, environment, sha),
    next: await nextIn(services, environment, sha),
    was: runs === 'no' ? await wasIn(services, environment, sha) : null,
  };
}

async function runsIn(
  services: Pick<Services, 'mirror' | 'log'>,
  { product, deployed }: Environment,
  sha: string,
): Promise<Standing['runs']> {
  if (!deployed) return 'no';
  if (deployed.sha === sha) return 'same';
  const inside = await isInside(services, product, sha, deployed.sha);
  return inside === null ? 'unknown' : inside ? 'inside' : 'no';
}

/**
 * The release that would bring the commit; null: none. A release of the commit itself comes before one that contains it.
 */
async function nextIn(
  services: Pick<Services, 'mirror' | 'log'>,
  environment: Environment,
  sha: string,
): Promise<Standing['next']> {
  const going = environment.open.filter((release) => isWaiting(release) || isRunning(release));
  const own = going.findLast((release) => release.sha === sha);
  if (own) return { release: own, inside: false };
  for (const release of going.toReversed().slice(0, RELEASES_SEARCHED)) {
    if (await isInside(services, environment.product, sha, release.sha)) return { release, inside: true };
  }
  return null;
}

/** How the commit used to run here; null: it never did. A rollback that left it comes first, then its own release. */
async function wasIn(
  services: Pick<Services, 'store' | 'mirror' | 'log'>,
  environment: Environment,
  sha: string,
): Promise<Standing['was']> {
  for (const rollback of await deployedBy(services, environment, { kind: 'rollback' })) {
    const { leaves } = rollback;
    if (!leaves || !(leaves.sha === sha || (await isInside(services, environment.product, sha, leaves.sha))))
      continue;
    const left = leaves.release === null ? null : await releaseOf(services, environment, leaves.release);
    // That deploy never succeeded, so the commit did not run there.
    if (left && left.deployedAt === null) continue;
    return {
      inside: leaves.sha === sha ? null : leaves.sha,
      since: left?.deployedAt ?? null,
      until: rollback.deployedAt,
      rollback: rollback.number,
    };
  }
  const [own] = await deployedBy(services, environment, { sha });
  return own ? { inside: null, since: own.deployedAt, until: null, rollback: null } : null;
}

/** Releases that were deployed successfully, newest first; the document's state takes precedence over the history's. */
async function deployedBy(
  services: Pick<Services, 'store'>,
  environment: Environment,
  by: { sha: string } | { kind: 'rollback' },
): Promise<Release[]> {
  const kept = await services.store.releasesBy(environment.id, by, RELEASES_SEARCHED);
  const all = new Map(kept.map(({ release }) => [release.number, release]));
  for (const release of [...environment.ended.map((entry) => entry.release), ...environment.open]) {
    if ('sha' in by ? release.sha === by.sha : release.kind === by.kind) all.set(release.number, release);
  }
  return [...all.values()]
    .filter(({ deployedAt }) => deployedAt !== null)
    .toSorted((a, b) => b.number - a.number)
    .slice(0, RELEASES_SEARCHED);
}

/** True: `later` contains `sha`; null: git could not answer. */
async function isInside(
  services: Pick<Services, 'mirror' | 'log'>,
  product: string,
  sha: string,
  later: string,
): Promise<boolean | null> {
  const stands = await relation(services, product, sha, later);
  return stands === null ? null : stands === 'ancestor';
}
