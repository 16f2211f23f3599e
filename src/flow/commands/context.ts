import type { BuildContext } from '../../domain/decide/build/draft.ts';
import type { CardContext } from '../../domain/decide/card/decide.ts';
import type { Context } from '../../domain/decide/environment/draft/context.ts';
import type { ProductContext } from '../../domain/decide/product/context.ts';
import type { Build } from '../../domain/documents/build.ts';
import type {
  BuildCommand,
  Command,
  EnvironmentCommand,
  ProductCommand,
} from '../../domain/documents/commands.ts';
import { type Environment, findRelease } from '../../domain/documents/environment.ts';
import type { Product } from '../../domain/documents/product.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { buildId, environmentId, releaseId } from '../../domain/ids.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment, findProduct } from '../services/settings.ts';
import { acceptanceBelow, acceptancesKept } from './acceptances.ts';
import { mayLockAll, peopleContext } from './people-context.ts';
import { relations } from './relations.ts';

/** Commands decided from how commits relate to each other; they fail when the repository cannot be read. */
const ASKS_GIT: ReadonlySet<EnvironmentCommand['type']> = new Set([
  'prepare',
  'hotfix',
  'adopt',
  'begin',
  'report',
]);

/** Commands that make a release, which starts with the known state of its build; later changes are reported to it. */
const ASKS_BUILD: ReadonlySet<EnvironmentCommand['type']> = new Set([
  'prepare',
  'hotfix',
  'adopt',
  'makeRelease',
  'rollback',
  'resume',
  'redeploy',
]);

/** Commands decided from what is accepted in the environment below. */
const ASKS_BELOW: ReadonlySet<EnvironmentCommand['type']> = new Set([
  'prepare',
  'redeploy',
  'deploy',
  'retry',
  'begin',
]);

/** Commands that may revoke an acceptance or search for one. */
const ASKS_ACCEPTANCES: ReadonlySet<EnvironmentCommand['type']> = new Set([
  'rollback',
  'fail',
  'report',
  'retry',
  'resume',
  'adopt',
  'redeploy',
]);

/**
 * Reads what `decide` needs from other documents, from git and from the guards, after the environment itself was read
 * (RULES 22). Throws whatever keeps a fact from being read, except for a report: what has happened is recorded first
 * (RULES 19).
 */
export async function environmentContext(
  services: Services,
  environment: Environment,
  command: EnvironmentCommand,
): Promise<Context> {
  const configured = findEnvironment(services.settings, environment.id);
  if (!configured) throw new NotConfigured(environment.id);
  if (command.type === 'begin') await services.configurations.refreshProduct(services, configured.product);
  services.configurations.mustBeNewest(environment.product);
  mustBeRight(services, command);
  const { policy } = configured.environment;
  const release = 'release' in command ? findRelease(environment, command.release) : undefined;
  const past =
    'release' in command && !release ? await pastRelease(services, environment, command.release) : null;
  const sha = shaOf(environment, command, release ?? past);
  return {
    policy,
    built:
      sha === null || !ASKS_BUILD.has(command.type)
        ? 'pending'
        : await builtState(services, environment.product, sha),
    order:
      sha === null || policy.below === null || !ASKS_BELOW.has(command.type)
        ? null
        : await acceptanceBelow(services, environmentId(environment.product, policy.below), sha),
    relations:
      ASKS_GIT.has(command.type) || environment.relationsOwed
        ? await relations(services, environment, command, sha)
        : [],
    acceptances: ASKS_ACCEPTANCES.has(command.type)
      ? await acceptancesKept(services, environment.id, sha)
      : [],
    past,
    ...(await peopleContext(services, environment, policy, command, { sha, release: release ?? past })),
    guardGone: command.type === 'begin' && services.guardIsGone(environment.id),
    marginMs: services.timing.marginMs,
    now: services.clock.now(),
    leaseNow: services.clock.leaseNow(),
  };
}

