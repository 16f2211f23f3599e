import { confirmationMessage, statusMessage } from '../../../chat/answers/confirmation.ts';
import { helpMessage } from '../../../chat/answers/help.ts';
import { historyMessage } from '../../../chat/answers/history.ts';
import { problemMessage } from '../../../chat/answers/problem.ts';
import { whereMessage } from '../../../chat/answers/where.ts';
import { parseCommand } from '../../../chat/command/parse.ts';
import type { Look, Where } from '../../../chat/command/request.ts';
import { diffMessage, logMessage } from '../../../chat/dialogs/diff-and-log.ts';
import { refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { Said } from '../../../chat/view-model.ts';
import { environmentId, releaseId } from '../../../domain/names.ts';
import { askToRebuild } from '../../../flow/requests/change.ts';
import { findCommit, newestBelow } from '../../../flow/requests/find-commit.ts';
import type { ChatParts } from '../../../flow/services/services.ts';
import { findProduct } from '../../../flow/services/settings.ts';
import { diffView, helpView, historyView, releaseLogs, releaseToShow } from '../../../flow/views/lookup.ts';
import { surroundings } from '../../../flow/views/render-context.ts';
import { statusView } from '../../../flow/views/status.ts';
import { environmentView, productOf } from '../../../flow/views/views.ts';
import { whereView } from '../../../flow/views/where.ts';
import { askerOf, bare, type Caller, productsOf } from './caller.ts';
import type { Act } from './errors.ts';

type Of<K extends Look['kind']> = Extract<Look, { kind: K }>;

/** Answers what only asks; `rebuild` asks of a commit. Throws what reading throws. */
export async function answerLook(parts: ChatParts, caller: Caller, look: Look, act: Act): Promise<Said> {
  switch (look.kind) {
    case 'help':
      return help(parts, caller, look);
    case 'status':
      return status(parts, caller, look);
    case 'diff':
      return diff(parts, look);
    case 'history': {
      const id = environmentId(look.product, look.environment);
      return historyMessage(await historyView(parts, productOf(parts, look.product), id, look.from));
    }
    case 'log':
      return log(parts, look);
    case 'where':
    case 'rebuild':
      return ofCommit(parts, caller, look, act);
    default:
      return look satisfies never;
  }
}

/**
 * The history and the logs of an environment that was removed from the configuration are kept, and can be asked for by its
 * name. null: the text asks for something else.
 */
export async function ofRetired(parts: ChatParts, where: Where, text: string): Promise<Look | null> {
  const parsed = parseCommand(text, where);
  if (parsed.kind !== 'problem' || parsed.problem.kind !== 'noEnvironment') return null;
  const { product, typed } = parsed.problem;
  const products = where.products.map((known) =>
    known.name === product ? { ...known, environments: [...known.environments, typed] } : known,
  );
  const again = parseCommand(text, { ...where, products });
  if (again.kind !== 'history' && again.kind !== 'log') return null;
  return (await parts.store.load('environments', environmentId(product, typed))) ? again : null;
}

async function help(parts: ChatParts, caller: Caller, { product: name }: Of<'help'>): Promise<Said> {
  const only = parts.settings.products.length === 1 ? (parts.settings.products[0] ?? null) : null;
  const product = name === null ? only : (findProduct(parts.settings, name) ?? null);
  const { actor } = await askerOf(parts, caller);
  return helpMessage(await helpView(parts, product, actor));
}

async function status(parts: ChatParts, caller: Caller, look: Of<'status'>): Promise<Said> {
  const { product, environment } = look;
  const here = await productsOf(parts, caller.channel);
  const all = parts.settings.products.map(({ name }) => name);
  const asked = product !== null ? [product] : here.length > 0 ? here : all;
  const views = await Promise.all(asked.map((name) => statusView(parts, name)));
  return statusMessage(views, environment);
}

async function diff(parts: ChatParts, look: Of<'diff'>): Promise<Said> {
  const id = environmentId(look.product, look.environment);
  const found =
    look.commit === null
      ? await newestBelow(parts, look.product, id)
      : await findCommit(parts, look.product, look.commit, look);
  if (found.kind === 'problem') return problemMessage(found.problem, bare(parts));
  const { environment } = await environmentView(parts, id);
  return diffMessage(await diffView(parts, id, found.sha, environment.deployed?.sha ?? null));
}

async function log(parts: ChatParts, look: Of<'log'>): Promise<Said> {
  const id = environmentId(look.product, look.environment);
  const { number, release } = await releaseToShow(parts, id, look.release);
  if (number === 0) return nothingRan(`Nothing was released to ${id} yet`);
  if (!release) {
    const here = await environmentView(parts, id);
    return refusalMessage({ rule: 'noRelease', release: number }, { here, surroundings: bare(parts) });
  }
  const ends = await releaseLogs(parts, id, release);
  if (ends.length === 0) return nothingRan(`Nothing has run yet for ${releaseId(id, number)}`);
  return logMessage(...ends.map((end) => ({ ...end, whole: parts.logs.whole(end.name) })));
}

function nothingRan(title: string): Said {
  return logMessage({ title, lines: [], before: 0, whole: null });
}

async function ofCommit(
  parts: ChatParts,
  caller: Caller,
  look: Of<'where' | 'rebuild'>,
  act: Act,
): Promise<Said> {
  const product = productOf(parts, look.product);
  const found = await findCommit(parts, product.name, look.commit, look);
  if (found.kind === 'problem') return problemMessage(found.problem, bare(parts));
  if (look.kind === 'where') return whereMessage(await whereView(parts, product, found.sha));
  const asker = await askerOf(parts, caller);
  const outcome = await act(() => askToRebuild(parts, asker, product.name, found.sha));
  const lowest = environmentId(product.name, product.environments[0].policy.name);
  const here = await environmentView(parts, lowest);
  const about = { here, surroundings: await surroundings(parts, product, [here], []) };
  return outcome.kind === 'accepted'
    ? confirmationMessage({ kind: 'buildAsked', sha: found.sha }, about)
    : refusalMessage(outcome.refusal, about);
}
