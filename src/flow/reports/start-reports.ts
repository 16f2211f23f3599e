import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import { type ProductSettings, reportsOf } from '../settings/settings.ts';

/**
 * Runs when a process has started: what the forge refused is tried again, and what a product no longer tells is dropped, as
 * nobody would do it.
 */
export async function startReports(
  services: Services,
  product: ProductSettings,
  environments: readonly string[],
): Promise<void> {
  const type = reportsOf(services.settings, product).length > 0 ? 'reportAgain' : 'reportNothing';
  for (const id of environments) {
    await skipDamaged(services, async () => {
      const reports = await services.store.load('reports', id);
      if (reports === null || reports.releases.length === 0) return;
      await apply(services, 'reports', id, { id: services.newId(), actor: ROBOT, type }, reports);
    });
  }
}
