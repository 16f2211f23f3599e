import { WAITING_SHOWN } from '../chat/status.ts';
import type {
  CommitLine,
  CommitList,
  EnvironmentView,
  NoticeView,
  PushView,
  ReleaseView,
  StatusView,
} from '../chat/view.ts';
import type { Card } from '../domain/card.ts';
import { rollbackTarget } from '../domain/decide/rollback.ts';
import type { Acceptance, Environment } from '../domain/environment.ts';
import { newEnvironment } from '../domain/environment.ts';
import { needsOrder } from '../domain/gates.ts';
import { buildId, environmentId, releaseId } from '../domain/names.ts';
import { isWaiting, type Release } from '../domain/release.ts';
import { GitError } from '../git/git-error.ts';
import { acceptanceBelow } from './facts.ts';
import { type ChatParts, NotConfigured, type Parts } from './parts.ts';
import { attemptLog, buildLog } from './paths.ts';
import { findEnvironment, findProduct, type ProductSettings } from './settings.ts';
import { releaseOf, surroundings } from './surroundings.ts';

/** How many commits a card is given to choose from. */
const COMMITS_READ = 20;

/** Lines of a log that a thread reply shows. */
export const TAIL_LINES = 20;

/**
 * Everything the card of a release is drawn from, read fresh; null: there is no such release. `card`: its card, where the
 * caller has it.
 */
export async function releaseView(
  parts: ChatParts,
  id: string,
  number: number,
  card?: Card,
): Promise<ReleaseView | null> {
  const here = await environmentView(parts, id);
  const release = await releaseOf(parts, here.environment, number);
  if (!release) return null;
  const product = productOf(parts, here.environment.product);
  const { below, above } = here.policy;
  const aboveView = above ? await environmentView(parts, environmentId(product.name, above.name)) : null;
  const belowView = below ? await environmentView(parts, environmentId(product.name, below)) : null;
  const promoted = aboveView ? promotionOf(aboveView.environment, release.sha) : null;
  const links = [releaseId(id, number)];
  if (promoted && aboveView) links.push(releaseId(aboveView.environment.id, promoted.number));
  const runs = release.begun ? release.replaces : (here.environment.deployed?.sha ?? null);
  const build = await parts.store.load('builds', buildId(product.name, release.sha));
  const known = await knownAcceptances(parts, here.environment);
  return {
    ...(await surroundings(parts, product, [here], links, card ? { cards: [card] } : {})),
    here,
    release,
    build,
    push: build?.pushes.find((push) => push.card === release.card) ?? null,
    adds: runs === null ? null : await range(parts, product.name, runs, release.sha),
    removes: runs === null ? null : await range(parts, product.name, release.sha, runs),
    commit: await commitLine(parts, product.name, release.sha),
    below: belowView,
    order: await orderOf(parts, here, release),
    above: aboveView,
    aboveBehind: await behind(parts, product.name, aboveView?.environment.deployed?.sha, release.sha),
    promoted,
    newer: newerAcceptance(here.environment, release),
    rollbackTo: rollbackTarget(here.environment, known),
    hotfixes: hotfixesOf(here.environment, known),
    notAcceptedIn: release.kind === 'hotfix' ? await notAcceptedIn(parts, product, here, release.sha) : [],
    missingFrom: release.kind === 'hotfix' ? await missingFrom(parts, product, release.sha) : null,
    logTail: await logTail(parts, id, release),
  };
}

/** Everything the card of a push is drawn from while it leads to no release; null: nobody knows such a push. */
export async function pushView(
  parts: ChatParts,
  productName: string,
  head: number,
  sha: string,
): Promise<PushView | null> {
  const product = productOf(parts, productName);
  const build = await parts.store.load('builds', buildId(productName, sha));
  const push = build?.pushes.find((candidate) => candidate.head === head);
  if (!build || !push) return null;
  const lowest = await environmentView(
    parts,
    environmentId(productName, product.environments[0].policy.name),
  );
  const heads = (await parts.store.load('products', productName))?.heads ?? [];
  const newest = heads.at(-1);
  const before = heads.find((candidate) => candidate.number === head - 1)?.sha ?? null;
  const log = build.attempt ? buildLog(productName, sha, build.attempt.number) : null;
  return {
    ...(await surroundings(parts, product, [lowest], [])),
    push,
    build,
    newer: newest && newest.number > head ? newest.sha : null,
    lowest,
    commits: before === null ? null : await range(parts, productName, before, sha),
    commit: await commitLine(parts, productName, sha),
    logTail: log ? (await parts.logs.tail(log, TAIL_LINES)).lines : [],
  };
}

