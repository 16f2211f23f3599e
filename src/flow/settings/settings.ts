import type { TicketLinks } from '../../chat/text/tickets.ts';
import type { PullLinks } from '../../chat/view-model.ts';
import { defaultRoles } from '../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { Step } from '../../domain/documents/values/release.ts';
import type { ReportUse } from '../../domain/documents/values/report.ts';
import { type EnvironmentId, isEnvironmentId, parseEnvironmentId } from '../../domain/ids.ts';
import type { AccessSettings } from '../../git/commands/access.ts';
import type { EngineSetting } from '../../runner/isolation/containers.ts';
import type { IsolationSetting } from '../../runner/isolation/isolation.ts';
import { NotConfigured } from '../services/errors.ts';
import type { CurrentSettings } from './current.ts';
import type { ForgeKind, ForgeSettings } from './forges.ts';
import type { RecordsSettings } from './records.ts';
import { type CommandSettings, isRemote, type StepSettings } from './steps.ts';

/** One environment of the configuration. */
export interface EnvironmentSettings {
  policy: EnvironmentPolicy;
  deploy: StepSettings;
  /** null: there is no verification, a successful deploy is enough. */
  verify: StepSettings | null;
  /** How it is asked which commit really runs there; absent: it is not. */
  current?: CurrentSettings;
}

/** How a step of an environment is carried out; null: it has no verification. */
export function stepOf({ deploy, verify }: EnvironmentSettings, step: Step): StepSettings | null {
  return step === 'deploy' ? deploy : verify;
}

/** True: a step runs a command here, in the tree that the build left. What other systems carry out needs nothing of it. */
export function needsTree({ deploy, verify }: EnvironmentSettings): boolean {
  return [deploy, verify].some((step) => step !== null && !isRemote(step));
}

/** How a repository is fetched. */
export interface GitSettings {
  access: AccessSettings;
  /** True: submodules of a commit are fetched. */
  submodules: boolean;
  /** True: files that a commit keeps in Git LFS are fetched. */
  lfs: boolean;
}

/** A branch, by its name; or all tags that a glob matches. */
export type Followed = string | { tags: string };

/** What a product follows, in words: "main", "tags v*". */
export function followedWords(followed: Followed): string {
  return typeof followed === 'string' ? followed : `tags ${followed.tags}`;
}

/** A build that is made elsewhere: these checks must pass on the commit, `withinMs` after the first look at it. */
export interface ChecksSettings {
  names: readonly [string, ...string[]];
  withinMs: number;
}

/** One product of the configuration. */
export interface ProductSettings {
  name: string;
  /** The repository's address, which may contain a login. */
  repository: string;
  /** Absent: with our user's own access, with submodules and Git LFS. */
  git?: GitSettings;
  /** Its forge, and what the forge calls it, such as `acme/storefront`. Absent: no forge is configured for it. */
  forge?: { name: string; kind: ForgeKind; project: string };
  branch: Followed;
  /** Globs of the files that a head must change to be built. Absent: any. */
  paths?: string[];
  /** Globs of the files whose changes a rollback cannot take back, such as migrations. Absent: none. */
  irreversible?: string[];
  /** How often the branch is checked without a webhook, in milliseconds; null or absent: never. */
  pollMs?: number | null;
  /** Channel name with `#`, or channel id. */
  channel: string;
  /** null: no webhook is accepted. */
  webhookSecret: string | null;
  /** Variables of all its commands, secrets filled in. */
  env: Record<string, string>;
  /** Values that are masked in all output of its commands. */
  secrets: string[];
  build: { run: string | null; test: string | null; timeoutMs: number } & Pick<
    CommandSettings,
    'env' | 'image'
  > & {
      /** The checks that make a commit count as built elsewhere. Absent: Slipway builds it. */
      checks?: ChecksSettings;
    };
  /** Lowest first, at least one. */
  environments: [EnvironmentSettings, ...EnvironmentSettings[]];
  /** Where the commits of its environments are recorded. Absent: nowhere. */
  records?: RecordsSettings;
  /** `https://forge/commit/{sha}`; null: commits are not linked. */
  commitUrl: string | null;
  /** `https://forge/compare/{from}...{to}`; null: ranges are not linked. */
  compareUrl: string | null;
  /** How its pull requests are written and linked; null or absent: they are not. */
  pullLinks?: PullLinks | null;
  /** How tickets that commits name are linked. Absent: they are not. */
  tickets?: TicketLinks;
}

