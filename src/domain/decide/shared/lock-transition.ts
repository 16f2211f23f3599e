import type { LockCommand } from '../../documents/commands/lock.ts';
import type { Refusal } from '../../documents/refusal.ts';
import {
  ASKERS_KEPT,
  isShown,
  LOCK_REMINDED_MS,
  LOCK_REMINDER_MS,
  type Lock,
  type ShownLock,
} from '../../documents/values/lock.ts';
import type { LockAnswer, Notice } from '../../documents/values/notice.ts';
import type { ReplyEvent } from '../../documents/values/replies.ts';
import { type Person, samePerson } from '../../people/people.ts';

/** A message that must be posted or updated: the notice of a lock, or one to a single person. */
export interface LockMessage {
  card: string;
  notice: Notice;
  /** The reply in its thread; null: none. */
  reply: ReplyEvent | null;
}

/** A lock after a command and the messages about it, or the refusal. */
export type Locking = { lock: Lock | null; messages: LockMessage[] } | { refusal: Refusal };

/** Where a lock applies, and the time of the decision. */
export interface LockPlace {
  now: number;
  /** The document's time. */
  at: number;
  /** Id of the environment, or name of the product. */
  place: string;
  /** The revision under which this decision will be stored; new messages are named after it. */
  revision: number;
  /** True: the lock of all environments. */
  all: boolean;
  /** Numbers of the releases that wait here. */
  waiting: number[];
}

/** Decides a command about a lock, for one environment and for all alike. The caller has checked the roles. */
export function decideLock(current: Lock | null, command: LockCommand, by: Person, at: LockPlace): Locking {
  const { now, all } = at;
  if (command.type === 'lock') return take(current, command, by, at);
  if (current === null) return { refusal: { rule: 'notLocked' } };
  const { card } = command;
  const another = card === undefined ? null : anotherLock(current, { ...command, card }, by, all);
  if (another) return { refusal: another };
  const owns = samePerson(current.owner, by);
  const notOwner: Locking = { refusal: { rule: 'notLockOwner', lock: current, all } };
  switch (command.type) {
    case 'unlock':
      return owns || isOwnerGone(current, command)
        ? end(current, { kind: 'unlocked', by, at: at.at, owner: null }, at)
        : notOwner;
    case 'takeOver':
      return takeOver(current, command, by, at);
    case 'handOver':
      if (!owns) return notOwner;
      return samePerson(command.to, by)
        ? { refusal: { rule: 'ownLock', lock: current } }
        : passOn(current, newLock(command.to, current.reason, current.until, at, current.card), by, at);
    case 'extendLock':
      return owns
        ? changed({ ...current, until: now + command.forMs, remindAt: now + LOCK_REMINDER_MS }, at)
        : notOwner;
    case 'editLock':
      if (!owns) return notOwner;
      return command.reason.trim() ? changed({ ...current, reason: command.reason }, at) : REASON;
    case 'askToUnlock':
      return ask(current, by, at);
    case 'keepLock':
      return owns ? keep(current, by, at) : notOwner;
    default:
      return command satisfies never;
  }
}

/** Why a change to the lock that the person was shown is not made to this one; null: it is that lock. */
export function anotherLock(current: Lock, shown: ShownLock, by: Person, all: boolean): Refusal | null {
  if (isShown(current, shown)) return null;
  return samePerson(current.owner, by)
    ? { rule: 'ownLock', lock: current }
    : { rule: 'notLocked', now: { lock: current, all } };
}

function isOwnerGone({ owner }: Lock, command: Extract<LockCommand, { type: 'unlock' }>): boolean {
  const gone = command.owner;
  return command.ownerGone && (gone === undefined || (owner.kind === 'person' && owner.id === gone));
}

const REASON: Locking = { refusal: { rule: 'reasonRequired', release: null } };

/** Applies the passage of time to a lock: its end, and the reminder to its owner. null: nothing is due. */
export function lockInTime(lock: Lock, at: LockPlace): { lock: Lock | null; messages: LockMessage[] } | null {
  const { now } = at;
  if (lock.until !== null && lock.until <= now) {
    return end(lock, { kind: 'expired', by: null, at: lock.until, owner: null }, at);
  }
  if (lock.remindAt > now) return null;
  const reminders = lock.reminders + 1;
  const next: Lock = { ...lock, remindAt: now + LOCK_REMINDED_MS, reminders };
  return {
    lock: next,
    messages: [
      {
        card: reminderCard(lock),
        notice: { kind: 'lockReminder', to: lock.owner, lock: next, over: false },
        // Editing a message notifies nobody, so a later reminder is a new message below the first one.
        reply: lock.reminders === 0 ? null : { kind: 'lockStillThere', to: lock.owner },
      },
    ],
  };
}

function newLock(
  owner: Person,
  reason: string,
  until: number | null,
  { now, at }: LockPlace,
  card: string,
): Lock {
  return { owner, reason, at, until, askedBy: [], remindAt: now + LOCK_REMINDER_MS, reminders: 0, card };
}

