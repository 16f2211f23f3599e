import type { HeldView } from '../../chat/answers/locks.ts';
import type { LockTarget } from '../../chat/command/request.ts';
import { lockIn } from '../../chat/refusals/locks.ts';
import type { LockOffers } from '../../chat/refusals/refusal-text.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import { anotherLock } from '../../domain/decide/shared/lock-transition.ts';
import type { LockCommand } from '../../domain/documents/commands/lock.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Lock, ShownLock } from '../../domain/documents/values/lock.ts';
import { environmentId } from '../../domain/ids.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import { ChatError, type MemberInfo } from '../../ports/chat.ts';
import { answerGiven, apply, foresee } from '../commands/apply.ts';
import { KINDS } from '../commands/kinds.ts';
import { rememberTouched } from '../home/record-person.ts';
import { dispatchEffects } from '../pipeline/dispatch-effects.ts';
import { MemberUnknown } from '../services/errors.ts';
import type { ChatServices } from '../services/services.ts';
import { environmentView, productOf } from '../views/views.ts';
import type { Requester } from './apply-human.ts';

/** What a person requests of a lock. */
export type LockWish =
  | { type: 'lock' | 'takeOver'; reason: string; forMs: number | null }
  | { type: 'unlock' }
  | { type: 'askToUnlock' | 'keepLock' }
  | { type: 'extendLock'; forMs: number }
  | { type: 'editLock'; reason: string }
  /** `to`: Slack's user id. */
  | { type: 'handOver'; to: string };

/** The result of a request about a lock. */
export type LockOutcome =
  /** `before` and `lock`: null for no lock. `pending`: names of environments where the change is not in force yet. */
  | { kind: 'accepted'; before: Lock | null; lock: Lock | null; pending: string[] }
  | { kind: 'refused'; refusal: Refusal; here: EnvironmentView };

/**
 * Does what a person requested of the lock of one environment, or of all environments of a product. The latter is
 * confirmed when every environment has it (RULES 22). `shown`: the lock that was meant; if it has ended or has another owner,
 * the present one is not touched. Throws `MemberUnknown` when a person must be looked up and cannot be, and
 * what `apply` throws; with any error but `OutcomeUnknown` nothing was changed.
 */
export async function requestLock(
  services: ChatServices,
  asker: Requester,
  target: LockTarget,
  wish: LockWish,
  shown?: ShownLock,
): Promise<LockOutcome> {
  const meant = await whatIsMeant(services, asker, target, wish, shown);
  if ('refusal' in meant) return refused(services, target, meant.refusal);
  const { kind, id, command, before } = meant;
  const { answer, aggregate } = await apply(services, kind, id, command);
  if (answer.kind === 'refused') return refused(services, target, answer.refusal);
  await rememberTouched(services, asker.actor, target.product);
  const { lock } = aggregate;
  const pending = target.environment === null ? await pendingOf(services, target.product, lock) : [];
  return { kind: 'accepted', before, lock, pending };
}

/**
 * What `requestLock` would come to now, by the same decision; nothing is changed, so `lock` is the lock as it is. Throws
 * what `requestLock` throws.
 */
export async function foreseeLock(
  services: ChatServices,
  asker: Requester,
  target: LockTarget,
  wish: LockWish,
  shown?: ShownLock,
): Promise<LockOutcome> {
  const meant = await whatIsMeant(services, asker, target, wish, shown);
  if ('refusal' in meant) return refused(services, target, meant.refusal);
  const { kind, id, command, before } = meant;
  const { answer } = await foresee(services, kind, id, command);
  return answer.kind === 'refused'
    ? refused(services, target, answer.refusal)
    : { kind: 'accepted', before, lock: before, pending: [] };
}

/**
 * What a refused person may do about the lock that the refusal names, by the decision itself: a button that would be
 * refused is not offered. null: the refusal is about no lock.
 */
export async function lockOffers(
  services: ChatServices,
  asker: Requester,
  { policy }: EnvironmentView,
  refusal: Refusal,
): Promise<LockOffers | null> {
  const against = lockIn(refusal);
  if (against === null) return null;
  const { product, name } = policy;
  const target = { product, environment: against.all ? null : name };
  const { card, at: since } = against.lock;
  const would = async (wish: LockWish) => {
    try {
      const anew = { ...asker, id: `${asker.id}:offer` };
      return (await foreseeLock(services, anew, target, wish, { card, since })).kind === 'accepted';
    } catch (error) {
      services.log.info({ err: error }, 'what may be done about a lock is unknown; no button is offered');
      return false;
    }
  };
  return {
    ask: await would({ type: 'askToUnlock' }),
    takeOver: await would({ type: 'takeOver', reason: 'reason', forMs: null }),
  };
}

