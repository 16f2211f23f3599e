import { ClockWrong } from '../../services/clock.ts';
import { OldConfiguration } from '../../services/errors.ts';
import type { Services } from '../../services/services.ts';
import { cleanArtifacts } from './artifacts.ts';
import { cleanLogs } from './logs.ts';

/**
 * Removes what is kept no longer: called at a start and now and then. A failure is logged, and the next call tries again.
 */
export async function clean(services: Services): Promise<void> {
  // A process with a wrong clock does not know what is old.
  if (services.clock.wrong !== null) return;
  for (const { name } of services.settings.products) await cleanProduct(services, name);
  try {
    const count = await cleanLogs(services);
    if (count > 0) services.log.info({ count }, 'old logs were removed');
  } catch (error) {
    failed(services, error, 'old logs could not be removed yet');
  }
}

/** Removes artifacts of one product that nobody needs: also called after each of its builds, which makes room for it. */
export async function cleanProduct(services: Services, product: string): Promise<void> {
  try {
    const { count, bytes } = await cleanArtifacts(services, product);
    if (count > 0) services.log.info({ product, count, bytes }, 'artifacts of old builds were removed');
  } catch (error) {
    failed(services, error, 'artifacts of old builds could not be removed yet', product);
  }
}

function failed({ log, stopping }: Services, err: unknown, message: string, product?: string): void {
  // A store that is closed under it is no news, and a process that may not decide says so elsewhere.
  if (stopping.aborted || err instanceof OldConfiguration || err instanceof ClockWrong) return;
  log.warn({ err, ...(product === undefined ? {} : { product }) }, message);
}
