import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { Clock, ClockWrong } from '../../../src/flow/services/clock.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { untilClockIsRight, watchClock } from '../../../src/flow/upkeep/clock-watch.ts';
import { sweep } from '../../../src/flow/upkeep/sweep.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

const HOUR = 3_600_000;
const A = 'a'.repeat(40);

describe('rule 35: a process with a wrong clock', () => {
  let stage: Stage;
  /** How far the clock of this process is off. */
  let off = 0;
  let services: Services;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const { store } = stage.services;
    const served = new Proxy(store, {
      get: (real, name) => {
        if (name === 'clock') return async () => Date.now();
        const own: unknown = Reflect.get(real, name);
        return typeof own === 'function' ? own.bind(real) : own;
      },
    });
    const now = () => Date.now() + off;
    services = { ...stage.services, store: served, now, clock: new Clock({ now }) };
  }, 60_000);
  afterAll(() => stage.close());

  it('rule 35: decides nothing, says what is wrong, and continues when it is right', async () => {
    off = HOUR;
    await watchClock(services);
    expect(services.troubles.list()).toMatchObject([{ key: 'clock', where: null }]);
    await expect(makeRelease(services, A)).rejects.toBeInstanceOf(ClockWrong);
    await expect(
      apply(services, 'environments', 'shop/integration', { id: 't1', actor: ROBOT, type: 'tick' }),
    ).rejects.toBeInstanceOf(ClockWrong);
    expect(await services.store.load('environments', 'shop/integration')).toBeNull();
    off = 0;
    await watchClock(services);
    expect(services.troubles.list()).toEqual([]);
    await makeRelease(services, A);
    expect((await services.store.load('environments', 'shop/integration'))?.open).toHaveLength(1);
  });

  it('rule 35: accepts reports of what has happened, by the right time', async () => {
    off = -HOUR;
    await watchClock(services);
    const look = { id: 'l1', actor: ROBOT, type: 'look', delivery: null } as const;
    const { aggregate } = await apply(services, 'products', 'shop', look);
    expect(aggregate.asked).toBeGreaterThan(0);
    expect(Math.abs(aggregate.time - Date.now())).toBeLessThan(60_000);
    off = 0;
    await watchClock(services);
  });

  it('rule 35: wakes nothing, and a start waits for it', async () => {
    off = 2 * HOUR;
    await sweep(services);
    let begun = false;
    const beginning = untilClockIsRight(services).then(() => {
      begun = true;
    });
    await watchClock(services);
    expect(begun).toBe(false);
    off = 0;
    await beginning;
    expect(services.clock.wrong).toBeNull();
  });
});

describe('rule 35: a clock that was ahead once, without a server to compare', () => {
  it('rule 35: lets everything be decided again when it is corrected', async () => {
    const stage = await openStage({ deploy: 'true' });
    try {
      const { services } = stage;
      let ahead = 0;
      const now = () => Date.now() + ahead;
      const own = { ...services, now, clock: new Clock({ now }) };
      ahead = 48 * HOUR;
      await makeRelease(own, A);
      await watchClock(own);
      const before = await own.store.load('products', 'shop');
      ahead = 0;
      await watchClock(own);
      expect(own.troubles.list()).toEqual([]);
      const after = await own.store.load('products', 'shop');
      expect(after?.asked).toBeGreaterThan(before?.asked ?? 0);
      const { answer } = await apply(own, 'environments', 'shop/integration', {
        id: 'm2',
        actor: ROBOT,
        type: 'makeRelease',
        sha: 'b'.repeat(40),
        ref: 'main',
        head: 2,
        card: null,
      });
      expect(answer.kind).toBe('accepted');
    } finally {
      await stage.close();
    }
  }, 60_000);
});