/** How much is kept on disks and in the database. */
export interface KeepSettings {
  /** How long a log is kept after its last line, in milliseconds. */
  logsMs: number;
  /** How many builds of a product, the newest, keep what they made, whether it is needed or not. */
  artifacts: number;
  /** How many worktrees of a product a machine keeps while no command uses any. */
  trees: number;
}

/** What is kept unless the configuration says otherwise. */
export const KEEP: KeepSettings = { logsMs: 30 * 24 * 3_600_000, artifacts: 20, trees: 10 };

/** The validated configuration. */
export interface Settings {
  products: ProductSettings[];
  /** Absent: none. */
  forges?: ForgeSettings[];
  /** How much is kept. Absent: `KEEP`. */
  keep?: KeepSettings;
  /** Absent: 'auto'. */
  isolation?: IsolationSetting;
  /** The engine that runs commands with an image. Absent: 'auto'. */
  containers?: EngineSetting;
  /** Files from which values were read and which no command may see. Absent: none. */
  secretFiles?: string[];
}

/** What the product's forge is told about its releases. Without a login nobody may tell it anything. */
export function reportsOf(
  { forges = [] }: Pick<Settings, 'forges'>,
  { forge }: ProductSettings,
): ReportUse[] {
  const found = forges.find(({ name }) => name === forge?.name);
  return found === undefined || found.access.kind === 'none' ? [] : found.report;
}

/** True: a command names an image, so an engine is needed. */
export function needsEngine({ products }: Settings): boolean {
  const commands = products.flatMap(({ build, environments }) => [
    build,
    ...environments.flatMap(({ deploy, verify, current }) => [deploy, verify, commandOf(current)]),
  ]);
  return commands.some((command) => command !== null && 'image' in command && command.image !== undefined);
}

/** The command by which an environment is asked which commit really runs there; null: it is not asked by one. */
export function commandOf(current: CurrentSettings | undefined): CommandSettings | null {
  return current !== undefined && 'command' in current.ask ? current.ask.command : null;
}

export function findProduct(settings: Settings, name: string): ProductSettings | undefined {
  return settings.products.find((product) => product.name === name);
}

/**
 * Throws `NotConfigured` for a product that this process does not know. Other processes may know it, so a process leaves
 * its documents as they are.
 */
export function mustKnow(settings: Settings, name: string): ProductSettings {
  const product = findProduct(settings, name);
  if (!product) throw new NotConfigured(name);
  return product;
}

/**
 * Finds an environment by its id (`storefront/prod`). One that its product no longer has is retired: its history is kept,
 * what runs there finishes, and nothing new is deployed. undefined: not an id, or its product is not in the configuration.
 */
export function findEnvironment(
  settings: Settings,
  id: string,
): { id: EnvironmentId; product: ProductSettings; environment: EnvironmentSettings } | undefined {
  if (!isEnvironmentId(id)) return undefined;
  const { product: productName, environment: name } = parseEnvironmentId(id);
  const product = findProduct(settings, productName);
  if (!product) return undefined;
  const known = product.environments.find(({ policy }) => policy.name === name);
  return { id, product, environment: known ?? retired(product.name, name) };
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
  // Nothing begins there any more. If the command is run all the same, it must fail.
  return { policy, deploy: { run: 'false', timeoutMs: 1 }, verify: null };
}
