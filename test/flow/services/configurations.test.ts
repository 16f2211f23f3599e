import { policyFingerprint } from '../../../src/domain/approvals/policy.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { retryUntilStored } from '../../../src/flow/commands/retry-until-stored.ts';
import { Configurations } from '../../../src/flow/services/configurations.ts';
import { OldConfiguration } from '../../../src/flow/services/errors.ts';
import { KeyedMutex } from '../../../src/flow/services/keyed-mutex.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { goOn, start, sweep } from '../../../src/flow/upkeep/sweep.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
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

  const begin = (by: Services) => {
    const { worker } = by;
    const leaseUntil = by.now() + QUICK.leaseMs;
    const command = { type: 'begin', release: 1, step: 'deploy', worker, leaseUntil } as const;
    return apply(by, 'environments', 'shop/integration', { ...command, id: by.newId(), actor: ROBOT });
  };

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

  it('what runs goes on when a newer configuration is recorded, and its end is told when this process has it too', async () => {
    await start(services);
    await makeRelease(services, 'a'.repeat(40));
    const sha = 'a'.repeat(40);
    const built = { type: 'buildEnded', sha, succeeded: true, id: services.newId(), actor: ROBOT } as const;
    await apply(services, 'environments', 'shop/integration', built);
    expect((await begin(services)).answer).toMatchObject({ kind: 'accepted', attempt: 1 });
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await sweep(services);
    const command = { id: services.newId(), actor: ROBOT, attempt: 1 } as const;
    const leaseUntil = services.now() + 2 * QUICK.leaseMs;
    const renew = { ...command, type: 'renew', leaseUntil, lastLine: null } as const;
    const renewed = await apply(services, 'environments', 'shop/integration', renew);
    expect(renewed.answer).toMatchObject({ kind: 'accepted' });
    const report = { ...command, type: 'report', outcome: { kind: 'succeeded' }, log: 'log' } as const;
    const tries: unknown[] = [];
    const told = retryUntilStored(services, () => {
      tries.push(null);
      return apply(services, 'environments', 'shop/integration', report);
    });
    await until('it was tried', () => tries.length > 1);
    services.settings = newer.settings;
    await sweep(services);
    expect((await told).answer.kind).toBe('accepted');
  });

  it('a person is answered by the newest configuration, however recently it was recorded', async () => {
    await start(services);
    await start(other({ branch: 'trunk' }));
    const ada = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;
    const lock = { type: 'lock', reason: 'Mine', forMs: null, actor: ada } as const;
    const forOne = apply(services, 'environments', 'shop/integration', { ...lock, id: services.newId() });
    await expect(forOne).rejects.toThrow(OldConfiguration);
    const forAll = apply(services, 'products', 'shop', { ...lock, id: services.newId() });
    await expect(forAll).rejects.toThrow(OldConfiguration);
  });

  it('what is decided while another configuration is taken is decided again by that one', async () => {
    await start(services);
    const [{ environments } = services.settings.products[0]!] = services.settings.products;
    const [lowest] = environments;
    const by = (required: number): ProductSettings['environments'] => {
      const approvals = { ...lowest.policy.approvals, rules: [{ required, from: null }] };
      return [{ ...lowest, policy: { ...lowest.policy, mode: 'approval', approvals } }];
    };
    const before = other({ environments: by(1) });
    await start(before);
    const after = other({ environments: by(2) }).settings;
    // Taken between the look at the document and the decision.
    const { store } = before;
    let looks = 0;
    before.store = new Proxy(store, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name);
        if (name !== 'findRelease' && name !== 'load')
          return typeof own === 'function' ? own.bind(target) : own;
        return async (...args: [never, never]) => {
          const found: unknown = await (own as (...args: never[]) => Promise<unknown>).apply(target, args);
          looks += 1;
          if (looks === 2) {
            before.settings = after;
            before.configurations.willRecord(['shop']);
          }
          return found;
        };
      },
    });
    const actor = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;
    const prepare = {
      type: 'prepare',
      sha: 'a'.repeat(40),
      ref: null,
      note: null,
      actor,
      id: before.newId(),
    } as const;
    const { aggregate } = await apply(before, 'environments', 'shop/integration', prepare);
    const [release] = aggregate.open;
    expect(release?.policy).toBe(policyFingerprint(by(2)[0].policy.approvals));
  });

  it('a process that takes another configuration does not claim what is as before', async () => {
    await start(services);
    const newer = other({ branch: 'trunk' });
    await start(newer);
    await goOn(services);
    expect(services.configurations.old).toEqual(['shop']);
    expect(services.troubles.list('shop')).toMatchObject([
      { says: expect.stringContaining('another slipway.yml than the one that was taken last') },
    ]);
    // It has read another one itself.
    const [product] = services.settings.products;
    services.settings = { products: [{ ...product!, channel: '#other' }] };
    services.configurations.willRecord(['shop']);
    await goOn(services);
    expect(services.configurations.old).toEqual([]);
    expect(services.troubles.list('shop')).toEqual([]);
    await sweep(newer);
    expect(newer.configurations.old).toEqual(['shop']);
    // And the other takes the same.
    newer.settings = services.settings;
    await sweep(newer);
    expect(newer.configurations.old).toEqual([]);
  });

  it('who may do what by the configuration is told once in the channel, whichever process takes it first', async () => {
    await start(services);
    const [{ environments } = services.settings.products[0]!] = services.settings.products;
    const [lowest] = environments;
    const policy = { ...lowest.policy, acceptFrom: ['@testers'] };
    for (const _process of [1, 2]) await start(other({ environments: [{ ...lowest, policy }] }));
    const product = await services.store.load('products', 'shop');
    const told = product?.effects.filter(({ command }) => command.type === 'show');
    expect(told).toMatchObject([
      { command: { subject: { notice: { kind: 'rules', changes: [{ kind: 'people', may: 'accept' }] } } } },
    ]);
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
