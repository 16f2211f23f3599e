import { confirmationMessage } from '../../../chat/answers/confirmation.ts';
import { holdDoneMessage } from '../../../chat/answers/locks.ts';
import { problemMessage } from '../../../chat/answers/problem.ts';
import { parseCommand } from '../../../chat/command/parse.ts';
import { isLook } from '../../../chat/command/request.ts';
import { erroredMessage, refusalMessage } from '../../../chat/refusals/refusals.ts';
import { isReleaseVerb } from '../../../chat/verbs.ts';
import type { EnvironmentView, Said, Surroundings } from '../../../chat/view-model.ts';
import { releaseId } from '../../../domain/names.ts';
import { type AskOutcome, ask, askToRebuild, type Change } from '../../../flow/requests/change.ts';
import { NotConfigured } from '../../../flow/services/errors.ts';
import type { ChatParts } from '../../../flow/services/services.ts';
import { findEnvironment } from '../../../flow/services/settings.ts';
import { surroundings } from '../../../flow/views/render-context.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { askerOf, bare, type Caller, productsOf } from './caller.ts';
import { type Act, orError } from './errors.ts';
import { answerTypedLock, type LockAct, lockAnswer } from './lock.ts';
import { answerLook, ofRetired } from './lookup.ts';
import { type WhyAsked, why } from './why.ts';

export type { Caller } from './caller.ts';

/** Longer words of people are cut here, at the edge: a document stays small whatever is typed (CARDS §4). */
const WORDS_MAX = 300;

/** What every answer says while the store is not open yet. */
export const STARTING: Said = erroredMessage(
  'Slipway is starting and cannot decide yet.',
  'none',
  'Try again in a few seconds.',
);

/** Answers a slash command, text without `/release`. Never throws. */
export async function answerCommand(parts: ChatParts, caller: Caller, text: string): Promise<Said> {
  return orError(parts, async (act) => {
    const where = {
      products: parts.settings.products.map((product) => ({
        name: product.name,
        environments: product.environments.map(({ policy }) => policy.name),
      })),
      channelProducts: await productsOf(parts, caller.channel),
    };
    const parsed = (await ofRetired(parts, where, text)) ?? parseCommand(text, where);
    switch (parsed.kind) {
      case 'problem':
        return problemMessage(parsed.problem, bare(parts));
      case 'locks':
      case 'lock':
      case 'unlock':
      case 'takeover':
        return answerTypedLock(parts, caller, parsed, act);
      case 'why':
        return why(parts, caller.user, parsed);
      default:
        return isLook(parsed)
          ? answerLook(parts, caller, parsed, act)
          : answerChange(parts, caller, parsed, act);
    }
  });
}

/** Does what was asked and words what it came to. Throws what `ask` throws. */
async function answerChange(parts: ChatParts, caller: Caller, asked: Change, act: Act): Promise<Said> {
  const asker = await askerOf(parts, caller);
  const outcome = await act(() => ask(parts, asker, shortened(asked)));
  return (await refusalOf(parts, outcome)) ?? confirmation(parts, outcome);
}

/** A click: null where the card itself is the answer. Never throws. */
export async function answerClick(parts: ChatParts, caller: Caller, asked: Change): Promise<Said | null> {
  return orError(parts, async (act) => {
    const asker = await askerOf(parts, caller);
    const outcome = await act(() => ask(parts, asker, shortened(asked)));
    const warned = outcome.kind === 'accepted' && outcome.warnings.length > 0;
    return warned ? confirmation(parts, outcome) : refusalOf(parts, outcome);
  });
}

/** A click or a modal about a lock; null where its message is the answer. Never throws. */
export async function answerLock(parts: ChatParts, caller: Caller, asked: LockAct): Promise<Said | null> {
  return orError(parts, async (act) => {
    const { done, said } = await lockAnswer(parts, caller, asked, act);
    // The question to the owner is shown to nobody else.
    return done && asked.wish.type !== 'askToUnlock' ? null : said;
  });
}

/** The button Why. Never throws. */
export async function answerWhy(parts: ChatParts, caller: Caller, about: WhyAsked): Promise<Said> {
  return orError(parts, () => why(parts, caller.user, about));
}

/**
 * Offers what a card offers. A late click, after something newer was accepted there, is asked which one is meant.
 * null where the card is the answer. Never throws.
 */
