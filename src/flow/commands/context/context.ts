import type { BuildContext } from '../../../domain/decide/build/draft.ts';
import type { Context } from '../../../domain/decide/environment/draft/context.ts';
import type { ProductContext } from '../../../domain/decide/product/context.ts';
import type { Build } from '../../../domain/documents/build.ts';
import type { BuildCommand } from '../../../domain/documents/commands/build.ts';
import type { Command } from '../../../domain/documents/commands/commands.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { ProductCommand } from '../../../domain/documents/commands/product.ts';
import { type Environment, findRelease } from '../../../domain/documents/environment.ts';
import type { Product } from '../../../domain/documents/product.ts';
import type { Release } from '../../../domain/documents/values/release.ts';
import { buildId, environmentId, releaseId } from '../../../domain/ids.ts';
import { readersOf } from '../../direct-messages/readers.ts';
import { NotConfigured } from '../../services/errors.ts';
import type { Services } from '../../services/services.ts';
import { currentWaits, remoteWaits } from '../../services/timing.ts';
import {
  type EnvironmentSettings,
  findEnvironment,
  mustKnow,
  needsTree,
  type ProductSettings,
  reportsOf,
} from '../../settings/settings.ts';
import { acceptanceBelow, acceptancesKept } from '../acceptances.ts';
import { irreversibleContext } from './irreversible.ts';
import { NEEDS, shaOf } from './needs.ts';
import { mayLockAll, needsApprovers, peopleContext } from './people-context.ts';
import { relations } from './relations.ts';

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
  if (command.type === 'begin' || command.actor.kind === 'person')
    await services.configurations.refreshProduct(services, configured.product);
  if (command.type !== 'renew') services.configurations.mustBeNewest(environment.product);
  mustBeRight(services, command);
  const { policy } = configured.environment;
  const release = 'release' in command ? findRelease(environment, command.release) : undefined;
  const past =
    'release' in command && !release ? await pastRelease(services, environment, command.release) : null;
  const sha = shaOf(environment, command, release ?? past);
  const needs = NEEDS[command.type];
  const about = { sha, release: release ?? past };
  const acceptances = needs.includes('acceptances')
    ? await acceptancesKept(services, environment.id, sha)
    : [];
  const irreversible = await irreversibleContext(services, configured, environment, command, acceptances);
  const people = await peopleContext(services, environment, policy, command, about);
  return {
    policy,
    built: sha === null || !needs.includes('build') ? 'pending' : await builtState(services, configured, sha),
    order:
      sha === null || policy.below === null || !needs.includes('below')
        ? null
        : await acceptanceBelow(services, environmentId(environment.product, policy.below), sha),
    relations:
      needs.includes('git') || environment.relationsOwed
        ? await relations(services, environment, command, sha)
        : [],
    acceptances,
    ...(irreversible === undefined ? {} : { irreversible }),
    past,
    ...people,
    ...(needsApprovers(command.type, policy)
      ? { readers: await readersOf(services, policy, people.groups) }
      : {}),
    reports: reportsOf(services.settings, configured.product).length > 0,
    records: configured.product.records !== undefined,
    guardGone:
      (command.type === 'begin' || command.type === 'sawCurrent') && services.guardIsGone(environment.id),
    marginMs: services.timing.marginMs,
    remoteWaits: remoteWaits(services.timing),
    currentWaits: currentWaits(services.timing),
    now: services.clock.now(),
    leaseNow: services.clock.leaseNow(),
  };
}

/** The context of a build. Throws `NotConfigured`, `OldConfiguration` and `ClockWrong`. */
export function buildContext(services: Services, build: Build, command: BuildCommand): BuildContext {
  const product = mustKnow(services.settings, build.product);
  if (command.type !== 'renewBuild') services.configurations.mustBeNewest(build.product);
  mustBeRight(services, command);
  const { policy } = product.environments[0];
  return {
    now: services.clock.now(),
    leaseNow: services.clock.leaseNow(),
    lowest: { id: environmentId(product.name, policy.name), mode: policy.mode },
    guardGone: services.guardIsGone(build.id),
    ...checksContext(services, product),
    marginMs: services.timing.marginMs,
  };
}

function checksContext(
  { timing }: Pick<Services, 'timing'>,
  { build, forge }: ProductSettings,
): Pick<BuildContext, 'checks'> {
  if (build.checks === undefined) return {};
  return {
    checks: {
      ...build.checks,
      asked: forge !== undefined,
      pollMs: timing.checksPollMs,
      followMs: timing.checksFollowMs,
      followPollMs: timing.checksFollowPollMs,
      spacingMs: timing.checksSpacingMs,
      backoffMs: timing.checksBackoffMs,
    },
  };
}

/**
 * The context of a product. Asks Slack only for a command to lock all environments. Throws `NotConfigured`,
 * `OldConfiguration` for a command of a person, `ClockWrong` and as `mayLockAll`.
 */
export async function productContext(
  services: Services,
  { id }: Product,
  command: ProductCommand,
): Promise<ProductContext> {
  const product = mustKnow(services.settings, id);
  const { environments, pollMs, paths = [] } = product;
  if (command.actor.kind === 'person') {
    await services.configurations.refreshProduct(services, product);
    services.configurations.mustBeNewest(id);
  }
  mustBeRight(services, command);
  return {
    now: services.clock.now(),
    fetchBackoffMs: services.timing.fetchBackoffMs,
    awaitedBackoffMs: services.timing.awaitedBackoffMs,
    awaitedMs: services.timing.awaitedMs,
    pollMs: pollMs ?? null,
    burstMs: services.timing.burstMs,
    paths,
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
  'sawRemote',
  'askedToEnd',
  'ringRemote',
  'sawCurrent',
  'renewBuild',
  'reportBuild',
  'carried',
  'look',
  'ringChecks',
  'reportCheck',
]);

function mustBeRight({ clock }: Services, { type }: Command): void {
  if (!TAKEN_BY_ANY_CLOCK.has(type)) clock.mustBeRight();
}

async function pastRelease(
  services: Pick<Services, 'store'>,
  environment: Environment,
  number: number,
): Promise<Release | null> {
  return (await services.store.findRelease(releaseId(environment.id, number)))?.release ?? null;
}

async function builtState(
  services: Pick<Services, 'store'>,
  { product, environment }: { product: ProductSettings; environment: EnvironmentSettings },
  sha: string,
): Promise<Context['built']> {
  const build = await services.store.load('builds', buildId(product.name, sha));
  if (build === null) return 'pending';
  if (build.discarded && needsTree(environment)) return 'discarded';
  if (build.status === 'succeeded') return 'succeeded';
  return build.status === 'failed' || build.status === 'errored' ? 'failed' : 'pending';
}
