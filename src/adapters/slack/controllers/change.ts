import { confirmationMessage } from '../../../chat/answers/confirmation.ts';
import { problemMessage } from '../../../chat/answers/problems/problem.ts';
import { lackingReason } from '../../../chat/command/reason.ts';
import { isLookup, type Request } from '../../../chat/command/request.ts';
import { erroredMessage, refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { EnvironmentId } from '../../../domain/ids.ts';
import { type Change, requestChange } from '../../../flow/requests/change.ts';
import { earlierOutcome } from '../../../flow/requests/earlier.ts';
import { requestRebuild } from '../../../flow/requests/rebuild.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { emptyContext } from '../../../flow/views/render-context.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { type Caller, type Input, requesterOf } from './caller.ts';
import { askReason } from './dialogs/reasons.ts';
import { type Act, orError } from './errors.ts';
import { answerTypedLock, type LockAct, lockAnswer } from './lock.ts';
import { answerLookup } from './lookups/lookup.ts';
import { why } from './lookups/why.ts';
import { confirmation, refusalOf, renderContextOf, withShortWords } from './outcomes.ts';

export type { Caller } from './caller.ts';

/** The answer to everything while the store is not open yet. */
export const STARTING: Message = erroredMessage(
  'Slipway is starting and cannot decide yet.',
  'none',
  'Try again in a few seconds.',
);

/** Answers a click or a submitted dialog; null: the card itself is the answer. Never throws. */
export async function answerClick(
  services: ChatServices,
  caller: Caller,
  asked: Request,
): Promise<Message | null> {
  return orError(services, (act) => answer(services, caller, asked, 'clicked', act), caller);
}

/** The one path of all requests, typed, clicked or submitted. Throws what requesting or reading throws. */
export async function answer(
  services: ChatServices,
  caller: Caller,
  asked: Request,
  input: Input,
  act: Act,
): Promise<Message | null> {
  const lacking = lackingReason(asked, 'always');
  if (lacking) return askReason(services, caller, lacking, input);
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
  const outcome = await act(async () => {
    // What is decided without the command's id, such as who may have a commit looked for, may have changed since.
    const given = caller.again ? await earlierOutcome(services, caller.id, asked) : null;
    return given ?? requestChange(services, asker, withShortWords(asked));
  });
  const lacking = lackingReason(asked, 'sometimes');
  if (lacking && outcome.kind === 'refused' && outcome.refusal.rule === 'reasonRequired') {
    return askReason(services, caller, lacking, input);
  }
  if (outcome.kind !== 'accepted') return refusalOf(services, asker, outcome);
  const isConfirmed = input === 'typed' || outcome.warnings.length > 0;
  return isConfirmed ? confirmation(services, outcome) : null;
}

/** Answers a click or a dialog about a lock; null: the lock's message is the answer. Never throws. */
export async function answerLock(
  services: ChatServices,
  caller: Caller,
  asked: LockAct,
): Promise<Message | null> {
  return orError(
    services,
    async (act) => {
      const { kind, said } = await lockAnswer(services, caller, asked, act);
      // The request to the owner is sent to the owner alone, so it is confirmed to the requester.
      return kind === 'done' && asked.wish.type !== 'askToUnlock' ? null : said;
    },
    caller,
  );
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
  return orError(
    services,
    async (act) => {
      const here = await environmentView(services, environment);
      const asker = await requesterOf(services, caller);
      const outcome = await act(() => requestRebuild(services, asker, here.policy.product, sha));
      if (outcome.kind === 'refused') {
        const context = await renderContextOf(services, here, null);
        return refusalMessage(outcome.refusal, { here, context });
      }
      const { checks } = outcome;
      // The card shows what runs again, and not what could not be started.
      if (!checks || (checks.elsewhere.length === 0 && checks.unasked === null)) return null;
      const context = await renderContextOf(services, here, null);
      return confirmationMessage({ kind: 'buildAsked', sha, checks }, { here, context });
    },
    caller,
  );
}
