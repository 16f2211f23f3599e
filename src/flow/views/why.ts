import type { WhyView } from '../../chat/answers/why.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import { isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { lineOf } from '../../domain/gates/gates.ts';
import { buildId, type EnvironmentId, environmentId, releaseId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/people.ts';
import { acceptanceBelow } from '../commands/acceptances.ts';
import { NotConfigured } from '../services/errors.ts';
import type { ChatServices, ViewServices } from '../services/services.ts';
import { findProduct } from '../settings/settings.ts';
import { behind as commitsBehind } from './git.ts';
import { releaseOf, renderContext } from './render-context.ts';
import { environmentView } from './views.ts';

/** How many releases are linked: as many as the answer names. */
const LINKED = 6;

/**
 * Everything that `why` is answered from, freshly read. `release` null: the release that is first in line. Returns null
 * if there is no release with this number.
 */
export async function whyView(
  services: ViewServices,
  asker: Actor,
  asked: { product: string; environment: string; release: number | null },
): Promise<WhyView | null> {
  const product = findProduct(services.settings, asked.product);
  if (!product) throw new NotConfigured(asked.product);
  const here = await environmentView(services, environmentId(asked.product, asked.environment));
  const { environment, policy } = here;
  const below = policy.below === null ? null : environmentId(product.name, policy.below);
  const found = await releaseAsked(services, environment, asked.release);
  if (found === null && asked.release !== null) return null;
  const line = lineOf(environment);
  const behind =
    found === null ? [] : line.slice(line.findIndex(({ number }) => number === found.number) + 1);
  const named = [found, ...behind].filter((release) => release !== null).slice(0, LINKED);
  const belowView = below === null ? null : await environmentView(services, below);
  const links = named.map(({ number }) => releaseId(environment.id, number));
  return {
    ...(await renderContext(services, product, [here], links, { members: true })),
    here,
    below: belowView,
    behind:
      found === null
        ? await commitsBehind(
            services,
            product.name,
            environment.deployed?.sha,
            belowView?.environment.accepted?.sha,
          )
        : null,
    asker,
    about:
      found === null
        ? null
        : { release: found, behind, ...(await buildAndOrder(services, below, found, environment)) },
  };
}

async function releaseAsked(
  services: Pick<ChatServices, 'store'>,
  environment: Environment,
  number: number | null,
): Promise<Release | null> {
  return number === null ? (lineOf(environment)[0] ?? null) : releaseOf(services, environment, number);
}

async function buildAndOrder(
  services: Pick<ChatServices, 'store'>,
  below: EnvironmentId | null,
  release: Release,
  { product }: Environment,
): Promise<Pick<NonNullable<WhyView['about']>, 'build' | 'order'>> {
  if (!isWaiting(release)) return { build: null, order: null };
  return {
    build: await services.store.load('builds', buildId(product, release.sha)),
    order: below === null ? null : await acceptanceBelow(services, below, release.sha),
  };
}
