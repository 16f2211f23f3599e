import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { Configurations } from '../../../src/flow/services/configurations.ts';
import { OldConfiguration } from '../../../src/flow/services/errors.ts';
import { KeyedMutex } from '../../../src/flow/services/keyed-mutex.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { start, sweep } from '../../../src/flow/upkeep/sweep.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

describe('with several processes', () => {
  let stage: Stage;
  let services: Services;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    services = stage.services;
  }, 60_000);
  afterEach(() => stage.close());

  /** Another process on the same store. */
  function other(change: Partial<ProductSettings>): Services {
    const [product] = services.settings.products;
    if (!product) throw new TypeError('the stage has a product');
    const settings = { products: [{ ...product, ...change }] };
    return {
      ...services,
      settings,
      configurations: new Configurations(),
      turns: new KeyedMutex(),
      worker: 'other',
    };
  }

  const tick = (by: Services) =>
    apply(by, 'environments', 'shop/integration', { id: by.newId(), actor: ROBOT, type: 'tick' });

  it('the newest recorded configuration wins, and a process with another decides nothing for that product', async () => {
    await start(services);
    await tick(services);
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await sweep(services);
    expect(services.configurations.old).toEqual(['shop']);
    await expect(tick(services)).rejects.toThrow(OldConfiguration);
    await tick(newer);
    await start(services);
    expect(services.configurations.old).toEqual([]);
    await tick(services);
    await sweep(newer);
    await expect(tick(newer)).rejects.toThrow(OldConfiguration);
  });

  it('no deploy begins by an old configuration, however recently the newer was recorded', async () => {
    await start(services);
    await makeRelease(services, 'a'.repeat(40));
    const newer = other({ branch: 'trunk' });
    await start(newer);
    expect(services.configurations.old).toEqual([]);
    const begin = (by: Services) => {
      const { worker } = by;
      const leaseUntil = by.now() + QUICK.leaseMs;
      const command = { type: 'begin', release: 1, step: 'deploy', worker, leaseUntil } as const;
      return apply(by, 'environments', 'shop/integration', { ...command, id: by.newId(), actor: ROBOT });
    };
    await expect(begin(services)).rejects.toThrow(OldConfiguration);
    await begin(newer);
  });

  it('a role without all secrets has the same configuration', async () => {
    await start(services);
    await start(other({ webhookSecret: null, secrets: ['hidden'] }));
    await sweep(services);
    expect(services.configurations.old).toEqual([]);
  });

  it('a role without the secrets of single steps has the same configuration', async () => {
    const [{ build, environments } = services.settings.products[0]!] = services.settings.products;
    const [lowest] = environments;
    const withEnv = (value: string): Partial<ProductSettings> => ({
      build: { ...build, env: { TOKEN: value } },
      environments: [
        {
          ...lowest,
          deploy: { ...lowest.deploy, env: { KEY: value } },
          verify: { run: 'true', timeoutMs: 1_000, env: { PROBE: value } },
        },
      ],
    });
    const worker = other(withEnv('secret'));
    await start(worker);
    await start(other(withEnv('')));
    await sweep(worker);
    expect(worker.configurations.old).toEqual([]);
    await start(other({ ...withEnv(''), build: { ...build, env: { OTHER: '' } } }));
    await sweep(worker);
    expect(worker.configurations.old).toEqual(['shop']);
  });

  it('work of an old configuration is not lost, as a process with the newest does it', async () => {
    await start(services);
    await makeRelease(services, 'a'.repeat(40));
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await sweep(services);
    const before = await services.store.load('environments', 'shop/integration');
    expect(before?.effects).not.toEqual([]);
    await expect(makeRelease(services, 'b'.repeat(40), 2)).rejects.toThrow(OldConfiguration);
    expect(await services.store.load('environments', 'shop/integration')).toEqual(before);
    await makeRelease(newer, 'b'.repeat(40), 2);
  });

  it('a removed environment is retired, and its waiting releases are cancelled with that reason', async () => {
    await start(services);
    await makeRelease(services, 'a'.repeat(40));
    const [environment] = services.settings.products[0]?.environments ?? [];
    if (!environment) throw new TypeError('the stage has an environment');
    const policy = { ...environment.policy, name: 'staging' };
    await start(other({ environments: [{ ...environment, policy }] }));
    const retired = await services.store.load('environments', 'shop/integration');
    expect(retired?.open).toEqual([]);
    expect(retired?.ended.map(({ release }) => release)).toMatchObject([
      { status: 'cancelled', end: { reason: 'integration was removed from the configuration' } },
    ]);
    expect(await services.store.load('environments', 'shop/staging')).toBeNull();
  });
});
