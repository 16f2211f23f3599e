import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../domain/documents/environment.ts';
import { askedAbout, overAt, unknownDeploy } from '../../domain/gates/current.ts';
import { environmentId } from '../../domain/ids.ts';
import { StoreError } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment, findProduct } from '../settings/settings.ts';
import { FRESH_MS, wasHeardSince } from './look.ts';

type Waiting = Pick<Services, 'clock' | 'log' | 'queue' | 'settings' | 'stopping' | 'store' | 'timing'>;

/** How often the document is read while an answer is awaited. */
const READ_MS = 100;

/**
 * Asks the environments of a product at once which commit really runs there, and waits a little while for their answers.
 * `only`: name of the only one; null: all.
 */
export async function askForStatus(services: Waiting, product: string, only: string | null): Promise<void> {
  const environments = findProduct(services.settings, product)?.environments ?? [];
  const names = environments
    .map(({ policy }) => policy.name)
    .filter((name) => only === null || name === only);
  const ids = names.map((name) => environmentId(product, name));
  await Promise.all(ids.map((id) => askNow(services, id, services.timing.currentStatusMs)));
}

/**
 * Asks an environment which commit really runs there before something is deployed over it. One that was silent the last time
 * is not waited for, nor one whose last deploy is not over, as nothing begins there yet.
 */
export async function askBeforeDeploy(services: Waiting, environment: Environment): Promise<void> {
  const { current, id } = environment;
  if (!current || current.silent) return;
  const unknown = unknownDeploy(environment);
  if (unknown !== null) {
    const at = overAt(unknown.attempt, services.timing.marginMs);
    if (at !== null && at > services.clock.leaseNow()) return;
  }
  await askNow(services, id, services.timing.currentBeforeMs);
}

/** Whatever goes wrong here delays nothing: the answer as it is known is used. */
async function askNow(services: Waiting, id: string, withinMs: number): Promise<void> {
  const { clock, log, queue, settings, stopping, store } = services;
  if (findEnvironment(settings, id)?.environment.current === undefined) return;
  const began = clock.leaseNow();
  const isOpen = async (): Promise<boolean> => {
    const environment = await store.load('environments', id);
    if (environment === null || !environment.current || askedAbout(environment) === null) return false;
    return !wasHeardSince(environment.current, began - FRESH_MS, clock.leaseNow());
  };
  try {
    if (!(await isOpen())) return;
    await queue.enqueue('current', { kind: 'environments', id });
    while (clock.leaseNow() - began < withinMs && !stopping.aborted) {
      await delay(READ_MS);
      if (!(await isOpen())) return;
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    log.warn({ err: error, environment: id }, 'an environment could not be asked what runs there');
  }
}
