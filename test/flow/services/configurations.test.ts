import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { Configurations } from '../../../src/flow/services/configurations.ts';
import { OldConfiguration } from '../../../src/flow/services/errors.ts';
import type { Parts } from '../../../src/flow/services/services.ts';
import type { ProductSettings } from '../../../src/flow/services/settings.ts';
import { Turns } from '../../../src/flow/services/turns.ts';
import { start, sweep } from '../../../src/flow/upkeep/sweep.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

describe('with several processes', () => {
  let stage: Stage;
  let parts: Parts;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    parts = stage.parts;
  }, 60_000);
  afterEach(() => stage.close());

  /** Another process on the same store. */
  function other(change: Partial<ProductSettings>): Parts {
    const [product] = parts.settings.products;
    if (!product) throw new TypeError('the stage has a product');
    const settings = { products: [{ ...product, ...change }] };
    return { ...parts, settings, configurations: new Configurations(), turns: new Turns(), worker: 'other' };
  }

  const tick = (by: Parts) =>
    apply(by, 'environments', 'shop/integration', { id: by.newId(), actor: ROBOT, type: 'tick' });

  it('the newest recorded configuration wins: who holds another decides nothing, and knows for which product', async () => {
    await start(parts);
    await tick(parts);
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await sweep(parts);
    expect(parts.configurations.old).toEqual(['shop']);
    await expect(tick(parts)).rejects.toThrow(OldConfiguration);
    await tick(newer);
    await start(parts);
    expect(parts.configurations.old).toEqual([]);
    await tick(parts);
    await sweep(newer);
    await expect(tick(newer)).rejects.toThrow(OldConfiguration);
  });

  it('no deploy begins by an old one, however lately the newer was recorded', async () => {
    await start(parts);
    await makeRelease(parts, 'a'.repeat(40));
    const newer = other({ branch: 'trunk' });
    await start(newer);
    expect(parts.configurations.old).toEqual([]);
    const begin = (by: Parts) => {
      const { worker } = by;
      const leaseUntil = by.now() + QUICK.leaseMs;
      const command = { type: 'begin', release: 1, step: 'deploy', worker, leaseUntil } as const;
      return apply(by, 'environments', 'shop/integration', { ...command, id: by.newId(), actor: ROBOT });
    };
    await expect(begin(parts)).rejects.toThrow(OldConfiguration);
    await begin(newer);
  });

  it('a role that has not all secrets holds the same configuration', async () => {
    await start(parts);
    await start(other({ webhookSecret: null, secrets: ['hidden'] }));
    await sweep(parts);
    expect(parts.configurations.old).toEqual([]);
  });

  it('nothing of an old one is lost: whoever holds the newest carries it out', async () => {
    await start(parts);
    await makeRelease(parts, 'a'.repeat(40));
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await sweep(parts);
    const before = await parts.store.load('environments', 'shop/integration');
    expect(before?.effects).not.toEqual([]);
    await expect(makeRelease(parts, 'b'.repeat(40), 2)).rejects.toThrow(OldConfiguration);
    expect(await parts.store.load('environments', 'shop/integration')).toEqual(before);
    await makeRelease(newer, 'b'.repeat(40), 2);
  });

  it('an environment that was removed is retired: what waits there is cancelled, with that reason', async () => {
    await start(parts);
    await makeRelease(parts, 'a'.repeat(40));
    const [environment] = parts.settings.products[0]?.environments ?? [];
    if (!environment) throw new TypeError('the stage has an environment');
    const policy = { ...environment.policy, name: 'staging' };
    await start(other({ environments: [{ ...environment, policy }] }));
    const retired = await parts.store.load('environments', 'shop/integration');
    expect(retired?.open).toEqual([]);
    expect(retired?.ended.map(({ release }) => release)).toMatchObject([
      { status: 'cancelled', end: { reason: 'integration was removed from the configuration' } },
    ]);
    expect(await parts.store.load('environments', 'shop/staging')).toBeNull();
  });
});
