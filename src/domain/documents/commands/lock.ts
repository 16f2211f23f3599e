import type { Person } from '../../people/people.ts';
import type { ShownLock } from '../values/lock.ts';
import type { Base } from './base.ts';

/** What a change to a lock in force is about: the one that the person was shown; absent: whichever is in force. */
type OfLock = Partial<ShownLock>;

/** What people request of a lock, of one environment or of all environments of a product. */
export type LockCommand = Base &
  (
    | { type: 'lock'; reason: string; forMs: number | null }
    | (OfLock &
        (
          | {
              type: 'unlock';
              /** Slack says that the owner is no longer an active member, so anybody may unlock. */
              ownerGone: boolean;
              /** Slack's user id of the owner of whom Slack says so; absent: whoever owns the lock. */
              owner?: string;
            }
          | { type: 'takeOver'; reason: string; forMs: number | null }
          /** `forMs`: the new duration, counted from now. */
          | { type: 'extendLock'; forMs: number }
          | { type: 'editLock'; reason: string }
          | { type: 'askToUnlock' }
          | { type: 'handOver'; to: Person }
          | { type: 'keepLock' }
        ))
  );
