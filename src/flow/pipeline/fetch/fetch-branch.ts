import type { Product } from '../../../domain/documents/product.ts';
import { ROBOT } from '../../../domain/people/people.ts';
import { GitError } from '../../../git/commands/git-error.ts';
import { apply } from '../../commands/apply.ts';
import type { Services } from '../../services/services.ts';
import { findProduct, mustKnow, type ProductSettings } from '../../settings/settings.ts';
import { findHead, hasMovedHere, hasMovedThere } from './followed.ts';
import { whyLeftOut } from './left-out.ts';

/**
 * Fetches the branch of a product if that was requested: fetches, pins the head so that neither a force push nor garbage
 * collection removes it, and reports it. One fetch answers many requests. Without a request it checks the branch if that
 * is due.
 */
export async function fetchBranch(services: Services, id: string): Promise<void> {
  const settings = mustKnow(services.settings, id);
  const product = await services.store.load('products', id);
  await services.configurations.refreshProduct(services, settings);
  // The branch to follow may have changed in a newer configuration.
  services.configurations.mustBeNewest(id);
  if (!product || (product.fetchError && product.fetchError.notBefore > services.now())) return;
  if (product.asked === product.looked) {
    await fetchOnce(services, settings, product);
    return;
  }
  const { asked } = product;
  await reportingFailure(services, id, async () => {
    const mirror = services.mirror(id);
    await mirror.fetch();
    const found = await findHead(mirror, settings.branch, product);
    const { sha } = found;
    if (sha !== null) await mirror.pin(sha);
    const leftOut = sha === null ? undefined : await whyLeftOut(services, settings, product, sha);
    // Another configuration, which may follow another branch, was taken meanwhile: it requests a fetch of its own.
    if (findProduct(services.settings, id) !== settings) return;
    const fetched = { type: 'fetched', ...found, asked, leftOut } as const;
    await apply(services, 'products', id, { id: services.newId(), actor: ROBOT, ...fetched });
  });
}

/**
 * Asks the repository for the head of the branch, if that is due and no other process does it; requests a fetch if it
 * moved.
 */
export async function fetchOnce(
  services: Services,
  { name, branch }: ProductSettings,
  product: Product | null,
): Promise<void> {
  const command = { id: services.newId(), actor: ROBOT, type: 'glance' } as const;
  const { answer, aggregate } = await apply(services, 'products', name, command, product);
  if (answer.kind === 'refused') return;
  await reportingFailure(services, name, async () => {
    const moved = await hasMovedThere(services.mirror(name), branch, aggregate);
    if (moved || aggregate.fetchError !== null) await requestFetch(services, name);
  });
}

async function reportingFailure(
  services: Services,
  product: string,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.warn({ err: error, product }, 'could not read the repository');
    const failed = { type: 'fetchFailed', reason: error.message } as const;
    await apply(services, 'products', product, { id: services.newId(), actor: ROBOT, ...failed });
  }
}

/** Requests a fetch that no webhook requested: at a start, or because the branch was seen to have moved. */
export async function requestFetch(services: Services, product: string): Promise<void> {
  await apply(services, 'products', product, {
    id: services.newId(),
    actor: ROBOT,
    type: 'look',
    delivery: null,
  });
}

/**
 * Called after something else has fetched, such as a person's question about a commit or the making of a tree. If the
 * head is not known yet, a fetch is requested so that it is built. Never throws, because the caller has other work to do.
 */
export async function reportMove(services: Services, product: string): Promise<void> {
  try {
    const settings = findProduct(services.settings, product);
    if (!settings) return;
    const stored = await services.store.load('products', product);
    const moved = await hasMovedHere(services.mirror(product), settings.branch, stored);
    if (moved) await requestFetch(services, product);
  } catch (error) {
    services.log.warn(
      { err: error, product },
      'could not check whether the branch has moved; the next fetch does',
    );
  }
}
