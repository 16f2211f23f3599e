import { boardMessage } from '../../../../chat/answers/board.ts';
import { confirmationMessage } from '../../../../chat/answers/confirmation.ts';
import { helpMessage, shortHelpMessage } from '../../../../chat/answers/help/help.ts';
import { commitHelpMessage, releaseHelpMessage } from '../../../../chat/answers/help/thread-help.ts';
import { historyMessage } from '../../../../chat/answers/history.ts';
import { problemMessage } from '../../../../chat/answers/problems/problem.ts';
import { type Kept, statusMessage } from '../../../../chat/answers/status.ts';
import { whereMessage } from '../../../../chat/answers/where.ts';
import { parseCommand } from '../../../../chat/command/parse.ts';
import type { HelpOf, Lookup, Where } from '../../../../chat/command/request.ts';
import { diffMessage, logMessage } from '../../../../chat/dialogs/diff-and-log.ts';
import { groupsIn } from '../../../../chat/eligibility/rights.ts';
import { refusalMessage } from '../../../../chat/refusals/refusals.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { environmentId, releaseId, shortSha } from '../../../../domain/ids.ts';
import { askForStatus } from '../../../../flow/current/wait.ts';
import { askerFor } from '../../../../flow/home/asker.ts';
import { findCommit, newestBelow } from '../../../../flow/requests/find-commit.ts';
import { requestRebuild } from '../../../../flow/requests/rebuild.ts';
import type { ChatServices, Services, ViewServices } from '../../../../flow/services/services.ts';
import { findProduct } from '../../../../flow/settings/settings.ts';
import { sizesOf } from '../../../../flow/upkeep/retention/sizes.ts';
import {
  buildLogs,
  diffView,
  helpView,
  historyView,
  type LogEnd,
  releaseLogs,
  releaseToShow,
} from '../../../../flow/views/lookup.ts';
import { emptyContext, releaseOf, renderContext } from '../../../../flow/views/render-context.ts';
import { statusView } from '../../../../flow/views/status.ts';
import { environmentView, productOf, releaseView } from '../../../../flow/views/views.ts';
import { whereView } from '../../../../flow/views/where.ts';
import { StoreError } from '../../../../ports/store.ts';
import { type Caller, productsOf, requesterOf } from '../caller.ts';
import type { Act } from '../errors.ts';

type Of<K extends Lookup['kind']> = Extract<Lookup, { kind: K }>;

/** Answers a lookup. Throws what reading throws. */
export async function answerLookup(
  services: ChatServices,
  caller: Caller,
  lookup: Lookup,
  act: Act,
): Promise<Message> {
  switch (lookup.kind) {
    case 'board':
      return board(services, caller);
    case 'help':
      return help(services, caller, lookup);
    case 'status':
      return status(services, caller, lookup);
    case 'diff':
      return diff(services, lookup);
    case 'history': {
      const id = environmentId(lookup.product, lookup.environment);
      return historyMessage(
        await historyView(services, productOf(services, lookup.product), id, lookup.from),
      );
    }
    case 'log':
      return log(services, lookup);
    case 'where':
    case 'rebuild':
      return ofCommit(services, caller, lookup, act);
    default:
      return lookup satisfies never;
  }
}

/**
 * Reads `history` and `log` of an environment that was removed from the configuration: both are kept, and can be
 * requested by its name. null: the text asks for something else.
 */
export async function ofRetired(
  services: Pick<Services, 'store'>,
  where: Where,
  text: string,
): Promise<Lookup | null> {
  const parsed = parseCommand(text, where);
  if (parsed.kind !== 'problem' || parsed.problem.kind !== 'noEnvironment') return null;
  const { product, typed } = parsed.problem;
  const products = where.products.map((known) =>
    known.name === product ? { ...known, environments: [...known.environments, typed] } : known,
  );
  const again = parseCommand(text, { ...where, products });
  if (again.kind !== 'history' && again.kind !== 'log') return null;
  return (await services.store.load('environments', environmentId(product, typed))) ? again : null;
}

async function help(services: ViewServices, caller: Caller, asked: Of<'help'>): Promise<Message> {
  const { product: name, all, of } = asked;
  if (of && name !== null) return helpIn(services, caller, name, of);
  const only = services.settings.products.length === 1 ? (services.settings.products[0] ?? null) : null;
  const product = name === null ? only : (findProduct(services.settings, name) ?? null);
  const { actor } = await requesterOf(services, caller);
  const view = await helpView(services, product, actor);
  return all ? helpMessage(view) : shortHelpMessage(view);
}

/** What a person may do in the thread of a release or commit. */
async function helpIn(services: ViewServices, caller: Caller, product: string, of: HelpOf): Promise<Message> {
  if ('sha' in of) return commitHelpMessage(product, of.sha, emptyContext(services));
  const { actor } = await requesterOf(services, caller);
  const id = environmentId(product, of.environment);
  const view = await releaseView(services, id, of.release);
  if (view) {
    const places = view.above ? [view.here, view.above] : [view.here];
    const links = [releaseId(id, of.release)];
    const context = await renderContext(services, productOf(services, product), places, links, {
      members: true,
    });
    const asker = await askerFor(services, actor, groupsIn(context), view.here, view.release);
    return releaseHelpMessage({ ...view, ...context }, asker);
  }
  const here = await environmentView(services, id);
  const missing = { rule: 'noRelease', release: of.release } as const;
  return refusalMessage(missing, { here, context: emptyContext(services) });
}

