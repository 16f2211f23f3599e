import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { AT_A_TIME } from '../../src/app/configuration/environment.ts';
import { work } from '../../src/app/work.ts';
import { Clock } from '../../src/flow/services/clock.ts';
import { Configurations } from '../../src/flow/services/configurations.ts';
import { KeyedMutex } from '../../src/flow/services/keyed-mutex.ts';
import type { Services } from '../../src/flow/services/services.ts';
import { Troubles } from '../../src/flow/services/troubles.ts';
import { NO_METRICS } from '../../src/ports/metrics.ts';
import { type Store, StoreError } from '../../src/ports/store.ts';
import { embedded } from '../support/services/services.ts';
import { QUICK } from '../support/timing.ts';

describe('a start', () => {
  let services: Awaited<ReturnType<typeof embedded>>;

  const begun: { stop(): void }[] = [];

  beforeAll(async () => {
    services = await embedded();
  }, 60_000);
  afterEach(() => {
    for (const working of begun.splice(0)) working.stop();
  });
  afterAll(() => services.close());

  function worker(store: Store, stopping = new AbortController().signal) {
    const answered: string[] = [];
    const parts: Partial<Services> = {
      timing: QUICK,
      store,
      queue: { ...services.queue, answer: (lane) => answered.push(lane) },
      settings: { products: [] },
      dataDirectory: services.directory,
      configurations: new Configurations(),
      turns: new KeyedMutex(),
      now: Date.now,
      clock: new Clock({ now: Date.now }),
      troubles: new Troubles(Date.now, pino({ level: 'silent' })),
      metrics: NO_METRICS,
      newId: randomUUID,
      stopping,
      ending: stopping,
      log: pino({ level: 'silent' }),
    };
    const working = work(
      { role: 'worker', services: parts as Services },
      { alone: true, atATime: AT_A_TIME },
    );
    begun.push(working);
    return { working, answered };
  }

  /** Answers only from the call of `due` on that has this number. */
  function storeThatAnswersFrom(call: number): Store {
    let calls = 0;
    return new Proxy(services.store, {
      get(store, name) {
        const own: unknown = Reflect.get(store, name);
        if (typeof own !== 'function') return own;
        return async (...args: unknown[]) => {
          if (name === 'due') {
            calls += 1;
            if (calls < call) throw new StoreError('away');
          }
          return (await own.apply(store, args)) as unknown;
        };
      },
    });
  }

  test('waits for a store that becomes unavailable in the middle', async () => {
    const { working, answered } = worker(storeThatAnswersFrom(3));
    await working.begin();
    expect(answered).toEqual(expect.arrayContaining(['deploy', 'follow']));
  });

  test('handles no wake-up when stopped before its end', async () => {
    const stop = new AbortController();
    const { working, answered } = worker(services.store, stop.signal);
    const beginning = working.begin();
    stop.abort();
    await beginning;
    expect(answered).toEqual([]);
  });
});
