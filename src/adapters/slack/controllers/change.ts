import { confirmationMessage } from '../../../chat/answers/confirmation.ts';
import { holdDoneMessage } from '../../../chat/answers/locks.ts';
import { problemMessage } from '../../../chat/answers/problem.ts';
import { parseCommand } from '../../../chat/command/parse.ts';
import { isLookup, type Request } from '../../../chat/command/request.ts';
import { erroredMessage, refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { EnvironmentView, Message, RenderContext } from '../../../chat/view-model.ts';
import { type EnvironmentId, releaseId } from '../../../domain/ids.ts';
import { rememberTouched } from '../../../flow/home/use-home.ts';
import type { ChangeOutcome } from '../../../flow/requests/apply-human.ts';
import { type Change, requestChange } from '../../../flow/requests/change.ts';
import { requestRebuild } from '../../../flow/requests/rebuild.ts';
import { NotConfigured } from '../../../flow/services/errors.ts';
import type { ChatServices, ViewServices } from '../../../flow/services/services.ts';
import { findEnvironment } from '../../../flow/services/settings.ts';
import { emptyContext, renderContext } from '../../../flow/views/render-context.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { type Caller, productsOf, requesterOf, shortened } from './caller.ts';
import { type Act, orError } from './errors.ts';
import { answerTypedLock, type LockAct, lockAnswer } from './lock.ts';
import { answerLookup, ofRetired } from './lookup.ts';
import { why } from './why.ts';

export type { Caller } from './caller.ts';

/** The answer to everything while the store is not open yet. */
export const STARTING: Message = erroredMessage(
  'Slipway is starting and cannot decide yet.',
  'none',
  'Try again in a few seconds.',
);

/** How a request was made. What was typed is confirmed; of what was clicked, the card is the answer. */
type Input = 'typed' | 'clicked';

/** Answers a slash command, or a button that stands for one; `text`: without `/release`. Never throws. */
export async function answerCommand(
  services: ChatServices,
  caller: Caller,
  text: string,
): Promise<Message | null> {
  return orError(services, async (act) => {
    const where = {
      products: services.settings.products.map((product) => ({
        name: product.name,
        environments: product.environments.map(({ policy }) => policy.name),
      })),
      channelProducts: await productsOf(services, caller.channel),
    };
    const parsed = (await ofRetired(services, where, text)) ?? parseCommand(text, where);
    return parsed.kind === 'problem'
      ? problemMessage(parsed.problem, emptyContext(services))
      : answer(services, caller, parsed, 'typed', act);
  });
}

/** Answers a click or a submitted dialog; null: the card itself is the answer. Never throws. */
export async function answerClick(
  services: ChatServices,
  caller: Caller,
  asked: Request,
): Promise<Message | null> {
  return orError(services, (act) => answer(services, caller, asked, 'clicked', act));
}

/** The one path of all requests, typed, clicked or submitted. Throws what requesting or reading throws. */
async function answer(
  services: ChatServices,
  caller: Caller,
  asked: Request,
  input: Input,
  act: Act,
): Promise<Message | null> {
  switch (asked.kind) {
    case 'locks':
    case 'lock':
    case 'unlock':
    case 'takeover':
      return answerTypedLock(services, caller, asked, act);
    case 'why':
      return why(services, caller.user, asked);
    default:
      return isLookup(asked)
        ? answerLookup(services, caller, asked, act)
        : answerChange(services, caller, asked, input, act);
  }
}

async function answerChange(
  services: ChatServices,
  caller: Caller,
  asked: Change,
  input: Input,
  act: Act,
): Promise<Message | null> {
  const asker = await requesterOf(services, caller);
  const outcome = await act(() => requestChange(services, asker, withShortWords(asked)));
  if (outcome.kind !== 'accepted') return refusalOf(services, outcome);
  await rememberTouched(services, asker.actor, asked.product);
  const isConfirmed = input === 'typed' || outcome.warnings.length > 0;
  return isConfirmed ? confirmation(services, outcome) : null;
}

/** Answers a click or a dialog about a lock; null: the lock's message is the answer. Never throws. */
export async function answerLock(
  services: ChatServices,
  caller: Caller,
  asked: LockAct,
): Promise<Message | null> {
  return orError(services, async (act) => {
    const { done, said } = await lockAnswer(services, caller, asked, act);
    // The request to the owner is sent to the owner alone, so it is confirmed to the requester.
    return done && asked.wish.type !== 'askToUnlock' ? null : said;
  });
}

/**
 * What a click on Promote offers to prepare, or a question: another environment may be above by now, or a newer commit
 * may have been accepted since the card was drawn. Never throws.
 */
export async function readPromote(
  services: ChatServices,
  environment: EnvironmentId,
  offer: { to: string | undefined; sha: string; release: number | undefined },
): Promise<Message | { product: string; environment: string; commit: string }> {
  return orError(services, async () => {
    const { sha } = offer;
    const here = await environmentView(services, environment);
    const above = here.policy.above?.name ?? null;
    const to = offer.to ?? above ?? 'the one above';
    if (above === null || above !== to) {
      return problemMessage({ kind: 'promotedElsewhere', here, to, above, sha }, emptyContext(services));
    }
    const { accepted } = here.environment;
    if (accepted && accepted.sha !== sha && accepted.release > (offer.release ?? 0)) {
      const newer = { kind: 'newerAccepted', here, above, sha, newer: accepted.sha } as const;
      return problemMessage(newer, emptyContext(services));
    }
    return { product: here.policy.product, environment: above, commit: sha };
  });
}

/** Answers a click on Retry Build; null: the card is the answer. Never throws. */
export async function answerRebuild(
  services: ChatServices,
  caller: Caller,
  environment: EnvironmentId,
  sha: string,
): Promise<Message | null> {
  return orError(services, async (act) => {
    const here = await environmentView(services, environment);
    const asker = await requesterOf(services, caller);
    const outcome = await act(() => requestRebuild(services, asker, here.policy.product, sha));
    if (outcome.kind === 'accepted') return null;
    const context = await renderContextOf(services, here, null);
    return refusalMessage(outcome.refusal, { here, context });
  });
}

type Outcome<K extends ChangeOutcome['kind']> = Extract<ChangeOutcome, { kind: K }>;

/** The answer to a request that was refused. */
export async function refusalOf(
  services: ViewServices,
  outcome: Outcome<'refused' | 'problem'>,
): Promise<Message> {
  switch (outcome.kind) {
    case 'problem':
      return problemMessage(outcome.problem, emptyContext(services));
    case 'refused': {
      const { refusal, here, below, release, adviceContext } = outcome;
      const named = 'release' in refusal && refusal.release !== null ? refusal.release : null;
      return refusalMessage(refusal, {
        here,
        below,
        release,
        adviceContext,
        context: await renderContextOf(services, here, named),
      });
    }
    default:
      return outcome satisfies never;
  }
}

/** The answer to a request that was accepted. */
export async function confirmation(services: ViewServices, outcome: Outcome<'accepted'>): Promise<Message> {
  const { command, release: number, warnings } = outcome;
  const here = await environmentView(services, outcome.environment);
  const release = here.environment.open.find((candidate) => candidate.number === number);
  const about = { here, context: await renderContextOf(services, here, number) };
  if (command === 'pause' || command === 'resume' || command === 'adopt') {
    return holdDoneMessage(command, number, about);
  }
  if (command === 'rollback' || (command === 'redeploy' && here.policy.mode === 'continuous')) {
    const sha = release?.sha ?? here.environment.deployed?.sha ?? '';
    const kind = command === 'rollback' ? 'rollingBack' : 'redeploying';
    return confirmationMessage({ kind, release: number, sha }, about);
  }
  if (command === 'prepare' || command === 'hotfix' || command === 'redeploy') {
    return confirmationMessage({ kind: 'prepared', release: number, warnings }, about);
  }
  return confirmationMessage({ kind: 'done', verb: command, release: number }, about);
}

async function renderContextOf(
  services: ViewServices,
  here: EnvironmentView,
  release: number | null,
): Promise<RenderContext> {
  const configured = findEnvironment(services.settings, here.environment.id);
  if (!configured) throw new NotConfigured(here.environment.id);
  const cards = release === null ? [] : [releaseId(here.environment.id, release)];
  return renderContext(services, configured.product, [here], cards, { members: true });
}

function withShortWords(asked: Change): Change {
  const cut = (words: string | null) => words && shortened(words);
  if ('note' in asked) return { ...asked, note: cut(asked.note) };
  return { ...asked, reason: cut(asked.reason) };
}
