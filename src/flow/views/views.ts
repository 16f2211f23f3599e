import { TAIL_LINES } from '../../chat/blocks/blocks.ts';
import type { EnvironmentView, LogTail, PushView, ReleaseView } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import { type Acceptance, type Environment, newEnvironment } from '../../domain/documents/environment.ts';
import { type Head, newestWanted } from '../../domain/documents/product.ts';
import { lastStep } from '../../domain/documents/values/build/run.ts';
import { isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { mayBePreparedAgain } from '../../domain/eligibility/environment.ts';
import { knownAcceptances } from '../../domain/gates/acceptances.ts';
import { buildId, type EnvironmentId, environmentId, releaseId } from '../../domain/ids.ts';
import { acceptanceIn, acceptancesKept, orderOf } from '../commands/acceptances.ts';
import { NotConfigured } from '../services/errors.ts';
import { attemptLog, buildLog } from '../services/paths.ts';
import type { Services, ViewServices } from '../services/services.ts';
import {
  type Followed,
  findEnvironment,
  findProduct,
  followedWords,
  type ProductSettings,
} from '../settings/settings.ts';
import { behind, commitLine, range, relation } from './git.ts';
import { releaseOf, renderContext } from './render-context.ts';

/**
 * Everything that the card of a release is drawn from, freshly read; null: there is no such release. `card`: its card, if
 * the caller has it.
 */
export async function releaseView(
  services: ViewServices,
  id: EnvironmentId,
  number: number,
  card?: Card,
): Promise<ReleaseView | null> {
  const here = await environmentView(services, id);
  const release = await releaseOf(services, here.environment, number);
  return release && viewOfRelease(services, here, release, card);
}

/** The same for a release of this environment as it is, or as it would be. */
export async function viewOfRelease(
  services: ViewServices,
  here: EnvironmentView,
  release: Release,
  card?: Card,
): Promise<ReleaseView> {
  const { id } = here.environment;
  const { number } = release;
  const product = productOf(services, here.environment.product);
  const { below, above } = here.policy;
  const aboveView = above ? await environmentView(services, environmentId(product.name, above.name)) : null;
  const belowView = below ? await environmentView(services, environmentId(product.name, below)) : null;
  const promoted = aboveView ? promotionOf(aboveView.environment, release.sha) : null;
  const links = [releaseId(id, number)];
  if (promoted && aboveView) links.push(releaseId(aboveView.environment.id, promoted.number));
  const runs = release.begun ? release.replaces : (here.environment.deployed?.sha ?? null);
  const build = await services.store.load('builds', buildId(product.name, release.sha));
  const kept = await acceptancesKept(services, id, release.kind === 'rollback' ? release.sha : null);
  return {
    ...(await renderContext(services, product, [here], links, card ? { cards: [card] } : {})),
    here,
    release,
    build,
    push: build?.pushes.find((push) => push.card === release.card) ?? null,
    adds: runs === null ? null : await range(services, product.name, runs, release.sha),
    removes: runs === null ? null : await range(services, product.name, release.sha, runs),
    commit: await commitLine(services, product.name, release.sha),
    below: belowView,
    order: await orderOf(services, here, release),
    isBehind: await isBehind(services, product, here.environment, release),
    above: aboveView,
    aboveBehind: await behind(services, product.name, aboveView?.environment.deployed?.sha, release.sha),
    promoted,
    newer: newerAcceptance(here.environment, release),
    acceptances: kept,
    hotfixes: hotfixesOf(here.environment, knownAcceptances(here.environment, kept)),
    notAcceptedIn: release.kind === 'hotfix' ? await notAcceptedIn(services, product, here, release.sha) : [],
    missingFrom: release.kind === 'hotfix' ? await missingFrom(services, product, release.sha) : null,
    logTail: await logTail(services, id, release),
  };
}

/** Everything that the card of a push is drawn from while there is no release; null: the push is unknown. */
export async function pushView(
  services: ViewServices,
  productName: string,
  head: number,
  sha: string,
): Promise<PushView | null> {
  const product = productOf(services, productName);
  const build = await services.store.load('builds', buildId(productName, sha));
  const push = build?.pushes.find((candidate) => candidate.head === head);
  if (!build || !push) return null;
  const lowest = await environmentView(
    services,
    environmentId(productName, product.environments[0].policy.name),
  );
  const heads = (await services.store.load('products', productName))?.heads ?? [];
  const newest = newestWanted({ heads });
  const before = newestWanted({ heads: heads.filter(({ number }) => number < head) })?.sha ?? null;
  const { attempt } = build;
  const log = attempt && !build.checks ? buildLog(productName, sha, attempt.number, lastStep(attempt)) : null;
  return {
    ...(await renderContext(services, product, [lowest], [])),
    push,
    build,
    newer: newest && newest.number > head ? newest.sha : null,
    lowest,
    commits: before === null ? null : await range(services, productName, before, sha),
    commit: await commitLine(services, productName, sha),
    logTail: log ? await services.logs.tail(log, TAIL_LINES) : NO_LOG,
  };
}

/** Throws `NotConfigured` if the environment's product is not in the configuration; a removed environment is retired. */
export async function environmentView(
  services: Pick<Services, 'settings' | 'store'>,
  id: EnvironmentId,
): Promise<EnvironmentView> {
  const configured = findEnvironment(services.settings, id);
  if (!configured) throw new NotConfigured(id);
  const { policy } = configured.environment;
  const environment =
    (await services.store.load('environments', id)) ?? newEnvironment(policy.product, policy.name);
  return { policy, environment };
}

/** Throws `NotConfigured` for a product that is not in the configuration. */
export function productOf(services: Pick<Services, 'settings'>, name: string): ProductSettings {
  const product = findProduct(services.settings, name);
  if (!product) throw new NotConfigured(name);
  return product;
}

/**
 * The newest release of this commit in the environment above, other than a rollback; null: none. One that ended before
 * its deploy began does not count, so the offer to promote stays open.
 */
export function promotionOf(environment: Environment, sha: string): Release | null {
  const all = [...environment.ended.map((entry) => entry.release), ...environment.open];
  return (
    all
      .filter((release) => release.sha === sha && release.kind !== 'rollback')
      .filter((release) => release.begun || isWaiting(release))
      .toSorted((a, b) => b.number - a.number)[0] ?? null
  );
}

/** The newest acceptance here that was not revoked, if it is of a later release; null: it is not, or there is none. */
export function newerAcceptance(environment: Environment, release: Release): Acceptance | null {
  const newest = environment.acceptances
    .map((entry) => entry.acceptance)
    .filter((acceptance) => !acceptance.revoked)
    .toSorted((a, b) => b.at - a.at)[0];
  return newest && newest.release > release.number ? newest : null;
}

/** Hotfixes deployed here, accepted or not: SHA to number of the release. */
function hotfixesOf({ open, ended }: Environment, known: readonly Acceptance[]): Record<string, number> {
  const accepted = known.filter(({ kind }) => kind === 'hotfix');
  const releases = [...ended.map(({ release }) => release), ...open];
  const deployed = releases.filter(({ kind, deployedAt }) => kind === 'hotfix' && deployedAt !== null);
  return Object.fromEntries([
    ...accepted.map(({ sha, release }) => [sha, release]),
    ...deployed.map(({ sha, number }) => [sha, number]),
  ]);
}

/** Asks git only for the card of a release that may be prepared again. */
async function isBehind(
  services: Pick<Services, 'mirror' | 'log'>,
  product: ProductSettings,
  { deployed }: Environment,
  release: Release,
): Promise<boolean> {
  if (!deployed || !mayBePreparedAgain(release)) return false;
  return (await relation(services, product.name, release.sha, deployed.sha)) === 'ancestor';
}

/** Names of the environments below where the commit is not accepted. */
async function notAcceptedIn(
  services: Pick<Services, 'settings' | 'store'>,
  product: ProductSettings,
  here: EnvironmentView,
  sha: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const { policy } of product.environments) {
    if (policy.name === here.policy.name) break;
    const { environment } = await environmentView(services, environmentId(product.name, policy.name));
    const acceptance = await acceptanceIn(services, environment, sha);
    if (!acceptance || acceptance.revoked) names.push(policy.name);
  }
  return names;
}

/** Name of the branch or tag of the last known head, if that does not contain this commit; null: it does, or git could not answer. */
async function missingFrom(
  services: Pick<Services, 'store' | 'mirror' | 'log'>,
  product: ProductSettings,
  sha: string,
): Promise<string | null> {
  const head = (await services.store.load('products', product.name))?.heads.at(-1);
  if (!head) return null;
  const stands = await relation(services, product.name, sha, head.sha);
  return stands === 'diverged' || stands === 'descendant' ? nameOf(product.branch, head) : null;
}

function nameOf(followed: Followed, { tag }: Head): string {
  return tag?.name ?? followedWords(followed);
}

const NO_LOG: LogTail = { lines: [], before: 0 };

async function logTail(services: Pick<Services, 'logs'>, id: string, release: Release): Promise<LogTail> {
  const last = release.attempts.at(-1);
  if (!last?.outcome || last.outcome.kind === 'succeeded') return NO_LOG;
  return services.logs.tail(attemptLog(id, last.number), TAIL_LINES);
}
