import { defaultRoles } from '../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { AccessSettings } from '../../git/commands/access.ts';
import type { EngineSetting } from '../../runner/isolation/containers.ts';
import type { IsolationSetting } from '../../runner/isolation/isolation.ts';

/** One shell command of the configuration. */
export interface CommandSettings {
  run: string;
  timeoutMs: number;
  /** Beside the product's, for this step alone; secrets filled in. Absent: nothing. */
  env?: Record<string, string>;
  /** Of the container that it runs in. Absent: it runs on the machine. */
  image?: string;
}

export interface EnvironmentSettings {
  policy: EnvironmentPolicy;
  deploy: CommandSettings;
  /** null: the deploy's success is enough. */
  verify: CommandSettings | null;
}

/** How a repository is fetched. */
export interface GitSettings {
  access: AccessSettings;
  /** Whether those of a commit are fetched. */
  submodules: boolean;
  /** Whether files are fetched that a commit keeps in Git LFS. */
  lfs: boolean;
}

export interface ProductSettings {
  name: string;
  /** Its address, which may hold a login. */
  repository: string;
  /** Left out: as our user reaches it, with submodules and Git LFS. */
  git?: GitSettings;
  branch: string;
  /** How often it is looked whether the branch moved, though no webhook told so; null or left out: never. */
  pollMs?: number | null;
  /** Channel name, with `#`. */
  channel: string;
  /** null: no webhook is believed. */
  webhookSecret: string | null;
  /** For all of its commands, secrets filled in. */
  env: Record<string, string>;
  /** Values that are masked in everything its commands print. */
  secrets: string[];
  build: { run: string | null; test: string | null; timeoutMs: number } & Pick<
    CommandSettings,
    'env' | 'image'
  >;
  /** Lowest first, at least one. */
  environments: [EnvironmentSettings, ...EnvironmentSettings[]];
  /** `https://forge/commit/{sha}`; null: commits are not linked. */
  commitUrl: string | null;
  /** `https://forge/compare/{from}...{to}`; null: ranges are not linked. */
  compareUrl: string | null;
}

/** The checked configuration. */
export interface Settings {
  products: ProductSettings[];
  /** Absent: auto. */
  isolation?: IsolationSetting;
  /** What runs commands with an image. Absent: auto. */
  containers?: EngineSetting;
  /** Files that values were read from, and that no command is to see. Absent: none. */
  secretFiles?: string[];
}

/** Whether some command names an image, so that an engine is needed. */
export function needsEngine({ products }: Settings): boolean {
  const commands = products.flatMap(({ build, environments }) => [
    build,
    ...environments.flatMap(({ deploy, verify }) => [deploy, verify]),
  ]);
  return commands.some((command) => command?.image !== undefined);
}

export function findProduct(settings: Settings, name: string): ProductSettings | undefined {
  return settings.products.find((product) => product.name === name);
}

/**
 * By environment id (`storefront/prod`). One that a product does not have any more is retired: its history is kept, what runs
 * comes to its end, nothing new goes there. undefined: of a product that is not in the configuration.
 */
export function findEnvironment(
  settings: Settings,
  id: string,
): { product: ProductSettings; environment: EnvironmentSettings } | undefined {
  for (const product of settings.products) {
    if (!id.startsWith(`${product.name}/`)) continue;
    const name = id.slice(product.name.length + 1);
    const known = product.environments.find(({ policy }) => policy.name === name);
    return { product, environment: known ?? retired(product.name, name) };
  }
  return undefined;
}

function retired(product: string, name: string): EnvironmentSettings {
  const policy: EnvironmentPolicy = {
    product,
    name,
    mode: 'approval',
    below: null,
    above: null,
    approvals: { rules: [], self: false, authors: true, validForMs: 0 },
    acceptFrom: null,
    roles: defaultRoles([]),
    soakMs: 0,
    freeze: [],
    startApproved: false,
    retired: true,
    verify: false,
    idempotent: false,
    url: null,
  };
  // Nothing begins there any more; a deploy that must not be run is one that fails.
  return { policy, deploy: { run: 'false', timeoutMs: 1 }, verify: null };
}
