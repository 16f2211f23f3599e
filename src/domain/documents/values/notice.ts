import type { Actor } from '../../people/people.ts';
import type { Lock } from './lock.ts';

/** The answer to a request to unlock. */
export interface LockAnswer {
  kind: 'unlocked' | 'handedOver' | 'kept' | 'takenOver' | 'expired';
  /** null: the lock ended by time. */
  by: Actor | null;
  at: number;
  /** The owner of the lock from then on; null: nobody. */
  owner: Actor | null;
}

/** A message about a whole environment or product. A notice with `to` goes to that person alone. */
export type Notice =
  /**
   * `from`: the previous owner, who handed it over (`handed`) or lost it; null: it was free. `ended`: null while the lock
   * is in force.
   */
  | {
      kind: 'lock';
      lock: Lock;
      from: Actor | null;
      handed: boolean;
      waiting: number[];
      ended: LockAnswer | null;
    }
  | { kind: 'freeze'; reason: string; until: number; over: boolean; waiting: number[] }
  | {
      kind: 'paused';
      by: Actor;
      reason: string;
      at: number;
      rollback: number | null;
      resumed: { by: Actor; at: number } | null;
    }
  | { kind: 'unlockAsked'; to: Actor; by: Actor; lock: Lock; waiting: number[]; answer: LockAnswer | null }
  | { kind: 'unlockAnswered'; to: Actor; lock: Lock; answer: LockAnswer }
  | { kind: 'lockReminder'; to: Actor; lock: Lock; over: boolean };

/** The only recipient of a notice; null: everybody in the channel. */
export function recipientOf(notice: Notice): Actor | null {
  return 'to' in notice ? notice.to : null;
}
