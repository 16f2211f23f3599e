import { createHash } from 'node:crypto';
import { ROBOT } from '../../domain/people/people.ts';
import { pastDamage } from '../services/damaged.ts';
import type { Parts } from '../services/services.ts';
import type { ProductSettings } from '../services/settings.ts';
import { apply } from './apply.ts';

/** Another process has recorded a newer configuration: this one decides nothing until it is started with it. */
export class OldConfiguration extends Error {
  constructor(product: string) {
    super(`another process decides for ${product} by a newer configuration; start this one again with it`);
    this.name = 'OldConfiguration';
  }
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

  /** At a start: what this process holds is the newest from now on. True: it was another until now. */
  async record(parts: Parts, product: ProductSettings): Promise<boolean> {
    const fingerprint = fingerprintOf(product);
    const known = await parts.store.load('products', product.name);
    const configured = { id: parts.newId(), actor: ROBOT, type: 'configured', fingerprint } as const;
    await apply(parts, 'products', product.name, configured, known);
    this.#old.delete(product.name);
    const before = known?.configuration;
    return before != null && before.fingerprint !== fingerprint;
  }

  /** Looks whether somebody recorded another one since. */
  async look(parts: Parts): Promise<void> {
    for (const product of parts.settings.products) await pastDamage(parts, () => this.lookAt(parts, product));
  }

  /** The same for one product: before a deploy begins, as a look every few seconds may come too late for that. */
  async lookAt({ store }: Pick<Parts, 'store'>, product: ProductSettings): Promise<void> {
    const recorded = (await store.load('products', product.name))?.configuration;
    const isOld = recorded != null && recorded.fingerprint !== fingerprintOf(product);
    if (isOld) this.#old.add(product.name);
    else this.#old.delete(product.name);
  }
}

/** Of all that decides; secrets are left out, as not every role has them. */
function fingerprintOf(product: ProductSettings): string {
  const { env, webhookSecret: _webhookSecret, secrets: _secrets, git: _git, ...rest } = product;
  const written = JSON.stringify({ ...rest, env: Object.keys(env).sort() });
  return createHash('sha256').update(written).digest('hex').slice(0, 16);
}
