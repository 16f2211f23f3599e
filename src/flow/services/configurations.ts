import { createHash } from 'node:crypto';
import { plainAddress } from '../../git/names/repository-url.ts';
import type { Store } from '../../ports/store.ts';
import type { CurrentSettings } from '../settings/current.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { isRemote, type StepSettings } from '../settings/steps.ts';
import { type Noting, skipDamaged } from './damaged.ts';
import { OldConfiguration } from './errors.ts';

/** Where the recorded configuration is read. */
interface Reading {
  store: Pick<Store, 'load'>;
}

const OLD = {
  says: 'this process has another slipway.yml than the one that was taken last, so it decides nothing here',
  todo: 'give all processes the same file: each reads a changed one by itself',
};

/**
 * Knows for which products this process may decide: those for which no other process has recorded a newer configuration.
 * Several processes with the same configuration may all decide.
 */
export class Configurations {
  readonly #old = new Set<string>();
  readonly #unrecorded = new Set<string>();

  /** Products for which another process has recorded a newer configuration than this process has. */
  get old(): readonly string[] {
    return [...this.#old].sort();
  }

  /** Throws `OldConfiguration` if another process has recorded a newer configuration. */
  mustBeNewest(product: string): void {
    if (this.#old.has(product)) throw new OldConfiguration(product);
  }

  /**
   * This process has read another configuration of these products, and is about to record it as the newest. Until then it
   * decides by that one alone, whatever is recorded.
   */
  willRecord(products: Iterable<string>): void {
    for (const product of products) {
      this.#unrecorded.add(product);
      this.#old.delete(product);
    }
  }

  /** True: `willRecord` was said of the product, and it is not recorded yet. */
  isUnrecorded(product: string): boolean {
    return this.#unrecorded.has(product);
  }

  /** This process's configuration was recorded as the newest: the process may decide from now on. */
  markNewest(product: string): void {
    this.#old.delete(product);
    this.#unrecorded.delete(product);
  }

  /** Checks all products for a configuration that another process recorded since, and reports it as a trouble. */
  async refresh(at: Reading & Noting): Promise<void> {
    for (const product of at.settings.products) {
      await skipDamaged(at, () => this.refreshProduct(at, product));
      const key = `configuration ${product.name}`;
      if (this.#old.has(product.name)) at.troubles.set(key, { where: product.name, ...OLD });
      else at.troubles.clear(key);
    }
  }

  /** These products left the configuration: nothing is known of them any more. */
  forget(products: Iterable<string>): void {
    for (const product of products) {
      this.#old.delete(product);
      this.#unrecorded.delete(product);
    }
  }

  /** Checks one product. Called before a deploy begins, because the regular check may come too late for it. */
  async refreshProduct({ store }: Reading, product: ProductSettings): Promise<void> {
    const recorded = (await store.load('products', product.name))?.configuration;
    if (this.#unrecorded.has(product.name)) return;
    const isOld = recorded != null && recorded.fingerprint !== fingerprintOf(product);
    if (isOld) this.#old.add(product.name);
    else this.#old.delete(product.name);
  }
}

/**
 * Identifies a configuration by everything that it says, also what is only shown. Secrets and the values of variables are
 * left out, because not every role has them.
 */
export function fingerprintOf(product: ProductSettings): string {
  const { env, webhookSecret: _webhookSecret, secrets: _secrets, git: _git, records, ...rest } = product;
  const environments = rest.environments.map((environment) => ({
    ...environment,
    deploy: withoutSecrets(environment.deploy),
    verify: environment.verify && withoutSecrets(environment.verify),
    current: environment.current && currentByNames(environment.current),
  }));
  const build = byNames(rest.build);
  const kept = records && {
    ...records,
    repository: plainAddress(records.repository),
    access: undefined,
  };
  const written = JSON.stringify({
    ...rest,
    ...(kept && { records: kept }),
    build,
    environments,
    env: Object.keys(env).sort(),
  });
  return createHash('sha256').update(written).digest('hex').slice(0, 16);
}

/** What is secret about a system, and how it is reached, as with the product's own repository. */
const LEFT_OUT = ['token', 'secret', 'access'];

function withoutSecrets(step: StepSettings): object {
  if (!isRemote(step)) return byNames(step);
  const said = Object.entries(step.remote).filter(([field]) => !LEFT_OUT.includes(field));
  const { remote } = step;
  const address = remote.system === 'git' ? { repository: plainAddress(remote.repository) } : {};
  return { ...step, remote: { ...Object.fromEntries(said), ...address } };
}

/** How an environment is asked, with the names of variables and headers instead of their values. */
function currentByNames({ ask }: CurrentSettings): object {
  if ('command' in ask) return byNames(ask.command);
  const { headers, ...address } = ask.address;
  return { ...address, headers: Object.keys(headers).sort() };
}

/** The step with the names of its variables instead of their values. */
function byNames<T extends { env?: Record<string, string> }>(step: T): object {
  return step.env === undefined ? step : { ...step, env: Object.keys(step.env).sort() };
}
