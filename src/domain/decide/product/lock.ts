import type { LockCommand } from '../../documents/commands/lock.ts';
import type { Answer } from '../../documents/document.ts';
import type { Product } from '../../documents/product.ts';
import { send } from '../shared/effects.ts';
import { decideLock, type LockMessage, type LockPlace, lockInTime } from '../shared/lock-transition.ts';
import type { At, ProductContext } from './context.ts';

/** The lock of all environments: decided here, in force in each environment when its document records it (RULES 22). */
export function lockAll(product: Product, command: LockCommand, context: ProductContext, at: At): Answer {
  const { actor } = command;
  if (actor.kind !== 'person' || !actor.member) return { kind: 'refused', refusal: { rule: 'notMember' } };
  const mustHave = command.type === 'lock' || command.type === 'takeOver';
  if (mustHave && !context.mayLock) {
    return { kind: 'refused', refusal: { rule: 'notLocker', product: product.id } };
  }
  const locking = decideLock(product.lock, command, actor, placeOf(product, at));
  if ('refusal' in locking) return { kind: 'refused', refusal: locking.refusal };
  product.lock = locking.lock;
  sendToAll(product, locking.messages, at);
  return { kind: 'accepted' };
}

/** Applies the passage of time to the lock. */
export function lockTimes(product: Product, at: At): void {
  const timed = product.lock ? lockInTime(product.lock, placeOf(product, at)) : null;
  if (!timed) return;
  product.lock = timed.lock;
  sendToAll(product, timed.messages, at);
}

function placeOf(product: Product, { now, time, revision }: At): LockPlace {
  return { now, at: time, revision, place: product.id, all: true, waiting: [] };
}

/** Sends the lock to every environment, and the messages about it to their cards. */
function sendToAll(product: Product, messages: readonly LockMessage[], at: At): void {
  const { lock } = product;
  const from = { id: product.id, revision: at.revision };
  for (const id of at.environments)
    send(at.effects, from, { kind: 'environments', id }, { type: 'productLock', lock });
  for (const { card, notice, reply } of messages) {
    const to = { kind: 'cards', id: card } as const;
    const subject = { kind: 'notice', place: product.id, notice } as const;
    send(at.effects, from, to, { type: 'show', product: product.id, subject, progress: false });
    if (reply === null) continue;
    const id = `${product.id}:${at.revision}:${at.effects.length}`;
    const said = { id, at: at.time, event: reply, release: null };
    send(at.effects, from, to, { type: 'reply', product: product.id, subject, reply: said });
  }
}
