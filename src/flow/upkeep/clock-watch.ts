import { setTimeout as delay } from 'node:timers/promises';
import { environmentId } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { duration } from '../../domain/time/duration.ts';
import { apply } from '../commands/apply.ts';
import { retryUntilStored } from '../commands/retry-until-stored.ts';
import { requestFetch } from '../pipeline/fetch/fetch-branch.ts';
import { WRONG_MS } from '../services/clock.ts';
import type { Services } from '../services/services.ts';

const TROUBLE = 'clock';

/**
 * Compares this process's clock with the server's and reports a wrong one. After the clock was set, decides again what
 * depends on it.
 */
export async function watchClock(services: Services): Promise<void> {
  const { clock, troubles } = services;
  await clock.check(services.store);
  if (clock.aheadMs !== null) services.metrics.clock(clock.aheadMs / 1_000);
  const { wrong } = clock;
  if (wrong === null) troubles.clear(TROUBLE);
  else {
    const todo =
      'set the clock of this machine and keep it right with NTP; until then this process decides nothing';
    troubles.set(TROUBLE, { says: wrong, todo });
  }
  const by = clock.wasSet();
  if (by === null || wrong !== null) return;
  const which = by > 0 ? 'ahead' : 'back';
  services.log.warn({ byMs: Math.round(by) }, `the clock was set ${which} by ${duration(Math.abs(by))}`);
  await decideAgain(services);
}

/** Called at a start: waits while the clock is wrong, or until the process has to stop. */
export async function untilClockIsRight(services: Services): Promise<void> {
  while (!services.stopping.aborted) {
    await retryUntilStored(services, () => watchClock(services));
    if (services.clock.wrong === null) return;
    await delay(services.timing.sweepMs, null, { signal: services.stopping }).catch(() => undefined);
  }
}

/** Decides again what the previous clock may have got wrong: the ends of freezes, soaks and waits. */
async function decideAgain(services: Services): Promise<void> {
  for (const product of services.settings.products) {
    for (const { policy } of product.environments) {
      const id = environmentId(product.name, policy.name);
      const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
      const { aggregate } = await apply(services, 'environments', id, tick);
      sayIfAhead(services, id, aggregate.time);
    }
    await requestFetch(services, product.name);
  }
}

/**
 * Logs when a document's time is ahead of this clock. Which one is wrong is unknown; the process's clock decides, and the
 * document's time only orders its events.
 */
export function sayIfAhead({ clock, log }: Pick<Services, 'clock' | 'log'>, id: string, time: number): void {
  const aheadMs = time - clock.now();
  if (aheadMs <= WRONG_MS) return;
  const by = duration(aheadMs);
  log.warn({ id, aheadMs }, `a document holds a time ${by} ahead of this clock; decisions follow this clock`);
}
