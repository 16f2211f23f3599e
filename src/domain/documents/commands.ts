import type { Check } from '../checks/checks.ts';
import type { SeenChecks } from '../checks/seen.ts';
import type { EnvironmentId } from '../ids.ts';
import type { Person } from '../people/people.ts';
import type { Base } from './command.ts';
import type { PersonCommand } from './person-command.ts';
import type { ReportsCommand } from './reports-command.ts';
import type { AttemptKey } from './values/build-checks.ts';
import type { BuildOutcome, BuildStep, LeftOut, PushRequest } from './values/build-run.ts';
import type { CardFault, CardSubject } from './values/card-subject.ts';
import type { ConcludedDelivery, PendingDelivery } from './values/delivery.ts';
import type { Lock, ShownLock } from './values/lock.ts';
import type { AttemptOutcome, Leftovers, Step } from './values/release.ts';
import type { Reply } from './values/replies.ts';
import type { HeadTag, SeenTags } from './values/tag.ts';

/** What people request of an environment. */
export type HumanCommand = Base &
  (
    | { type: 'prepare'; sha: string; ref: string | null; note: string | null }
    | {
        type: 'approve';
        release: number;
        /** Revision of the environment that the person saw; absent: the command was typed, not clicked. */
        shown?: number;
      }
    | { type: 'reject'; release: number; reason: string }
    | { type: 'deploy'; release: number }
    | { type: 'accept'; release: number; reason: string | null }
    | { type: 'fail'; release: number; reason: string }
    /** `onlyWaiting`: the person was shown a release that waits, so a deploy that began meanwhile goes on. */
    | { type: 'cancel'; release: number; reason: string | null; onlyWaiting?: true }
    | { type: 'retry'; release: number }
    | {
        type: 'rollback';
        to: { sha: string; ref: string | null } | null;
        reason: string;
        /** The commit that the person was shown as the one left; absent: whichever it is. */
        leaves?: string;
      }
    /** `sha`: the commit that should be running there, as typed or shown; null: whichever runs. */
    | { type: 'redeploy'; sha: string | null; reason: string | null }
    | { type: 'hotfix'; sha: string; ref: string | null; reason: string }
    | { type: 'adopt'; sha: string; ref: string | null; reason: string }
    /** `freeze`: the end of the freeze that the person was shown; absent: whichever is in force. */
    | { type: 'override'; release: number; reason: string; freeze?: number }
    | { type: 'pause'; reason: string }
    /** `pause`: the card of the pause that the person was shown; absent: whichever is in force. */
    | { type: 'resume'; reason: string | null; pause?: string }
  );

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

/** Complete by its type: a missing command does not compile. */
const LOCK_COMMANDS = {
  lock: true,
  unlock: true,
  takeOver: true,
  extendLock: true,
  editLock: true,
  askToUnlock: true,
  handOver: true,
  keepLock: true,
} as const satisfies Record<LockCommand['type'], true>;

const HUMAN_COMMANDS = {
  prepare: true,
  approve: true,
  reject: true,
  deploy: true,
  accept: true,
  fail: true,
  cancel: true,
  retry: true,
  rollback: true,
  redeploy: true,
  hotfix: true,
  adopt: true,
  override: true,
  pause: true,
  resume: true,
} as const satisfies Record<HumanCommand['type'], true>;

/** True: the command is about a lock, of an environment or of a product. */
export function isLockCommand(command: Command): command is LockCommand {
  return Object.hasOwn(LOCK_COMMANDS, command.type);
}

/** True: the command is a person's request, which only a full member may make. */
export function isAskedByPeople(command: EnvironmentCommand): command is HumanCommand | LockCommand {
  return Object.hasOwn(HUMAN_COMMANDS, command.type) || isLockCommand(command);
}

/** What workers, the passage of time and other documents report to an environment. */
export type EnvironmentReport = Base &
  (
    | { type: 'makeRelease'; sha: string; ref: string | null; head: number; card: string | null }
    | { type: 'buildEnded'; sha: string; succeeded: boolean }
    /**
     * An acceptance in the environment below, `environment`, was revoked. It is written here so that a begin that has
     * read the acceptance before loses the race (RULES 22).
     */
    | { type: 'revokedBelow'; sha: string; environment: string }
    /**
     * Something that the cards here show has changed elsewhere: what runs above, or how a promotion of `sha` is going.
     * `sha` null: the configuration has changed, and every card that may still be acted on is redrawn.
     */
    | { type: 'redraw'; sha: string | null }
    /** The lock of all environments, as the product decided it. */
    | { type: 'productLock'; lock: Lock | null }
    /** The environment is no longer in the configuration. */
    | { type: 'retire' }
    | { type: 'begin'; release: number; step: Step; worker: string; leaseUntil: number }
    | { type: 'renew'; attempt: number; leaseUntil: number; lastLine: string | null }
    | { type: 'report'; attempt: number; outcome: AttemptOutcome; log: string; leftovers?: Leftovers }
    /** Time has passed: approvals, requests, holds or leases may be over. */
    | { type: 'tick' }
    /** The only process of the embedded tier has started: earlier workers and their leases are gone (RULES 4). */
    | { type: 'workersGone'; except: string }
    /** Bookkeeping: these effects were dispatched, and these records stored outside. */
    | {
        type: 'carried';
        effects: string[];
        settled: string[];
        releases: { number: number; revision: number }[];
        acceptances: { sha: string; revision: number }[];
      }
  );

