import { createHash } from 'node:crypto';
import type { Store } from '../../ports/store.ts';
import { type Noting, skipDamaged } from './damaged.ts';
import { OldConfiguration } from './errors.ts';
import type { ProductSettings } from './settings.ts';

/** Where it is looked which configuration was recorded. */
interface Reading {
  store: Pick<Store, 'load'>;
}

/** Which products this process may decide for. Several processes with one configuration all may. */
export class Configurations {
  readonly #old = new Set<string>();

  /** Products for which another process has recorded a newer configuration than this one's. */
  get old(): readonly string[] {
    return [...this.#old].sort();
  }

  /** Throws `OldConfiguration`. */
  mustBeNewest(product: string): void {
    if (this.#old.has(product)) throw new OldConfiguration(product);
  }

  /** What this process holds was recorded as the newest: it decides from now on. */
  markNewest(product: string): void {
    this.#old.delete(product);
  }

  /** Looks whether somebody recorded another one since. */
  async look(at: Reading & Noting): Promise<void> {
    for (const product of at.settings.products) await skipDamaged(at, () => this.lookAt(at, product));
  }

  /** The same for one product: before a deploy begins, as a look every few seconds may come too late for that. */
  async lookAt({ store }: Reading, product: ProductSettings): Promise<void> {
    const recorded = (await store.load('products', product.name))?.configuration;
    const isOld = recorded != null && recorded.fingerprint !== fingerprintOf(product);
    if (isOld) this.#old.add(product.name);
    else this.#old.delete(product.name);
  }
}

/** Which configuration it is: made of all that decides. Secrets are left out, as not every role has them. */
export function fingerprintOf(product: ProductSettings): string {
  const { env, webhookSecret: _webhookSecret, secrets: _secrets, git: _git, ...rest } = product;
  const written = JSON.stringify({ ...rest, env: Object.keys(env).sort() });
  return createHash('sha256').update(written).digest('hex').slice(0, 16);
}
