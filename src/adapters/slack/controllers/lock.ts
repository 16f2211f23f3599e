import { lockDoneMessage, locksMessage } from '../../../chat/answers/locks.ts';
import { problemMessage } from '../../../chat/answers/problems/problem.ts';
import { timeTyped } from '../../../chat/command/lock/spoken-time.ts';
import type { LockRequest, LockTarget } from '../../../chat/command/request.ts';
import { commandText } from '../../../chat/command/request-text.ts';
import { refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { Lock, ShownLock } from '../../../domain/documents/values/lock.ts';
import { environmentId } from '../../../domain/ids.ts';
import { isTold } from '../../../flow/direct-messages/unwanted.ts';
import type { Requester } from '../../../flow/requests/apply-human.ts';
import {
  heldView,
  type LockOutcome,
  type LockWish,
  lockOffers,
  requestLock,
} from '../../../flow/requests/lock.ts';
import { lockEnd } from '../../../flow/requests/lock-end.ts';
import type { ChatServices, ViewServices } from '../../../flow/services/services.ts';
import { findEnvironment, findProduct, type Settings } from '../../../flow/settings/settings.ts';
import { emptyContext, renderContext } from '../../../flow/views/render-context.ts';
import { type Caller, productsOf, requesterOf, shortened } from './caller.ts';
import type { Act } from './errors.ts';

/** A typed command about locks. */
type LockAsked = Extract<LockRequest, { kind: 'locks' | 'lock' | 'unlock' | 'takeover' }>;

/** Answers a typed command about locks. Throws what lookups and writing throw. */
export async function answerTypedLock(
  services: ChatServices,
  caller: Caller,
  asked: LockAsked,
  act: Act,
): Promise<Message> {
  if (asked.kind === 'locks') return locks(services, caller, asked.product);
  const wish = wishOf(asked);
  if (wish === null) {
    return problemMessage({ kind: 'reasonMissing', asked }, emptyContext(services));
  }
  if (asked.kind === 'unlock' || asked.until === undefined || !('forMs' in wish)) {
    return (await lockAnswer(services, caller, { target: asked, wish }, act)).said;
  }
  const end = await lockEnd(services, caller.user, asked, asked.until);
  const typed = timeTyped(asked.until);
  if (end.kind === 'passed') {
    return problemMessage({ kind: 'endPassed', typed, zone: end.zone }, emptyContext(services));
  }
  if (end.kind === 'tooFar') {
    const { until: _until, ...endless } = asked;
    const command = commandText(endless);
    return problemMessage({ kind: 'endTooFar', typed: `until ${typed}`, command }, emptyContext(services));
  }
  const { forMs, zone } = end;
  return (await lockAnswer(services, caller, { target: asked, wish: { ...wish, forMs }, zone }, act)).said;
}

/** null: it needs a reason. */
function wishOf(asked: Exclude<LockAsked, { kind: 'locks' }>): LockWish | null {
  if (asked.kind === 'unlock') return { type: 'unlock' };
  if (!asked.reason?.trim()) return null;
  const type = asked.kind === 'lock' ? 'lock' : 'takeOver';
  return { type, reason: asked.reason, forMs: asked.forMs };
}

/** A change to a lock, as clicked or typed. */
export interface LockAct {
  target: LockTarget;
  wish: LockWish;
  /** The lock that was clicked; absent: the command was typed. */
  shown?: ShownLock | undefined;
  /** Time zone in which the end was given; absent: it was not given as a time of day. */
  zone?: string;
}

/** Requests the change, and words the result. 'pending': it is not done in every environment yet. */
export async function lockAnswer(
  services: ChatServices,
  caller: Caller,
  { target, wish, shown, zone }: LockAct,
  act: Act,
): Promise<{ kind: 'done' | 'pending' | 'refused'; said: Message }> {
  const asker = await requesterOf(services, caller);
  const place = placeOf(target);
  const outcome = await act(() => requestLock(services, asker, target, withShortWords(wish), shown));
  if (outcome.kind === 'accepted') {
    const said = lockDoneMessage(
      {
        type: wish.type,
        place,
        zone: zone ?? null,
        told: wish.type !== 'askToUnlock' || (await isOwnerTold(services, outcome.lock)),
        ...outcome,
      },
      asker.actor,
      emptyContext(services),
    );
    return { kind: outcome.pending.length === 0 ? 'done' : 'pending', said };
  }
  return { kind: 'refused', said: await lockRefusal(services, asker, place, outcome) };
}

/** The answer to whoever asked for a change to a lock that is refused. `place`: what they named. */
export async function lockRefusal(
  services: ChatServices,
  asker: Requester,
  place: string,
  { refusal, here }: Extract<LockOutcome, { kind: 'refused' }>,
): Promise<Message> {
  const configured = findEnvironment(services.settings, here.environment.id);
  const context = configured
    ? await renderContext(services, configured.product, [here], [])
    : emptyContext(services);
  const offers = await lockOffers(services, asker, here, refusal);
  return refusalMessage(refusal, { here, context, place, lockOffers: offers });
}

/** Environment id, or a product's name for all of its environments. */
export function placeOf({ product, environment }: LockTarget): string {
  return environment === null ? product : environmentId(product, environment);
}

/** The environment or product that a button or dialog about a lock or pause names; null: it is not configured any more. */
export function targetOf(settings: Settings, place: string): LockTarget | null {
  const configured = findEnvironment(settings, place);
  if (configured)
    return { product: configured.product.name, environment: configured.environment.policy.name };
  return findProduct(settings, place) ? { product: place, environment: null } : null;
}

/** Whether whoever holds the lock gets messages about requests for it. */
async function isOwnerTold(services: Pick<ChatServices, 'store'>, lock: Lock | null): Promise<boolean> {
  return lock?.owner.kind !== 'person' || (await isTold(services, lock.owner.id, 'lock'));
}

function withShortWords(wish: LockWish): LockWish {
  return 'reason' in wish ? { ...wish, reason: shortened(wish.reason) } : wish;
}

async function locks(services: ViewServices, caller: Caller, product: string | null): Promise<Message> {
  const here = await productsOf(services, caller.channel);
  const all = services.settings.products.map(({ name }) => name);
  const asked = product !== null ? [product] : here.length > 0 ? here : all;
  const views = await Promise.all(asked.map((name) => heldView(services, name)));
  return locksMessage(views, caller.user, emptyContext(services));
}
