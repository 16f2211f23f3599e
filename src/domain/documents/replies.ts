import type { Actor } from '../people/people.ts';
import type { AttemptOutcome, Release, Step } from './release.ts';

/** What a thread tells: how a release came to what it is. Plain facts; the words are made in `chat`. */
export type ReplyEvent =
  | { kind: 'approved'; by: Actor; count: number; required: number }
  /** `soaks`: the deploy begins only when its soak has ended, whenever it is pressed. */
  | { kind: 'ready'; requester: Actor; soaks: boolean }
  | { kind: 'rejected'; by: Actor; reason: string; requester: Actor }
  | { kind: 'expired'; requester: Actor }
  | { kind: 'cancelled'; by: Actor; reason: string | null }
  | { kind: 'voided'; approvers: Actor[]; why: 'policy' | 'removes' }
  | { kind: 'deployed'; durationMs: number }
  | { kind: 'pleaseTest'; testers: string[] | null; requester: Actor }
  | { kind: 'accepted'; by: Actor; reason: string | null; broadcast: boolean }
  | { kind: 'faulty'; by: Actor; reason: string; requester: Actor; stillRuns: boolean }
  | {
      kind: 'ended';
      step: Step;
      outcome: Exclude<AttemptOutcome, { kind: 'succeeded' }>;
      requester: Actor;
      log: string;
    }
  | { kind: 'retried'; by: Actor }
  | { kind: 'startedAgain'; interruptedAt: number }
  | { kind: 'rolledBack'; reason: string }
  | { kind: 'revoked'; by: Actor; byRelease: number | null }
  | { kind: 'buildFailed'; log: string }
  /** A gate was shut when it was about to begin: it waits for a person again. */
  | { kind: 'sentBack'; gate: 'order' | 'freeze' | 'lock'; requester: Actor }
  | { kind: 'overridden'; by: Actor; reason: string; freeze: string }
  | { kind: 'lockTakenOver'; by: Actor; from: Actor; reason: string }
  | { kind: 'lockHandedOver'; by: Actor; to: Actor }
  /** The lock is still there: its owner is asked once more. */
  | { kind: 'lockStillThere'; to: Actor }
  /** A hotfix was accepted; said only where the branch does not have its commit. */
  | { kind: 'notInBranch'; requester: Actor };

/** One reply in a card's thread, posted once. */
export interface Reply {
  /** Unique for all time; carried in the message's metadata. */
  id: string;
  at: number;
  event: ReplyEvent;
  /** The release as it was then; null for a push that has none. */
  release: Release | null;
}
