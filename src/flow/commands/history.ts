import type { Environment } from '../../domain/documents/environment.ts';
import type { Product } from '../../domain/documents/product.ts';
import { releaseId } from '../../domain/ids.ts';
import type { Services } from '../services/services.ts';

/** Stores ended releases and acceptances outside the document; returns which, so that they may leave it. */
export async function storeHistory(
  services: Pick<Services, 'store'>,
  environment: Environment,
): Promise<{
  releases: { number: number; revision: number }[];
  acceptances: { sha: string; revision: number }[];
}> {
  const ended = environment.ended.filter((entry) => !entry.recorded);
  if (ended.length > 0) {
    await services.store.putReleases(
      ended.map(({ release, revision }) => ({
        id: releaseId(environment.id, release.number),
        environment: environment.id,
        product: environment.product,
        release,
        revision,
      })),
    );
  }
  const accepted = environment.acceptances.filter((entry) => !entry.recorded);
  if (accepted.length > 0) await services.store.putAcceptances(accepted.map((entry) => entry.acceptance));
  return {
    releases: ended.map(({ release, revision }) => ({ number: release.number, revision })),
    acceptances: accepted.map(({ acceptance: { sha, revision } }) => ({ sha, revision })),
  };
}

export async function concludeDeliveries(
  services: Pick<Services, 'store'>,
  product: Product,
): Promise<string[]> {
  for (const { id, outcome } of product.concluded) await services.store.concludeDelivery(id, outcome);
  return product.concluded.map(({ id }) => id);
}
