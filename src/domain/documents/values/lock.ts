import { type Actor, samePerson } from '../../people/people.ts';

/** While it is in force, nobody but its owner may deploy. */
export interface Lock {
  owner: Actor;
  reason: string;
  at: number;
  /** When the lock ends by itself; null: never. Milliseconds since the epoch. */
  until: number | null;
  /** People who asked the owner to unlock and have no answer yet. */
  askedBy: Actor[];
  /** When the owner is next asked whether the lock is still needed. Milliseconds since the epoch. */
  remindAt: number;
  /** How many times the owner was reminded; 0: not yet. */
  reminders: number;
  /** Id of the message that shows the lock. */
  card: string;
  /** How often its owner answered requests by keeping it; absent: never. A later request is a message of its own. */
  kept?: number | undefined;
}

/**
 * The lock that a person was shown. One that passes to another owner keeps its card. `since`: its `at`; absent: a message
 * of an older program does not say it.
 */
export interface ShownLock {
  card: string;
  since?: number;
}

/** Whether it is the lock that the person was shown. */
export function isShown({ card, at }: Lock, { card: shown, since = at }: ShownLock): boolean {
  return card === shown && at === since;
}

/** While it is in force, new builds are not deployed until somebody resumes. */
export interface Pause {
  by: Actor;
  reason: string;
  at: number;
  /** Number of the rollback that paused; null: a person paused. */
  rollback: number | null;
  /** The newest commit that a resume would deploy; null: none came since. */
  newest: { sha: string; ref: string | null; head: number; card: string | null } | null;
  /** Id of the message that shows the pause. */
  card: string;
}

/** The locks of an environment: its own, and that of all environments of the product. null: none. */
interface Locked {
  lock: Lock | null;
  productLock: Lock | null;
}

/** The owner of a lock is first reminded after this time (CARDS §2). */
export const LOCK_REMINDER_MS = 4 * 3_600_000;
/** The time between further reminders. */
export const LOCK_REMINDED_MS = 24 * 3_600_000;

/** The longest lock with an end; for anything longer, people lock without an end. */
export const LONGEST_LOCK_MS = 90 * 24 * 3_600_000;

/** How many people may wait for an answer of its owner. */
export const ASKERS_KEPT = 10;

/** The locks in force here: its own and that of all environments of the product. */
export function locksOf({ lock, productLock }: Locked): Lock[] {
  return [lock, productLock].filter((each) => each !== null);
}

/**
 * The lock that keeps this person, or the robot, from deploying; null: none does. Of two locks, the one that ends last.
 */
export function lockAgainst(environment: Locked, deployer: Actor, now: number): Lock | null {
  const against = locksOf(environment).filter(
    (lock) => !samePerson(lock.owner, deployer) && (lock.until === null || lock.until > now),
  );
  return against.sort((a, b) => endOf(b) - endOf(a))[0] ?? null;
}

function endOf(lock: Lock): number {
  return lock.until ?? Number.POSITIVE_INFINITY;
}

/** When the passage of time next changes the lock. Milliseconds since the epoch. */
export function clockOfLock(lock: Lock): number {
  return Math.min(lock.until ?? Number.POSITIVE_INFINITY, lock.remindAt);
}
