import { whoMay } from '../../domain/approvals/who-may.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { fingerprintOf } from '../services/configurations.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { apply } from './apply.ts';

/**
 * Called at a start and a reload: this process's configuration becomes the newest one. Returns true if a different one was recorded
 * before.
 */
export async function recordConfiguration(services: Services, product: ProductSettings): Promise<boolean> {
  const fingerprint = fingerprintOf(product);
  const known = await services.store.load('products', product.name);
  const rules = product.environments.map(({ policy }) => whoMay(policy));
  const configured = { id: services.newId(), actor: ROBOT, type: 'configured', fingerprint, rules } as const;
  await apply(services, 'products', product.name, configured, known);
  services.configurations.markNewest(product.name);
  const before = known?.configuration;
  return before != null && before.fingerprint !== fingerprint;
}
