import type { Parts } from '../services/services.ts';
import { glance } from './fetch-branch.ts';

/**
 * Looks at every branch whose time has come, one product after the other, so that no forge is asked by many at once. Of several
 * processes one does: the document says who came first.
 */
export async function poll(parts: Parts): Promise<void> {
  for (const settings of parts.settings.products) {
    if (parts.stopping.aborted || parts.clock.wrong !== null) return;
    const product = await parts.store.load('products', settings.name);
    if (product?.pollAt == null || product.pollAt > parts.clock.dueNow()) continue;
    if (product.fetchError && product.fetchError.notBefore > parts.now()) continue;
    await parts.configurations.lookAt(parts, settings);
    if (parts.configurations.old.includes(settings.name)) continue;
    try {
      await glance(parts, settings, product);
    } catch (error) {
      parts.log.warn({ err: error, product: settings.name }, 'could not poll; the next one comes');
    }
  }
}
