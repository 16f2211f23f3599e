import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '../../domain/time/duration.ts';
import { StoreError } from '../../ports/store.ts';
import { OldConfiguration } from '../services/errors.ts';
import type { Services } from '../services/services.ts';

/**
 * Repeats `work` until the store accepts the write, or the process is ending; then throws the last error. Also waits while
 * another process has a newer configuration, which this one is about to read. For outcomes, which must not be lost and are
 * facts even when late (RULES 2), and for work at a start and a reload. `work` may run several times.
 */
export async function retryUntilStored<T>(
  services: Pick<Services, 'ending' | 'timing' | 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof StoreError || error instanceof OldConfiguration;
      if (!isPassing || services.ending.aborted) throw error;
      if (error instanceof StoreError)
        services.log.warn({ err: error, tries }, 'the store does not answer; trying again');
      else services.log.warn({ tries }, `${error.message}; trying again`);
      const wait = backoff(services.timing.storeBackoffMs, tries + 1);
      await delay(wait, null, { signal: services.ending }).catch(() => undefined);
    }
  }
}
