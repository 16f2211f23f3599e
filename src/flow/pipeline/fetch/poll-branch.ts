import type { Services } from '../../services/services.ts';
import { fetchOnce } from './fetch-branch.ts';

/**
 * Checks every branch that is due, one product after the other, so that no forge gets many requests at once. The
 * documents decide which of several processes does it.
 */
export async function pollBranches(services: Services): Promise<void> {
  for (const settings of services.settings.products) {
    if (services.stopping.aborted || services.clock.wrong !== null) return;
    const product = await services.store.load('products', settings.name);
    if (product?.pollAt == null || product.pollAt > services.clock.dueNow()) continue;
    if (product.fetchError && product.fetchError.notBefore > services.now()) continue;
    await services.configurations.refreshProduct(services, settings);
    if (services.configurations.old.includes(settings.name)) continue;
    try {
      await fetchOnce(services, settings, product);
    } catch (error) {
      services.log.warn({ err: error, product: settings.name }, 'could not poll; the next poll tries again');
    }
  }
}
