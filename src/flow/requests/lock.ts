import type { HeldView } from '../../chat/answers/locks.ts';
import type { LockTarget } from '../../chat/command/request.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import { answerBefore } from '../../domain/decide/shared/finish.ts';
import type { LockCommand } from '../../domain/documents/commands.ts';
import type { Answer } from '../../domain/documents/document.ts';
import type { Lock } from '../../domain/documents/lock.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { environmentId } from '../../domain/names.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { create } from '../commands/documents.ts';
import { dispatchEffects } from '../pipeline/dispatch-effects.ts';
import type { ChatServices } from '../services/services.ts';
import { environmentView, productOf } from '../views/views.ts';
import type { Requester } from './change.ts';

/** What a person wants of a lock. */
export type LockWish =
  | { type: 'lock' | 'takeOver'; reason: string; forMs: number | null }
  | { type: 'unlock' }
  | { type: 'askToUnlock' | 'keepLock' }
  | { type: 'extendLock'; forMs: number }
  | { type: 'editLock'; reason: string }
  /** `to`: Slack's id of the person. */
  | { type: 'handOver'; to: string };

export type LockOutcome =
  /** `before`, `lock`: null: there is none. `untold`: names of environments where it does not hold yet. */
  | { kind: 'accepted'; before: Lock | null; lock: Lock | null; untold: string[] }
  | { kind: 'refused'; refusal: Refusal; here: EnvironmentView };

/**
 * Does what a person asked of the lock of an environment, or of all of a product's: that one is confirmed when each
 * environment has it (RULES 22). `shown`: id of the message of the lock that was meant; one that has ended is not the one
 * that holds now. Throws `ChatError` where a person must be looked up and cannot be, and what `apply` throws.
 */
export async function requestLock(
  services: ChatServices,
  asker: Requester,
  target: LockTarget,
  wish: LockWish,
  shown?: string,
): Promise<LockOutcome> {
  const kind = target.environment === null ? 'products' : 'environments';
  const { product, environment } = target;
  const id = environment === null ? product : environmentId(product, environment);
  const known = (await services.store.load(kind, id)) ?? create(kind, id);
  const refused = async (refusal: Refusal): Promise<LockOutcome> => ({
    kind: 'refused',
    refusal,
    here: await viewOf(services, target),
  });
  const before = known.lock;
  const isOld = shown !== undefined && before?.card !== shown && !answerBefore(known, asker.id);
  if (isOld) return refused({ rule: 'notLocked' });
  const command = await commandOf(services, asker, wish, before);
  if (command === null) return refused({ rule: 'notMember' });
  const { answer, lock } = await applyTo(services, kind, id, command);
  if (answer.kind === 'refused') return refused(answer.refusal);
  const untold = environment === null ? await untoldOf(services, product, lock) : [];
  return { kind: 'accepted', before, lock, untold };
}

/** null: handed to somebody who is no member. */
async function commandOf(
  services: ChatServices,
  asker: Requester,
  wish: LockWish,
  current: Lock | null,
): Promise<LockCommand | null> {
  const by = { id: asker.id, actor: asker.actor };
  switch (wish.type) {
    case 'unlock':
      return { ...by, type: 'unlock', ownerGone: await isOwnerGone(services, asker.actor, current) };
    case 'handOver': {
      const { id, name, member } = await services.chat.member(wish.to);
      return member ? { ...by, type: 'handOver', to: { kind: 'person', id, name, member } } : null;
    }
    default:
      return { ...by, ...wish };
  }
}

/** A deactivated owner's lock is free to take. Nobody knows: an error, never a yes. */
async function isOwnerGone(
  services: Pick<ChatServices, 'chat'>,
  by: Person,
  current: Lock | null,
): Promise<boolean> {
  if (current === null || current.owner.kind !== 'person' || samePerson(current.owner, by)) return false;
  return !(await services.chat.member(current.owner.id)).member;
}

async function applyTo(
  services: ChatServices,
  kind: 'products' | 'environments',
  id: string,
  command: LockCommand,
): Promise<{ answer: Answer; lock: Lock | null }> {
  if (kind === 'environments') {
    const { answer, aggregate } = await apply(services, kind, id, command);
    return { answer, lock: aggregate.lock };
  }
  const { answer, aggregate } = await apply(services, kind, id, command);
  return { answer, lock: aggregate.lock };
}

/** Tells each environment, and says where that did not come to its end: the sweep goes on with it. */
async function untoldOf(services: ChatServices, name: string, lock: Lock | null): Promise<string[]> {
  const settings = productOf(services, name);
  try {
    await dispatchEffects(services, { kind: 'products', id: name });
  } catch (error) {
    services.log.warn({ err: error, product: name }, 'environments could not be told of a lock yet');
    return settings.environments.map(({ policy }) => policy.name);
  }
  const untold: string[] = [];
  for (const { policy } of settings.environments) {
    const { environment } = await environmentView(services, environmentId(name, policy.name));
    if (!isSame(environment.productLock, lock)) untold.push(policy.name);
  }
  return untold;
}

function isSame(a: Lock | null, b: Lock | null): boolean {
  return a === null || b === null ? a === b : a.card === b.card && a.at === b.at;
}

/** The environment; of a product, its lowest. */
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