export type EnvironmentCommand = HumanCommand | LockCommand | EnvironmentReport;

/** What people, workers, the passage of time and other documents send to a build. */
export type BuildCommand = Base &
  (
    | { type: 'requestBuild'; push: PushRequest | null; watcher: EnvironmentId | null }
    /** The branch has moved on. `head`: number of the newer head; a push at least as new still needs its build. */
    | { type: 'skipBuild'; newer: string; head: number }
    /** A worker that cannot begin the build now says why. */
    | { type: 'holdBuild'; why: string }
    | { type: 'beginBuild'; worker: string; leaseUntil: number }
    | { type: 'renewBuild'; attempt: number; leaseUntil: number; step: BuildStep; lastLine: string | null }
    | { type: 'reportBuild'; attempt: number; outcome: BuildOutcome; log: string; leftovers?: Leftovers }
    /**
     * `lost`: the stored result is damaged or gone, so even a successful build is repeated. `again`: attempts at checks that the
     * forge was asked to run again; absent: none.
     */
    | { type: 'retryBuild'; lost?: boolean; again?: AttemptKey[] }
    /** A look at the checks is due; the process whose command is accepted does it, under the number `attempt`. */
    | { type: 'lookAtChecks' }
    /** What that look saw. */
    | ({ type: 'sawChecks'; look: number } & SeenChecks)
    /** The forge could not be asked. `until`: when it wants to be asked again; null: it did not say. */
    | { type: 'checksUnread'; look: number; reason: string; until: number | null }
    /** The forge reported an event about the commit. */
    | { type: 'ringChecks' }
    /** What `/hooks/build` said of a check; it is the latest that is known of it. */
    | { type: 'reportCheck'; check: Omit<Check, 'group' | 'attempt'> }
    | { type: 'tick' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

export type ProductCommand = LockCommand | ProductReport;

/** What workers, webhooks and the passage of time report to a product. */
export type ProductReport = Base &
  /** Time has passed: a lock may have ended, or its owner must be reminded. */
  (
    | { type: 'tick' }
    /** A process has started with this configuration; the configuration recorded last decides (DESIGN §7). */
    | { type: 'configured'; fingerprint: string }
    | { type: 'look'; delivery: Omit<PendingDelivery, 'asked'> | null }
    /**
     * The branch as fetched. `sha` null: the branch does not exist. `asked`: the value of `Product.asked` read before the
     * fetch. `contains`: the announced commits that are part of the branch; absent: none. `leftOut`: why the commit needs no
     * build; absent: it needs one. `tags`: all tags that are followed, instead of a branch; `sha` is then that of the newest one
     * that is new or has moved, which is `tag`, and null: there is none. `branch` is what is followed, in words.
     */
    | {
        type: 'fetched';
        sha: string | null;
        branch: string;
        asked: number;
        contains?: string[] | undefined;
        leftOut?: LeftOut | undefined;
        tags?: SeenTags | undefined;
        tag?: HeadTag | undefined;
      }
    /** A fetch is due that nobody requested; the process whose command is accepted does it. */
    | { type: 'glance' }
    | { type: 'fetchFailed'; reason: string }
    /** The channel of the configuration was found, or is a different one now. */
    | { type: 'channelFound'; configured: string; channel: string }
    | { type: 'carried'; effects: string[]; settled: string[]; concluded: ConcludedDelivery['id'][] }
  );

/** What workers and other documents send to a card. */
export type CardCommand = Base &
  /** `subject` null: the card keeps its subject; a card that was never posted stays unposted. */
  (
    | {
        type: 'show';
        product: string;
        subject: CardSubject | null;
        progress: boolean;
        /** A card that is not posted yet is held back until then, and may be left out. */
        quietUntil?: number;
      }
    | { type: 'reply'; product: string; subject: CardSubject; reply: Reply }
    | { type: 'claimCard'; worker: string; until: number }
    /** Each post that is known to have happened extends the claim to `until`. */
    | { type: 'cardShown'; worker: string; wanted: number; channel: string; ts: string; until: number }
    | { type: 'replied'; worker: string; reply: string; until: number }
    /** `failed`: the call may have posted all the same. `why`: the reason that `status` shows; absent: none. */
    | {
        type: 'cardDeferred';
        worker: string;
        until: number;
        failed: boolean;
        why?: { fault: CardFault; reason: string } | undefined;
      }
    | { type: 'cardUndeliverable'; worker: string; fault: CardFault; reason: string }
    /** The post no longer exists; the card is posted again. */
    | { type: 'cardGone'; worker: string; ts: string }
    | { type: 'releaseCard'; worker: string }
    /** A push that was overtaken has no card: what it would show is on that of a later push. */
    | { type: 'cardLeftOut'; worker: string; wanted: number }
    /** Posts that were made twice were searched for and removed. */
    | { type: 'cardLookedThrough'; worker: string }
    /** What Slack refused may work now, for example because the bot was invited or the channel unarchived. */
    | { type: 'deliverAgain' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

/** The commands that each kind of document accepts. */
export interface Commands {
  environments: EnvironmentCommand;
  builds: BuildCommand;
  products: ProductCommand;
  cards: CardCommand;
  people: PersonCommand;
  reports: ReportsCommand;
}

export type Command = Commands[keyof Commands];

/** A command before it has an id and somebody who sends it. */
export type Unsent<C extends Command = Command> = C extends unknown ? Omit<C, 'id' | 'actor'> : never;
