import { lockDoneMessage, locksMessage } from '../../../chat/answers/locks.ts';
import { problemMessage } from '../../../chat/answers/problem.ts';
import type { HoldAsked, LockTarget } from '../../../chat/command/request.ts';
import { commandText } from '../../../chat/command/request-text.ts';
import { timeTyped } from '../../../chat/command/spoken-time.ts';
import { erroredMessage, refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { Said } from '../../../chat/view-model.ts';
import { environmentId } from '../../../domain/names.ts';
import { askOfLock, heldView, type LockWish } from '../../../flow/requests/lock.ts';
import { lockEnd } from '../../../flow/requests/lock-end.ts';
import type { ChatParts } from '../../../flow/services/services.ts';
import { findEnvironment } from '../../../flow/services/settings.ts';
import { surroundings } from '../../../flow/views/render-context.ts';
import { ChatError } from '../../../ports/chat.ts';
import { askerOf, bare, type Caller, productsOf } from './caller.ts';
import type { Act } from './errors.ts';

/** What is asked of locks in words. */
export type LockAsked = Extract<HoldAsked, { kind: 'locks' | 'lock' | 'unlock' | 'takeover' }>;

/** Longer reasons are cut here, at the edge (CARDS §4). */
const WORDS_MAX = 300;

/** Answers what was typed about locks. Throws what looking up and applying throw. */
export async function answerTypedLock(
  parts: ChatParts,
  caller: Caller,
  asked: LockAsked,
  act: Act,
): Promise<Said> {
  if (asked.kind === 'locks') return locks(parts, caller, asked.product);
  const wish = wishOf(asked);
  if (wish === null) {
    return problemMessage({ kind: 'reasonMissing', asked }, bare(parts));
  }
  if (asked.kind === 'unlock' || asked.until === undefined || !('forMs' in wish)) {
    return (await lockAnswer(parts, caller, { target: asked, wish }, act)).said;
  }
  const end = await lockEnd(parts, caller.user, asked, asked.until);
  const typed = timeTyped(asked.until);
  if (end.kind === 'passed') {
    return problemMessage({ kind: 'endPassed', typed, zone: end.zone }, bare(parts));
  }
  if (end.kind === 'tooFar') {
    const { until: _until, ...endless } = asked;
    const command = commandText(endless);
    return problemMessage({ kind: 'endTooFar', typed: `until ${typed}`, command }, bare(parts));
  }
  const { forMs, zone } = end;
  return (await lockAnswer(parts, caller, { target: asked, wish: { ...wish, forMs }, zone }, act)).said;
}

/** null: it needs a reason. */
function wishOf(asked: Exclude<LockAsked, { kind: 'locks' }>): LockWish | null {
  if (asked.kind === 'unlock') return { type: 'unlock' };
  if (!asked.reason?.trim()) return null;
  const type = asked.kind === 'lock' ? 'lock' : 'takeOver';
  return { type, reason: [...asked.reason].slice(0, WORDS_MAX).join(''), forMs: asked.forMs };
}

export interface LockAct {
  target: LockTarget;
  wish: LockWish;
  /** Id of the message of the lock that was clicked; absent: typed. */
  shown?: string | undefined;
  /** By whose clock its end was said; absent: by none. */
  zone?: string;
}

/** Does it, and words what it came to. `done`: everywhere where it was to be done. */
export async function lockAnswer(
  parts: ChatParts,
  caller: Caller,
  { target, wish, shown, zone }: LockAct,
  act: Act,
): Promise<{ done: boolean; said: Said }> {
  const asker = await askerOf(parts, caller);
  const { product, environment } = target;
  const place = environment === null ? product : environmentId(product, environment);
  try {
    const outcome = await act(() => askOfLock(parts, asker, target, wish, shown));
    if (outcome.kind === 'accepted') {
      const said = lockDoneMessage(
        { type: wish.type, place, zone: zone ?? null, ...outcome },
        asker.actor,
        bare(parts),
      );
      return { done: outcome.untold.length === 0, said };
    }
    const { refusal, here } = outcome;
    const configured = findEnvironment(parts.settings, here.environment.id);
    const around = configured ? await surroundings(parts, configured.product, [here], []) : bare(parts);
    return { done: false, said: refusalMessage(refusal, { here, surroundings: around, place }) };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    parts.log.warn({ err: error, place }, 'the owner of a lock could not be looked up');
    const what = 'Slack did not say whether the person it concerns is an active member here.';
    return { done: false, said: erroredMessage(what, 'none', 'Try again in a minute.') };
  }
}

async function locks(parts: ChatParts, caller: Caller, product: string | null): Promise<Said> {
  const here = await productsOf(parts, caller.channel);
  const all = parts.settings.products.map(({ name }) => name);
  const asked = product !== null ? [product] : here.length > 0 ? here : all;
  const views = await Promise.all(asked.map((name) => heldView(parts, name)));
  return locksMessage(views, caller.user, bare(parts));
}