export async function answerPromote(
  parts: ChatParts,
  caller: Caller,
  environment: string,
  offer: { to: string | undefined; sha: string; release: number | undefined },
): Promise<Said | null> {
  return orError(parts, async () => {
    const { sha } = offer;
    const here = await environmentView(parts, environment);
    const above = here.policy.above?.name ?? null;
    const to = offer.to ?? above ?? 'the one above';
    if (above === null || above !== to) {
      return problemMessage({ kind: 'promotedElsewhere', here, to, above, sha }, bare(parts));
    }
    const { accepted } = here.environment;
    if (accepted && accepted.sha !== sha && accepted.release > (offer.release ?? 0)) {
      const newer = { kind: 'newerAccepted', here, above, sha, newer: accepted.sha } as const;
      return problemMessage(newer, bare(parts));
    }
    const { product } = here.policy;
    return answerClick(parts, caller, {
      kind: 'prepare',
      product,
      environment: above,
      commit: sha,
      note: null,
    });
  });
}

/** Asks for a failed build again; null where the card is the answer. Never throws. */
export async function answerRebuild(
  parts: ChatParts,
  caller: Caller,
  environment: string,
  sha: string,
): Promise<Said | null> {
  return orError(parts, async (act) => {
    const here = await environmentView(parts, environment);
    const asker = await askerOf(parts, caller);
    const outcome = await act(() => askToRebuild(parts, asker, here.policy.product, sha));
    if (outcome.kind === 'accepted') return null;
    const around = await surroundingsOf(parts, here, null);
    return refusalMessage(outcome.refusal, { here, surroundings: around });
  });
}

async function refusalOf(parts: ChatParts, outcome: AskOutcome): Promise<Said | null> {
  switch (outcome.kind) {
    case 'accepted':
      return null;
    case 'problem':
      return problemMessage(outcome.problem, bare(parts));
    case 'refused': {
      const { refusal, here, below, release, facts } = outcome;
      const named = 'release' in refusal && refusal.release !== null ? refusal.release : null;
      return refusalMessage(refusal, {
        here,
        below,
        release,
        facts,
        surroundings: await surroundingsOf(parts, here, named),
      });
    }
    default:
      return outcome satisfies never;
  }
}

async function confirmation(parts: ChatParts, outcome: AskOutcome): Promise<Said> {
  if (outcome.kind !== 'accepted') throw new TypeError('only what was accepted is confirmed');
  const { command, release: number, warnings } = outcome;
  const here = await environmentView(parts, outcome.environment);
  const release = here.environment.open.find((candidate) => candidate.number === number);
  const about = { here, surroundings: await surroundingsOf(parts, here, number) };
  if (command === 'pause' || command === 'resume' || command === 'adopt') {
    return holdDoneMessage(command, number, about);
  }
  if (command === 'rollback' || (command === 'redeploy' && here.policy.mode === 'continuous')) {
    const sha = release?.sha ?? here.environment.deployed?.sha ?? '';
    const kind = command === 'rollback' ? 'rollingBack' : 'redeploying';
    return confirmationMessage({ kind, release: number, sha }, about);
  }
  if (command === 'prepare' || command === 'hotfix' || command === 'redeploy') {
    return confirmationMessage({ kind: 'prepared', release: number, already: false, warnings }, about);
  }
  if (command === 'cancel' && release?.attempts.at(-1)?.cancelWished) {
    return confirmationMessage({ kind: 'cancelWished', release: number }, about);
  }
  if (!isReleaseVerb(command))
    return confirmationMessage({ kind: 'done', verb: 'deploy', release: number }, about);
  return confirmationMessage({ kind: 'done', verb: command, release: number }, about);
}

async function surroundingsOf(
  parts: ChatParts,
  here: EnvironmentView,
  release: number | null,
): Promise<Surroundings> {
  const configured = findEnvironment(parts.settings, here.environment.id);
  if (!configured) throw new NotConfigured(here.environment.id);
  const cards = release === null ? [] : [releaseId(here.environment.id, release)];
  return surroundings(parts, configured.product, [here], cards, { members: true });
}

function shortened(asked: Change): Change {
  const cut = (words: string | null) => {
    if (words === null || [...words].length <= WORDS_MAX) return words;
    return `${[...words].slice(0, WORDS_MAX - 1).join('')}…`;
  };
  if ('note' in asked) return { ...asked, note: cut(asked.note) };
  return { ...asked, reason: cut(asked.reason) };
}
