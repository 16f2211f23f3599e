import type { EnvironmentPolicy } from '../domain/policy.ts';

/** One shell command of the configuration. */
export interface CommandSettings {
  run: string;
  timeoutMs: number;
}

export interface EnvironmentSettings {
  policy: EnvironmentPolicy;
  deploy: CommandSettings;
  /** null: the deploy's success is enough. */
  verify: CommandSettings | null;
}

export interface ProductSettings {
  name: string;
  repository: string;
  branch: string;
  /** Channel name, with `#`. */
  channel: string;
  /** null: no webhook is believed. */
  webhookSecret: string | null;
  /** For its commands, secrets filled in. */
  env: Record<string, string>;
  /** Values that are masked in everything its commands print. */
  secrets: string[];
  build: { run: string | null; test: string | null; timeoutMs: number };
  /** Lowest first, at least one. */
  environments: [EnvironmentSettings, ...EnvironmentSettings[]];
  /** `https://forge/commit/{sha}`; null: commits are not linked. */
  commitUrl: string | null;
}

/** The checked configuration. */
export interface Settings {
  products: ProductSettings[];
}

export function findProduct(settings: Settings, name: string): ProductSettings | undefined {
  return settings.products.find((product) => product.name === name);
}

/** By environment id (`storefront/prod`); undefined: not, or no longer, in the configuration. */
export function findEnvironment(
  settings: Settings,
  id: string,
): { product: ProductSettings; environment: EnvironmentSettings } | undefined {
  for (const product of settings.products) {
    for (const environment of product.environments) {
      if (`${product.name}/${environment.policy.name}` === id) return { product, environment };
    }
  }
  return undefined;
}
