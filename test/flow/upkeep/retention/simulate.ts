import { isKept } from '../../../../src/domain/documents/build.ts';
import type { Acceptance, Environment } from '../../../../src/domain/documents/environment.ts';
import { newEnvironment } from '../../../../src/domain/documents/environment.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import type { Services } from '../../../../src/flow/services/services.ts';
import { cleanArtifacts } from '../../../../src/flow/upkeep/retention/artifacts.ts';
import { openStage } from '../../support.ts';
import { haveBuilt, runOf } from './world.ts';

const BUILDS_A_DAY = 20;
/** What stands for 200 MB on disk is one byte. */
const MB = 200;
const DAY = 24 * 3_600_000;

const commit = (n: number) => (n + 1).toString(16).padStart(40, '0');

/**
 * Twenty builds a day, each of which runs in integration; one a day is accepted in prod. After each build the real cleaner runs on
 * the real store and disk. Only what is decided elsewhere is put there without asking for it: that a build succeeded, and that a
 * commit was accepted.
 */
export async function simulate(days: number): Promise<void> {
  const stage = await openStage({ deploy: 'true' });
  const { services } = stage;
  const [integration] = services.settings.products[0]!.environments;
  services.settings.products[0]!.environments = [
    integration,
    {
      ...integration,
      policy: { ...integration.policy, name: 'prod', mode: 'approval', below: 'integration' },
    },
  ];
  try {
    const here = new Place(services, 'integration');
    const above = new Place(services, 'prod');
    const sizes: number[] = [];
    for (let n = 0; n < days * BUILDS_A_DAY; n += 1) {
      const at = 1_700_000_000_000 + (n * DAY) / BUILDS_A_DAY;
      await haveBuilt(services, commit(n), at);
      await here.accepts(n, at);
      if (n % BUILDS_A_DAY === 10) await above.accepts(n, at);
      await cleanArtifacts(services, 'shop');
      if (n % BUILDS_A_DAY !== BUILDS_A_DAY - 1) continue;
      for (const needed of [
        ...here.newest(2),
        ...above.newest(10),
        ...Array.from({ length: 20 }, (_, back) => n - back),
      ]) {
        const build = await services.store.load('builds', `shop@${commit(needed)}`);
        expect(build && isKept(build)).toBe(true);
        expect(await services.artifacts.state(runOf(commit(needed)))).toBe('whole');
      }
      const stored = await services.artifacts.list('shop');
      sizes.push(stored.reduce((sum, { bytes }) => sum + bytes, 0) * MB);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(31 * MB);
    const settled = sizes.slice(12);
    if (settled.length > 0) expect(new Set(settled).size).toBe(1);
  } finally {
    await stage.close();
  }
}

/** An environment in which commits come to run and are accepted. */
class Place {
  readonly #services: Services;
  readonly #accepted: number[] = [];
  #environment: Environment;

  constructor(services: Services, name: string) {
    this.#services = services;
    this.#environment = newEnvironment('shop', name);
  }

  newest(count: number): number[] {
    return this.#accepted.slice(-count);
  }

  async accepts(n: number, at: number): Promise<void> {
    this.#accepted.push(n);
    const reference = { sha: commit(n), ref: null, release: n + 1, at, by: ROBOT };
    const { id, revision } = this.#environment;
    this.#environment = {
      ...this.#environment,
      revision: revision + 1,
      time: at,
      deployed: reference,
      accepted: reference,
      desired: { sha: commit(n), release: n + 1 },
    };
    const acceptance: Acceptance = {
      environment: id,
      sha: commit(n),
      ref: null,
      release: n + 1,
      kind: 'promotion',
      at,
      by: ROBOT,
      card: `${id}#${n + 1}`,
      revoked: null,
      revision: revision + 1,
    };
    await this.#services.store.save('environments', this.#environment);
    await this.#services.store.putAcceptances([acceptance]);
  }
}