/** The products of the channel; in a channel of none, all. */
async function board(services: ViewServices, caller: Caller): Promise<Message> {
  const here = await productsOf(services, caller.channel);
  const shown = here.length > 0 ? here : services.settings.products.map(({ name }) => name);
  const views = await Promise.all(shown.map((name) => statusView(services, name)));
  return boardMessage(views, here.length > 0);
}

/** Environments of more products are not asked what runs there: the answer shows what they said last. */
const ASKED_MOST = 10;

async function status(services: ChatServices, caller: Caller, lookup: Of<'status'>): Promise<Message> {
  const { product, environment } = lookup;
  const here = await productsOf(services, caller.channel);
  const all = services.settings.products.map(({ name }) => name);
  const asked = product !== null ? [product] : here.length > 0 ? here : all;
  if (asked.length <= ASKED_MOST)
    await Promise.all(asked.map((name) => askForStatus(services, name, environment)));
  const views = await Promise.all(asked.map((name) => statusView(services, name)));
  return statusMessage(views, environment, environment === null ? await keptOf(services, asked) : null);
}

/** How much is kept of these products; null: the store does not say. */
async function keptOf(services: ChatServices, products: string[]): Promise<Kept | null> {
  try {
    const { artifacts, logs } = await sizesOf(services, products);
    const [builds, bytes] = [artifacts.map(({ count }) => count), artifacts.map((one) => one.bytes)].map(sum);
    return { builds: builds ?? 0, bytes: bytes ?? 0, logs };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    services.log.warn({ err: error }, 'how much is kept could not be measured');
    return null;
  }
}

function sum(all: number[]): number {
  return all.reduce((total, one) => total + one, 0);
}

async function diff(services: ChatServices, lookup: Of<'diff'>): Promise<Message> {
  const id = environmentId(lookup.product, lookup.environment);
  const found =
    lookup.commit === null
      ? await newestBelow(services, lookup.product, id)
      : await findCommit(services, lookup.product, lookup.commit, lookup);
  if (found.kind === 'problem') return problemMessage(found.problem, emptyContext(services));
  const { environment } = await environmentView(services, id);
  const release =
    lookup.release === undefined ? null : await releaseOf(services, environment, lookup.release);
  const runs = environment.deployed?.sha ?? null;
  return diffMessage(await diffView(services, id, found.sha, release?.begun ? release.replaces : runs));
}

async function log(
  services: Pick<Services, 'logs' | 'now' | 'settings' | 'store'>,
  lookup: Of<'log'>,
): Promise<Message> {
  const id = environmentId(lookup.product, lookup.environment);
  if (lookup.build !== undefined) {
    const { build } = lookup;
    return logs(
      services,
      await buildLogs(services, lookup.product, build),
      `the build of ${shortSha(build)}`,
    );
  }
  const { number, release } = await releaseToShow(services, id, lookup.release);
  if (number === 0) return nothingRan(`Nothing was released to ${id} yet`);
  if (!release) {
    const here = await environmentView(services, id);
    return refusalMessage({ rule: 'noRelease', release: number }, { here, context: emptyContext(services) });
  }
  return logs(services, await releaseLogs(services, id, release), releaseId(id, number));
}

function logs(services: Pick<Services, 'logs'>, ends: readonly LogEnd[], what: string): Message {
  if (ends.length === 0) return nothingRan(`Nothing has run yet for ${what}`);
  return logMessage(...ends.map((end) => ({ ...end, whole: services.logs.whole(end.name) })));
}

function nothingRan(title: string): Message {
  return logMessage({ title, lines: [], before: 0, whole: null });
}

async function ofCommit(
  services: ChatServices,
  caller: Caller,
  lookup: Of<'where' | 'rebuild'>,
  act: Act,
): Promise<Message> {
  const product = productOf(services, lookup.product);
  const found = await findCommit(services, product.name, lookup.commit, lookup);
  if (found.kind === 'problem') return problemMessage(found.problem, emptyContext(services));
  if (lookup.kind === 'where') return whereMessage(await whereView(services, product, found.sha));
  const asker = await requesterOf(services, caller);
  const outcome = await act(() => requestRebuild(services, asker, product.name, found.sha));
  const lowest = environmentId(product.name, product.environments[0].policy.name);
  const here = await environmentView(services, lowest);
  const about = { here, context: await renderContext(services, product, [here], []) };
  if (outcome.kind === 'refused') return refusalMessage(outcome.refusal, about);
  const { kind: _accepted, ...asked } = outcome;
  return confirmationMessage({ kind: 'buildAsked', sha: found.sha, ...asked }, about);
}
