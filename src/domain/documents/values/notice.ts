import type { RuleChange } from '../../approvals/who-may.ts';
import type { Actor } from '../../people/people.ts';
import type { Said } from './current.ts';
import type { Lock } from './lock.ts';
import type { Release } from './release.ts';
import type { DirectKind } from './switches.ts';

/** The answer to a request to unlock. */
export interface LockAnswer {
  kind: 'unlocked' | 'handedOver' | 'kept' | 'takenOver' | 'expired';
  /** null: the lock ended by time. */
  by: Actor | null;
  at: number;
  /** The owner of the lock from then on; null: nobody. */
  owner: Actor | null;
}

/**
 * Why a drift is over: what Slipway deployed runs 'again', a deploy has 'deployed' something since, or nobody is asked any more
 * what runs there.
 */
export type DriftEnd = 'again' | 'deployed' | 'notAsked';

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
  /**
   * Something else runs than Slipway deployed. `deployed`: what that is, and its release; null: nothing. `over`: null while it
   * lasts.
   */
  | {
      kind: 'drift';
      runs: Said;
      deployed: { sha: string; release: number } | null;
      since: number;
      over: { at: number; why: DriftEnd } | null;
    }
  /** The configuration has changed who may do what in environments of the product. */
  | { kind: 'rules'; at: number; changes: RuleChange[] }
  | { kind: 'unlockAsked'; to: Actor; by: Actor; lock: Lock; waiting: number[]; answer: LockAnswer | null }
  | { kind: 'unlockAnswered'; to: Actor; lock: Lock; answer: LockAnswer }
  | { kind: 'lockReminder'; to: Actor; lock: Lock; over: boolean }
  /**
   * `named`: the rules for approvals name the person; false: a group of theirs. It shows how the release is now. `replaced`:
   * a newer message asks the same; absent: this is the newest.
   */
  | { kind: 'approvalAsked'; to: Actor; release: number; named: boolean; replaced?: true | undefined }
  /** `release`: as it was when it ended, as it may be retried. */
  | { kind: 'releaseEnded'; to: Actor; release: Release }
  /** A deploy brought commits into the environment: never posted itself, it becomes a message to each of their authors. */
  | { kind: 'commitsDeployed'; release: number; at: number }
  | { kind: 'commitReached'; to: Actor; release: number; at: number };

/** The switch with which its reader turns such messages off; null: there is none, as they asked for it. */
export function switchOf(notice: Notice): DirectKind | null {
  switch (notice.kind) {
    case 'approvalAsked':
      return notice.named ? 'awaited' : 'group';
    case 'releaseEnded':
      return 'ended';
    case 'commitReached':
      return 'reached';
    case 'unlockAsked':
      return 'lock';
    default:
      return null;
  }
}

/** The only recipient of a notice; null: everybody in the channel. */
export function recipientOf(notice: Notice): Actor | null {
  return 'to' in notice ? notice.to : null;
}
