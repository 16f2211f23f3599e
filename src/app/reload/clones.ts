import type { ProductSettings, Settings } from '../../flow/settings/settings.ts';
import { plainAddress, redactCredentials } from '../../git/names/repository-url.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';
import { sharing } from '../repositories.ts';

/** What a process keeps of a product's repository, and cannot change while it works with it. */
interface Clone {
  /** The product whose clone it is. */
  of: string;
  /** Without a login. */
  address: string;
  submodules: boolean;
  lfs: boolean;
}

function cloneOf(settings: Settings, product: ProductSettings): Clone {
  const { submodules = true, lfs = true } = product.git ?? {};
  const address = plainAddress(product.repository);
  return { of: sharing(settings, product)[0].name, address, submodules, lfs };
}

const RESTART = 'restart Slipway to take it, or put back what it was';

/**
 * The clones that this process keeps. One that a command works in can be neither moved nor made of something else: only a
 * start can, before anything uses it.
 */
export class Clones {
  /** Of every product that this process ever had: its directory may be in use for a while after it left. */
  readonly #known = new Map<string, Clone>();

  constructor(settings: Settings) {
    this.keep(settings);
  }

  /** What of a configuration needs a restart; empty: nothing does. */
  restartFor(settings: Settings): ConfigurationError[] {
    return settings.products.flatMap((product) => {
      const was = this.#known.get(product.name);
      return was === undefined ? [] : differences(product.name, was, cloneOf(settings, product));
    });
  }

  /** Remembers what this configuration uses, for which nothing needs a restart. */
  keep(settings: Settings): void {
    for (const product of settings.products) this.#known.set(product.name, cloneOf(settings, product));
  }
}

function differences(name: string, was: Clone, is: Clone): ConfigurationError[] {
  const path = `products.${name}`;
  const where = (of: string) => (of === name ? 'its own' : `that of ${of}`);
  if (was.address !== is.address) {
    const what = `it was ${redactCredentials(was.address)} when Slipway started, and cannot change while it runs`;
    return [{ path: `${path}.repository`, what, todo: RESTART }];
  }
  if (was.of !== is.of) {
    const what = `its clone would be ${where(is.of)} instead of ${where(was.of)}, by the order of products and their logins, which cannot change while Slipway runs`;
    return [{ path, what, todo: RESTART }];
  }
  return (['submodules', 'lfs'] as const)
    .filter((key) => was[key] !== is[key])
    .map((key) => ({
      path: `${path}.git.${key}`,
      what: `it was ${was[key]} when Slipway started, and cannot change while it runs`,
      todo: RESTART,
    }));
}