/** The command that a request means, with the document it goes to and the lock there; or why there is none. */
type Meant =
  | { kind: 'products' | 'environments'; id: string; command: LockCommand; before: Lock | null }
  | { refusal: Refusal };

async function whatIsMeant(
  services: ChatServices,
  asker: Requester,
  { product, environment }: LockTarget,
  wish: LockWish,
  shown: ShownLock | undefined,
): Promise<Meant> {
  const kind = environment === null ? 'products' : 'environments';
  const id = environment === null ? product : environmentId(product, environment);
  const known = (await services.store.load(kind, id)) ?? KINDS[kind].create(id);
  const before = known.lock;
  // Nobody needs to be looked up for a lock that is over.
  if (shown && !(await answerGiven(services, known, asker.id))) {
    const all = environment === null;
    const over = before ? anotherLock(before, shown, asker.actor, all) : ({ rule: 'notLocked' } as const);
    if (over) return { refusal: over };
  }
  const command = await commandOf(services, asker, wish, { current: before, shown });
  return command === null ? { refusal: { rule: 'notMember' } } : { kind, id, command, before };
}

async function refused(services: ChatServices, target: LockTarget, refusal: Refusal): Promise<LockOutcome> {
  return { kind: 'refused', refusal, here: await viewOf(services, target) };
}

/** null: the lock was to be handed to somebody who is no member. */
async function commandOf(
  services: Pick<ChatServices, 'chat'>,
  asker: Requester,
  wish: LockWish,
  { current, shown }: { current: Lock | null; shown: ShownLock | undefined },
): Promise<LockCommand | null> {
  const by = { id: asker.id, actor: asker.actor };
  const of = shown ?? {};
  switch (wish.type) {
    case 'lock':
      return { ...by, ...wish };
    case 'unlock': {
      const gone = await ownerGone(services, asker.actor, current);
      const whose = gone === null ? {} : { owner: gone };
      return { ...by, ...of, type: 'unlock', ownerGone: gone !== null, ...whose };
    }
    case 'handOver': {
      const { id, name, member } = await memberOf(services, wish.to);
      return member ? { ...by, ...of, type: 'handOver', to: { kind: 'person', id, name, member } } : null;
    }
    default:
      return { ...by, ...of, ...wish };
  }
}

/** The owner who is no longer an active member, so their lock is free to take; null: they are. Throws `MemberUnknown`. */
async function ownerGone(
  services: Pick<ChatServices, 'chat'>,
  by: Person,
  current: Lock | null,
): Promise<string | null> {
  if (current === null || current.owner.kind !== 'person' || samePerson(current.owner, by)) return null;
  const { id } = current.owner;
  return (await memberOf(services, id)).member ? null : id;
}

async function memberOf({ chat }: Pick<ChatServices, 'chat'>, person: string): Promise<MemberInfo> {
  return chat.member(person).catch((error: unknown) => {
    throw error instanceof ChatError ? new MemberUnknown(person, error) : error;
  });
}

/**
 * Sends a product's lock to its environments; returns the names of those that do not have it yet. The sweep continues
 * there.
 */
async function pendingOf(services: ChatServices, name: string, lock: Lock | null): Promise<string[]> {
  const names = productOf(services, name).environments.map(({ policy }) => policy.name);
  const pending: string[] = [];
  try {
    await dispatchEffects(services, { kind: 'products', id: name });
    for (const each of names) {
      const { environment } = await environmentView(services, environmentId(name, each));
      if (!isSame(environment.productLock, lock)) pending.push(each);
    }
    return pending;
  } catch (error) {
    // The lock is decided. What fails from here on must not be taken for a failure of the request.
    services.log.warn({ err: error, product: name }, 'a lock has not reached all environments yet');
    return names;
  }
}

function isSame(a: Lock | null, b: Lock | null): boolean {
  return a === null || b === null ? a === b : a.card === b.card && a.at === b.at;
}

/** The view of the environment; for a whole product, that of its lowest one. */
async function viewOf(
  services: Pick<ChatServices, 'settings' | 'store'>,
  { product, environment }: LockTarget,
): Promise<EnvironmentView> {
  const name = environment ?? productOf(services, product).environments[0].policy.name;
  return environmentView(services, environmentId(product, name));
}

/** The locks and pauses of a product. */
export async function heldView(
  services: Pick<ChatServices, 'settings' | 'store'>,
  name: string,
): Promise<HeldView> {
  const environments: HeldView['environments'] = [];
  for (const { policy } of productOf(services, name).environments) {
    environments.push((await environmentView(services, environmentId(name, policy.name))).environment);
  }
  const product = await services.store.load('products', name);
  return { product: name, lock: product?.lock ?? null, environments };
}
