import type { Actor } from '../people/people.ts';
import type { Lock } from './lock.ts';

/** What became of a wish that somebody unlocks. */
export interface LockAnswer {
  kind: 'unlocked' | 'handedOver' | 'kept' | 'takenOver' | 'expired';
  /** null: time. */
  by: Actor | null;
  at: number;
  /** Whose lock it is from then on; null: nobody's. */
  owner: Actor | null;
}

/** What is told about a whole environment or product, in a message of its own. Those with `to` go to that person alone. */
export type Notice =
  /** `from`: whose it was before, who gave it (`handed`) or lost it; null: it was free. `ended`: null while it holds. */
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

/** Whom a notice is for alone; null: everybody in the channel. */
export function recipientOf(notice: Notice): Actor | null {
  return 'to' in notice ? notice.to : null;
}
