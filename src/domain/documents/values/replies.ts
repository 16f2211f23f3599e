import type { Actor } from '../../people/people.ts';
import type { ChecksEnd } from './build/checks.ts';
import type { AttemptOutcome, Release, Step } from './release.ts';

/** Why Slipway does not roll back by itself after a failure, although the policy says so (RULES 46 to 48). */
export type NotRolledBack =
  | { kind: 'noTarget' }
  /** The step ended without saying whether it failed. */
  | { kind: 'unknown' }
  /** It deployed what ran and was accepted there already. */
  | { kind: 'accepted' }
  /** It did once after this release failed. */
  | { kind: 'again'; release: number }
  /** Going back to `sha` goes past irreversible commits: the newest of them, and how many they are; null: git could not say. */
  | { kind: 'irreversible'; sha: string; commits: string[]; count: number | null };

/** An event that a thread reports. Plain facts; the text is made in `chat`. */
export type ReplyEvent =
  | { kind: 'approved'; by: Actor; count: number; required: number }
  /** `soaks`: the deploy begins only when the soak has ended, whenever Deploy is pressed. */
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
  /** A person cancelled what another system carries out, and it cannot be ended there. */
  | { kind: 'cancelRefused'; step: Step; reason: string }
  /** After an interrupted deploy the environment said which commit runs: the release's (`deployed`), or still the one before. */
  | { kind: 'saidItself'; sha: string; deployed: boolean }
  | { kind: 'retried'; by: Actor }
  | { kind: 'startedAgain'; interruptedAt: number }
  | { kind: 'rolledBack'; reason: string }
  /** The release failed, and Slipway rolls back by itself. `heldBy`: whose lock holds the rollback; null: none does. */
  | { kind: 'rollingBack'; release: number; sha: string; heldBy: Actor | null }
  | { kind: 'notRolledBack'; why: NotRolledBack }
  | { kind: 'revoked'; by: Actor; byRelease: number | null }
  /** `checks`: why, of a build that is made elsewhere; absent: Slipway builds it. */
  | { kind: 'buildFailed'; log: string; checks?: ChecksEnd }
  /** Its commit is built again, as what the build had made is no longer kept. */
  | { kind: 'builtAgain' }
  /** The checks of a commit passed after it was said that they did not. */
  | { kind: 'checksPassed' }
  /** A gate was shut when the release was about to begin: it waits for a person again. */
  | { kind: 'sentBack'; gate: 'order' | 'freeze' | 'lock'; requester: Actor }
  | { kind: 'overridden'; by: Actor; reason: string; freeze: string }
  | { kind: 'lockTakenOver'; by: Actor; from: Actor; reason: string }
  | { kind: 'lockHandedOver'; by: Actor; to: Actor }
  /** The lock is still in force: its owner is reminded once more. */
  | { kind: 'lockStillThere'; to: Actor }
  /** A hotfix was accepted; posted only if the branch does not contain its commit. */
  | { kind: 'notInBranch'; requester: Actor };

/** One reply in the thread of a card, posted once. */
export interface Reply {
  /** Unique for all time; stored in the metadata of the message. */
  id: string;
  at: number;
  event: ReplyEvent;
  /** The release as it was at that time; null: the event is not about a release. */
  release: Release | null;
}