function take(
  current: Lock | null,
  command: Extract<LockCommand, { type: 'lock' }>,
  by: Person,
  at: LockPlace,
): Locking {
  if (current) {
    return {
      refusal: samePerson(current.owner, by)
        ? { rule: 'ownLock', lock: current }
        : { rule: 'locked', release: null, lock: current, all: at.all },
    };
  }
  if (!command.reason.trim()) return REASON;
  const until = command.forMs === null ? null : at.now + command.forMs;
  const lock = newLock(by, command.reason, until, at, `${at.place}:lock-${at.revision}`);
  return changed(lock, at);
}

function takeOver(
  current: Lock,
  command: Extract<LockCommand, { type: 'takeOver' }>,
  by: Person,
  at: LockPlace,
): Locking {
  if (samePerson(current.owner, by)) return { refusal: { rule: 'ownLock', lock: current } };
  if (!command.reason.trim()) return REASON;
  const until = command.forMs === null ? null : at.now + command.forMs;
  return passOn(current, newLock(by, command.reason, until, at, current.card), by, at);
}

/** Gives the lock to another owner and keeps its message. Those who asked get an answer, and so does the old owner. */
function passOn(current: Lock, lock: Lock, by: Person, at: LockPlace): Locking {
  const handed = !samePerson(lock.owner, by);
  const answer: LockAnswer = { kind: handed ? 'handedOver' : 'takenOver', by, at: at.at, owner: lock.owner };
  const reply: ReplyEvent = handed
    ? { kind: 'lockHandedOver', by, to: lock.owner }
    : { kind: 'lockTakenOver', by, from: current.owner, reason: lock.reason };
  const notice: Notice = {
    kind: 'lock',
    lock,
    from: current.owner,
    handed,
    waiting: at.waiting,
    ended: null,
  };
  return { lock, messages: [{ card: lock.card, notice, reply }, ...answers(current, answer, at)] };
}

function changed(lock: Lock, at: LockPlace): Locking {
  const notice: Notice = { kind: 'lock', lock, from: null, handed: false, waiting: at.waiting, ended: null };
  return { lock, messages: [{ card: lock.card, notice, reply: null }] };
}

/** Ends a lock for any reason: its message and the messages to single people say so. */
export function end(lock: Lock, answer: LockAnswer, at: LockPlace): { lock: null; messages: LockMessage[] } {
  const notice: Notice = {
    kind: 'lock',
    lock,
    from: null,
    handed: false,
    waiting: at.waiting,
    ended: answer,
  };
  return { lock: null, messages: [{ card: lock.card, notice, reply: null }, ...answers(lock, answer, at)] };
}

/** Somebody would like to deploy: asks the owner to unlock. Each person asks once until there is an answer. */
function ask(current: Lock, by: Person, at: LockPlace): Locking {
  if (samePerson(current.owner, by)) return { refusal: { rule: 'ownLock', lock: current } };
  const refused = { rule: 'notLockOwner', lock: current, all: at.all } as const;
  if (current.askedBy.some((other) => samePerson(other, by))) {
    return { refusal: { ...refused, asked: 'self' } };
  }
  // Everybody who asked was promised an answer.
  if (current.askedBy.length >= ASKERS_KEPT) return { refusal: { ...refused, asked: 'others' } };
  const lock: Lock = { ...current, askedBy: [...current.askedBy, by] };
  const notice: Notice = { kind: 'unlockAsked', to: lock.owner, by, lock, waiting: at.waiting, answer: null };
  return { lock, messages: [{ card: askCard(lock, by), notice, reply: null }] };
}

function keep(current: Lock, by: Person, at: LockPlace): Locking {
  const answer: LockAnswer = { kind: 'kept', by, at: at.at, owner: current.owner };
  const kept = (current.kept ?? 0) + (current.askedBy.length > 0 ? 1 : 0);
  const lock: Lock = { ...current, askedBy: [], ...(kept > 0 ? { kept } : {}) };
  return { lock, messages: answers(current, answer, at) };
}

/** Everybody who asked gets the answer, and the question to the owner shows it. */
function answers(lock: Lock, answer: LockAnswer, at: LockPlace): LockMessage[] {
  const asked = lock.askedBy.flatMap((by): LockMessage[] => {
    const shown: LockMessage = {
      card: askCard(lock, by),
      notice: { kind: 'unlockAsked', to: lock.owner, by, lock, waiting: at.waiting, answer },
      reply: null,
    };
    // People who answer it by their own action need no message.
    if (answer.by !== null && samePerson(answer.by, by)) return [shown];
    const card = `${askCard(lock, by)}-answer-${at.revision}`;
    return [shown, { card, notice: { kind: 'unlockAnswered', to: by, lock, answer }, reply: null }];
  });
  if (lock.reminders === 0 || answer.kind === 'kept') return asked;
  const over: Notice = { kind: 'lockReminder', to: lock.owner, lock, over: true };
  return [...asked, { card: reminderCard(lock), notice: over, reply: null }];
}

function askCard(lock: Lock, by: Person | Lock['owner']): string {
  const again = lock.kept ? `.${lock.kept}` : '';
  return `${lock.card}-asked-${lock.at}${again}-${by.kind === 'person' ? by.id : 'robot'}`;
}

function reminderCard(lock: Lock): string {
  return `${lock.card}-reminder-${lock.at}`;
}