/** What a message about a whole environment or product is drawn from. */
export async function noticeView(
  parts: ChatParts,
  productName: string,
  { place, notice }: Extract<Card['subject'], { kind: 'notice' }>,
): Promise<NoticeView> {
  const product = productOf(parts, productName);
  const lowest = environmentId(productName, product.environments[0].policy.name);
  const here = await environmentView(parts, place === productName ? lowest : place);
  const waiting = here.environment.open.filter(isWaiting).map(({ number }) => number);
  const paused = notice.kind === 'paused' && notice.rollback !== null ? [notice.rollback] : [];
  const links = [...waiting, ...paused].map((number) => releaseId(here.environment.id, number));
  return { ...(await surroundings(parts, product, [here], links)), place, notice, here };
}

/** What opens `order` for a release that waits or can be retried; null: nothing does, or it is not asked for. */
async function orderOf(
  parts: Parts,
  { environment, policy }: EnvironmentView,
  release: Release,
): Promise<Acceptance | null> {
  const isOpen = environment.open.some(({ number }) => number === release.number);
  if (policy.below === null || !isOpen || !needsOrder(release, policy)) return null;
  return acceptanceBelow(parts, environmentId(policy.product, policy.below), release.sha);
}

/** The board of one product. */
export async function statusView(parts: ChatParts, productName: string): Promise<StatusView> {
  const product = productOf(parts, productName);
  const environments: StatusView['environments'] = [];
  let accepted: string | undefined;
  let below: Environment | null = null;
  for (const { policy } of product.environments) {
    const view = await environmentView(parts, environmentId(productName, policy.name));
    const runs = view.environment.deployed?.sha;
    environments.push({
      ...view,
      behind: policy.below === null ? null : await behind(parts, productName, runs, accepted),
      revokedBelow: runs ? await revocationOf(parts, below, runs) : null,
      orders: await ordersOf(parts, view),
    });
    below = view.environment;
    accepted = view.environment.accepted?.sha;
  }
  const cards = await parts.store.undeliverable(productName, 10);
  const stored = await parts.store.load('products', productName);
  const waiting = environments.flatMap(({ environment }) =>
    environment.open.map((release) => releaseId(environment.id, release.number)),
  );
  const revoking = environments.flatMap(({ policy, revokedBelow }) =>
    revokedBelow?.release && policy.below
      ? [releaseId(environmentId(productName, policy.below), revokedBelow.release)]
      : [],
  );
  return {
    ...(await surroundings(parts, product, environments, [...waiting, ...revoking])),
    product: productName,
    environments,
    undeliverable: cards.map(
      (card) => `The card ${card.id} could not be posted in ${product.channel}: ${card.undeliverable}.`,
    ),
    fetchError: stored?.fetchError ?? null,
  };
}

/** Of this commit there; null: it was not revoked, or never accepted. The document's word holds over the memory's. */
async function revocationOf(
  parts: Parts,
  environment: Environment | null,
  sha: string,
): Promise<Acceptance['revoked']> {
  if (environment === null) return null;
  const own = environment.acceptances.findLast(({ acceptance }) => acceptance.sha === sha)?.acceptance;
  return (own ?? (await parts.store.findAcceptance(environment.id, sha)))?.revoked ?? null;
}

/** By number of release: what opens `order` for those the board shows. */
async function ordersOf(parts: Parts, here: EnvironmentView): Promise<Record<number, Acceptance>> {
  const orders: Record<number, Acceptance> = {};
  for (const release of here.environment.open.filter(isWaiting).slice(0, WAITING_SHOWN)) {
    const order = await orderOf(parts, here, release);
    if (order) orders[release.number] = order;
  }
  return orders;
}

/** Throws `NotConfigured` for an environment that is not, or no longer, in the configuration. */
export async function environmentView(parts: Parts, id: string): Promise<EnvironmentView> {
  const configured = findEnvironment(parts.settings, id);
  if (!configured) throw new NotConfigured(id);
  const { policy } = configured.environment;
  const environment =
    (await parts.store.load('environments', id)) ?? newEnvironment(policy.product, policy.name);
  return { policy, environment };
}

function productOf(parts: Parts, name: string): ProductSettings {
  const product = findProduct(parts.settings, name);
  if (!product) throw new NotConfigured(name);
  return product;
}

