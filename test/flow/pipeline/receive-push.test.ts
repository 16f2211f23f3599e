import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { type Push, receivePush } from '../../../src/flow/pipeline/receive-push.ts';
import { Clock } from '../../../src/flow/services/clock.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { NO_METRICS } from '../../../src/ports/metrics.ts';
import { type Store, StoreError } from '../../../src/ports/store.ts';
import { embedded } from '../../support/services/services.ts';
import { QUICK } from '../../support/timing.ts';

const SHA = 'a'.repeat(40);

describe('a received push', () => {
  let backends: Awaited<ReturnType<typeof embedded>>;

  beforeAll(async () => {
    backends = await embedded();
  }, 60_000);
  afterAll(() => backends.close());

  /** The services that a received push needs, on this store. */
  function servicesOn(store: Store): Services {
    const few: Partial<Services> = {
      timing: QUICK,
      store,
      queue: backends.queue,
      settings: { products: ['quick', 'cut-addDelivery', 'cut-save'].map(product) },
      now: Date.now,
      clock: new Clock({ now: Date.now }),
      newId: randomUUID,
      log: pino({ level: 'silent' }),
      metrics: NO_METRICS,
    };
    return few as Services;
  }

  const product = (name: string) => ({ name, environments: [] as unknown }) as ProductSettings;

  function pushOf(product: string): Push {
    const ref = { kind: 'branch', name: 'main' } as const;
    return { delivery: 'github:1', product, ref, deleted: false, after: SHA, pushedBy: null, forced: null };
  }

  /** The store, which does one thing first whenever `method` is called. */
  function preceded(method: 'addDelivery' | 'save', what: () => Promise<void>): Store {
    return new Proxy(backends.store, {
      get(store, name) {
        const own: unknown = Reflect.get(store, name);
        if (typeof own !== 'function') return own;
        return async (...args: unknown[]) => {
          if (name === method) await what();
          return (await own.apply(store, args)) as unknown;
        };
      },
    });
  }

  /** Looks at the branch, and tells every delivery that waits its end. */
  async function look(product: string): Promise<void> {
    const own = servicesOn(backends.store);
    const stored = await own.store.load('products', product);
    if (!stored) return;
    const fetched = { type: 'fetched', sha: SHA, branch: 'main', asked: stored.asked } as const;
    await apply(own, 'products', product, { id: own.newId(), actor: ROBOT, ...fetched });
    await dispatchEffects(own, { kind: 'products', id: product }).catch((error: unknown) => {
      // What it owes to others needs more services than these.
      if (!(error instanceof TypeError)) throw error;
    });
  }

  const outcomeOf = async (product: string) =>
    (await backends.store.findDelivery(`github:1:${product}`))?.outcome;

  test('gets its outcome, even if the fetch ends before the answer is sent', async () => {
    const looked = preceded('addDelivery', () => look('quick'));
    await receivePush(servicesOn(looked), pushOf('quick'), 'main');
    await look('quick');
    expect(await outcomeOf('quick')).toContain(SHA);
  });

  test.each(['addDelivery', 'save'] as const)(
    'that broke off before %s is received when it comes again',
    async (method) => {
      const broken = preceded(method, async () => {
        throw new StoreError('cut off');
      });
      const product = `cut-${method}`;
      await expect(receivePush(servicesOn(broken), pushOf(product), 'main')).rejects.toThrow(StoreError);
      await receivePush(servicesOn(backends.store), pushOf(product), 'main');
      expect((await backends.store.load('products', product))?.asked).toBe(1);
      await look(product);
      expect(await outcomeOf(product)).toContain(SHA);
      expect(await receivePush(servicesOn(backends.store), pushOf(product), 'main')).toEqual({
        kind: 'seenBefore',
      });
      expect((await backends.store.load('products', product))?.asked).toBe(1);
    },
  );

  test.each<[what: string, change: Partial<Push>, reason: string, fetches: number]>([
    [
      'of another branch',
      { ref: { kind: 'branch', name: 'other' } },
      'push to other; this product follows main',
      0,
    ],
    [
      'of a tag named like the branch',
      { ref: { kind: 'tag', name: 'main' } },
      'push of the tag main; this product follows the branch main',
      0,
    ],
    [
      'that deletes a tag named like the branch',
      { ref: { kind: 'tag', name: 'main' }, deleted: true },
      'push of the tag main; this product follows the branch main',
      0,
    ],
    [
      'that deletes the branch',
      { deleted: true, after: null },
      'the branch main was deleted; nothing to build',
      1,
    ],
  ])('%s is ignored', async (what, change, reason, fetches) => {
    const services = servicesOn(backends.store);
    const own = `ignored-${what.replaceAll(' ', '-')}`;
    const push = { ...pushOf(own), ...change };
    const settings = { products: [product(own)] };
    expect(await receivePush({ ...services, settings }, push, 'main')).toEqual({ kind: 'ignored', reason });
    expect((await backends.store.load('products', own))?.asked ?? 0).toBe(fetches);
    expect(await receivePush({ ...services, settings }, push, 'main')).toEqual({ kind: 'seenBefore' });
    expect((await backends.store.load('products', own))?.asked ?? 0).toBe(fetches);
  });
});
