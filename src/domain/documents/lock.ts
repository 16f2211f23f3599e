import { type Actor, samePerson } from '../people/people.ts';

/** Nobody but its owner deploys. */
export interface Lock {
  owner: Actor;
  reason: string;
  at: number;
  /** When it ends by itself; null: never. Milliseconds since the epoch. */
  until: number | null;
  /** Those who asked for it to be unlocked and have no answer yet. */
  askedBy: Actor[];
  /** When its owner is asked whether it is still needed. */
  remindAt: number;
  /** How often its owner was asked; 0: not yet. */
  reminders: number;
  /** Id of the message that tells of it. */
  card: string;
}

/** What is built is not deployed until somebody resumes. */
export interface Pause {
  by: Actor;
  reason: string;
  at: number;
  /** The rollback that paused; null: a person did. */
  rollback: number | null;
  /** The newest commit that would be deployed; null: none came since. */
  newest: { sha: string; ref: string | null; head: number; card: string | null } | null;
  /** Id of the message that tells of it. */
  card: string;
}

/** The locks that an environment is under: its own, and that of all environments of the product. null: none. */
interface Locked {
  lock: Lock | null;
  productLock: Lock | null;
}

/** Its owner is asked after so long, then daily (CARDS §2). */
export const LOCK_REMINDER_MS = 4 * 3_600_000;
export const LOCK_REMINDED_MS = 24 * 3_600_000;

/** An end that is farther away is asked about: a lock without end says so. */
export const LONGEST_LOCK_MS = 90 * 24 * 3_600_000;

/** How many people a lock remembers as asking. */
export const ASKERS_KEPT = 10;

/** The locks that hold here, its own and that of all environments of the product. */
export function locksOf({ lock, productLock }: Locked): Lock[] {
  return [lock, productLock].filter((each) => each !== null);
}

/** The lock that keeps this person, or the robot, from deploying; null: none does. The one that ends last. */
export function lockAgainst(environment: Locked, deployer: Actor, now: number): Lock | null {
  const against = locksOf(environment).filter(
    (lock) => !samePerson(lock.owner, deployer) && (lock.until === null || lock.until > now),
  );
  return against.sort((a, b) => endOf(b) - endOf(a))[0] ?? null;
}

function endOf(lock: Lock): number {
  return lock.until ?? Number.POSITIVE_INFINITY;
}

/** When time changes something about it. Milliseconds since the epoch. */
export function clockOfLock(lock: Lock): number {
  return Math.min(lock.until ?? Number.POSITIVE_INFINITY, lock.remindAt);
}