/** The context of a build. Throws `NotConfigured`, `OldConfiguration` and `ClockWrong`. */
export function buildContext(services: Services, build: Build, command: BuildCommand): BuildContext {
  const product = findProduct(services.settings, build.product);
  if (!product) throw new NotConfigured(build.product);
  services.configurations.mustBeNewest(build.product);
  mustBeRight(services, command);
  const { policy } = product.environments[0];
  return {
    now: services.clock.now(),
    leaseNow: services.clock.leaseNow(),
    lowest: { id: environmentId(product.name, policy.name), mode: policy.mode },
    guardGone: services.guardIsGone(build.id),
    marginMs: services.timing.marginMs,
  };
}

/**
 * The context of a product. Asks Slack only for a command to lock all environments. Throws `ClockWrong` and as
 * `mayLockAll`.
 */
export async function productContext(
  services: Services,
  { id }: Product,
  command: ProductCommand,
): Promise<ProductContext> {
  mustBeRight(services, command);
  const configured = findProduct(services.settings, id);
  const environments = configured?.environments ?? [];
  return {
    now: services.clock.now(),
    fetchBackoffMs: services.timing.fetchBackoffMs,
    awaitedBackoffMs: services.timing.awaitedBackoffMs,
    awaitedMs: services.timing.awaitedMs,
    pollMs: configured?.pollMs ?? null,
    environments: environments.map(({ policy }) => environmentId(id, policy.name)),
    mayLock: await mayLockAll(
      services,
      environments.map(({ policy }) => policy),
      command,
    ),
  };
}

/**
 * A process whose clock is wrong decides nothing (RULES 35). Reports of what has happened are accepted all the same,
 * timed by the server: lease renewals, outcomes and pushes.
 */
const TAKEN_BY_ANY_CLOCK: ReadonlySet<Command['type']> = new Set([
  'renew',
  'report',
  'renewBuild',
  'reportBuild',
  'carried',
  'look',
]);

function mustBeRight({ clock }: Services, { type }: Command): void {
  if (!TAKEN_BY_ANY_CLOCK.has(type)) clock.mustBeRight();
}

/** The context of a card: its claims are leases, and its waits do not depend on the time of day. */
export function cardContext({ clock, timing }: Pick<Services, 'clock' | 'timing'>): CardContext {
  return { now: clock.leaseNow(), progressMs: timing.cardProgressMs, doubtMs: timing.cardDoubtMs };
}

async function pastRelease(
  services: Pick<Services, 'store'>,
  environment: Environment,
  number: number,
): Promise<Release | null> {
  return (await services.store.findRelease(releaseId(environment.id, number)))?.release ?? null;
}

/** The commit that the command is about; null: none. */
function shaOf(
  environment: Environment,
  command: EnvironmentCommand,
  release: Release | null,
): string | null {
  switch (command.type) {
    case 'prepare':
    case 'hotfix':
    case 'adopt':
    case 'makeRelease':
    case 'buildEnded':
    case 'revokedBelow':
      return command.sha;
    case 'rollback':
      // The commit that it leaves is revoked, and its acceptance may have left the document.
      return command.to?.sha ?? environment.desired?.sha ?? null;
    case 'redeploy':
      // A commit that does not run there is refused before anything else about it is needed.
      return environment.deployed?.sha ?? null;
    case 'resume':
      return environment.paused?.newest?.sha ?? null;
    case 'report': {
      const running = environment.open.find((candidate) =>
        candidate.attempts.some((attempt) => attempt.number === command.attempt),
      );
      return running?.leaves?.sha ?? running?.sha ?? null;
    }
    default:
      return release?.sha ?? null;
  }
}

async function builtState(
  services: Pick<Services, 'store'>,
  product: string,
  sha: string,
): Promise<Context['built']> {
  const status = (await services.store.load('builds', buildId(product, sha)))?.status;
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'errored' ? 'failed' : 'pending';
}