/** What became of an offer: a promotion that ended before it was deployed leaves the offer open. */
function promotionOf(environment: Environment, sha: string): Release | null {
  const all = [...environment.ended.map((entry) => entry.release), ...environment.open];
  return (
    all
      .filter((release) => release.sha === sha && release.kind !== 'rollback')
      .filter((release) => release.begun || isWaiting(release))
      .toSorted((a, b) => b.number - a.number)[0] ?? null
  );
}

function newerAcceptance(environment: Environment, release: Release): Acceptance | null {
  const newest = environment.acceptances
    .map((entry) => entry.acceptance)
    .filter((acceptance) => !acceptance.revoked)
    .toSorted((a, b) => b.at - a.at)[0];
  return newest && newest.release > release.number ? newest : null;
}

/** Those deployed here, accepted or not yet. */
function hotfixesOf({ open, ended }: Environment, known: readonly Acceptance[]): Record<string, number> {
  const accepted = known.filter(({ kind }) => kind === 'hotfix');
  const releases = [...ended.map(({ release }) => release), ...open];
  const deployed = releases.filter(({ kind, deployedAt }) => kind === 'hotfix' && deployedAt !== null);
  return Object.fromEntries([
    ...accepted.map(({ sha, release }) => [sha, release]),
    ...deployed.map(({ sha, number }) => [sha, number]),
  ]);
}

async function notAcceptedIn(
  parts: Parts,
  product: ProductSettings,
  here: EnvironmentView,
  sha: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const { policy } of product.environments) {
    if (policy.name === here.policy.name) break;
    const { environment } = await environmentView(parts, environmentId(product.name, policy.name));
    const known = await parts.store.findAcceptance(environment.id, sha);
    const fresh = environment.acceptances.find(({ acceptance }) => acceptance.sha === sha)?.acceptance;
    const acceptance = fresh ?? known;
    if (!acceptance || acceptance.revoked) names.push(policy.name);
  }
  return names;
}

/** Name of the branch, where its head as last seen has not this commit; null: it has, or git cannot say. */
async function missingFrom(parts: Parts, product: ProductSettings, sha: string): Promise<string | null> {
  const head = (await parts.store.load('products', product.name))?.heads.at(-1);
  if (!head) return null;
  const relation = await askGit(parts, () => parts.mirror(product.name).relation(sha, head.sha));
  return relation === 'diverged' || relation === 'descendant' ? product.branch : null;
}

/** Everything accepted here, newest first; the document's word holds over the memory's. */
export async function knownAcceptances(parts: Parts, environment: Environment): Promise<Acceptance[]> {
  const fresh = environment.acceptances.map((entry) => entry.acceptance);
  const kept = await parts.store.acceptances(environment.id, COMMITS_READ);
  const older = kept.filter((acceptance) => !fresh.some(({ sha }) => sha === acceptance.sha));
  return [...fresh, ...older].toSorted((a, b) => b.at - a.at || b.revision - a.revision);
}

/** null: git cannot say. */
export async function commitLine(parts: Parts, product: string, sha: string): Promise<CommitLine | null> {
  return askGit(parts, () => parts.mirror(product).commit(sha));
}

/** The same with when it was committed. */
export async function commitWithTime(parts: Parts, product: string, sha: string) {
  return askGit(parts, () => parts.mirror(product).commit(sha));
}

/** Commits in `to` that are not in `from`. null: git cannot say. */
export async function range(
  parts: Parts,
  product: string,
  from: string,
  to: string,
  limit = COMMITS_READ,
): Promise<CommitList | null> {
  return askGit(parts, () => parts.mirror(product).commits(from, to, limit));
}

async function behind(
  parts: Parts,
  product: string,
  runs: string | undefined,
  newest: string | undefined,
): Promise<number | null> {
  if (runs === undefined || newest === undefined) return null;
  return (await range(parts, product, runs, newest, 0))?.count ?? null;
}

async function askGit<T>(parts: Parts, question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    parts.log.info({ err: error }, 'git could not answer; shown without');
    return null;
  }
}

async function logTail(parts: Parts, id: string, release: Release): Promise<string[]> {
  const last = release.attempts.at(-1);
  if (!last?.outcome || last.outcome.kind === 'succeeded') return [];
  return (await parts.logs.tail(attemptLog(id, last.number), TAIL_LINES)).lines;
}
