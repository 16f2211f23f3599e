import type { Actor, Person } from '../people/people.ts';
import type { BuildOutcome, BuildStep, PushRequest } from './build-run.ts';
import type { CardFault, CardSubject } from './card-subject.ts';
import type { ConcludedDelivery, PendingDelivery } from './delivery.ts';
import type { Lock } from './lock.ts';
import type { AttemptOutcome, Leftovers, Step } from './release.ts';
import type { Reply } from './replies.ts';

interface Base {
  /** Unique for all time: the same id settles once, whoever sends it, however often. */
  id: string;
  actor: Actor;
}

/** What people ask of an environment. */
export type HumanCommand = Base &
  (
    | { type: 'prepare'; sha: string; ref: string | null; note: string | null }
    | {
        type: 'approve';
        release: number;
        /** Revision of the environment that the person saw; absent: typed, not clicked. */
        shown?: number;
      }
    | { type: 'reject'; release: number; reason: string }
    | { type: 'deploy'; release: number }
    | { type: 'accept'; release: number; reason: string | null }
    | { type: 'fail'; release: number; reason: string }
    | { type: 'cancel'; release: number; reason: string | null }
    | { type: 'retry'; release: number }
    | { type: 'rollback'; to: { sha: string; ref: string | null } | null; reason: string }
    /** `sha`: the commit that is meant to run there, as it was typed; null: whichever does. */
    | { type: 'redeploy'; sha: string | null; reason: string | null }
    | { type: 'hotfix'; sha: string; ref: string | null; reason: string }
    | { type: 'adopt'; sha: string; ref: string | null; reason: string }
    | { type: 'override'; release: number; reason: string }
    | { type: 'pause'; reason: string }
    | { type: 'resume'; reason: string | null }
  );

/** What people ask of a lock, of an environment or of all environments of a product. */
export type LockCommand = Base &
  (
    | { type: 'lock'; reason: string; forMs: number | null }
    /** `ownerGone`: Slack says that its owner is not an active member any more: the lock is free to take. */
    | { type: 'unlock'; ownerGone: boolean }
    | { type: 'takeOver'; reason: string; forMs: number | null }
    /** By so much from now. */
    | { type: 'extendLock'; forMs: number }
    | { type: 'editLock'; reason: string }
    | { type: 'askToUnlock' }
    | { type: 'handOver'; to: Person }
    | { type: 'keepLock' }
  );

/** Complete by its type: a command that is missing does not compile. */
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

export function isLockCommand(command: Command): command is LockCommand {
  return Object.hasOwn(LOCK_COMMANDS, command.type);
}

/** True: a person asks for it, and only a full member may. */
export function isAskedByPeople(command: EnvironmentCommand): command is HumanCommand | LockCommand {
  return Object.hasOwn(HUMAN_COMMANDS, command.type) || isLockCommand(command);
}

/** What workers, time and other aggregates tell an environment. */
export type EnvironmentReport = Base &
  (
    | { type: 'makeRelease'; sha: string; ref: string | null; head: number; card: string | null }
    | { type: 'buildEnded'; sha: string; succeeded: boolean }
    /** An acceptance below was revoked: written here so that a begin that read before it loses the race (RULES 22). */
    | { type: 'revokedBelow'; sha: string; environment: string }
    /**
     * What cards here tell of changed elsewhere: what runs above, or what became of a promotion of `sha`; null: the
     * configuration, and every card that may still be acted on is drawn again.
     */
    | { type: 'redraw'; sha: string | null }
    /** The lock of all environments, as the product decided it. */
    | { type: 'productLock'; lock: Lock | null }
    /** The environment is not in the configuration any more. */
    | { type: 'retire' }
    | { type: 'begin'; release: number; step: Step; worker: string; leaseUntil: number }
    | { type: 'renew'; attempt: number; leaseUntil: number; lastLine: string | null }
    | { type: 'report'; attempt: number; outcome: AttemptOutcome; log: string; leftovers?: Leftovers }
    /** Time passed: expiries, leases. */
    | { type: 'tick' }
    /** The one process of the embedded tier starts: workers of before are gone, their leases with them (RULES 4). */
    | { type: 'workersGone'; except: string }
    /** Bookkeeping: these were carried out or stored. */
    | {
        type: 'carried';
        effects: string[];
        settled: string[];
        releases: { number: number; revision: number }[];
        acceptances: { sha: string; revision: number }[];
      }
  );

export type EnvironmentCommand = HumanCommand | LockCommand | EnvironmentReport;

export type BuildCommand = Base &
  (
    | { type: 'requestBuild'; push: PushRequest | null; watcher: string | null }
    /** The branch moved on: `head` is the number of the newer head; a push as new as that still wants its build. */
    | { type: 'skipBuild'; newer: string; head: number }
    /** A worker that may not begin it now says why. */
    | { type: 'holdBuild'; why: string }
    | { type: 'beginBuild'; worker: string; leaseUntil: number }
    | { type: 'renewBuild'; attempt: number; leaseUntil: number; step: BuildStep; lastLine: string | null }
    | { type: 'reportBuild'; attempt: number; outcome: BuildOutcome; log: string; leftovers?: Leftovers }
    /** `lost`: what the last one made is damaged or gone, so that a build that succeeded is done again. */
    | { type: 'retryBuild'; lost?: boolean }
    | { type: 'tick' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

export type ProductCommand = LockCommand | ProductReport;

export type ProductReport = Base &
  /** Time passed: the end of a lock, a question about it. */
  (
    | { type: 'tick' }
    /** A process started with this configuration: the newest one recorded decides (DESIGN §7). */
    | { type: 'configured'; fingerprint: string }
    | { type: 'look'; delivery: Omit<PendingDelivery, 'asked'> | null }
    /**
     * The branch as fetched; null: it does not exist. `asked`: the value of `Product.asked` read before the fetch. `contains`: which of
     * the announced commits are part of it; absent: none.
     */
    | { type: 'fetched'; sha: string | null; branch: string; asked: number; contains?: string[] | undefined }
    /** Whoever is the first to say so looks whether the branch moved, as it is time for that. */
    | { type: 'glance' }
    | { type: 'fetchFailed'; reason: string }
    /** The channel of the configuration was found, or is another one now. */
    | { type: 'channelFound'; configured: string; channel: string }
    | { type: 'carried'; effects: string[]; settled: string[]; concluded: ConcludedDelivery['id'][] }
  );

export type CardCommand = Base &
  /** `subject` null: whatever it shows already; a card never posted stays unposted. */
  (
    | { type: 'show'; product: string; subject: CardSubject | null; progress: boolean }
    | { type: 'reply'; product: string; subject: CardSubject; reply: Reply }
    | { type: 'claimCard'; worker: string; until: number }
    /** Each post that is known to have happened makes the claim last until `until`. */
    | { type: 'cardShown'; worker: string; wanted: number; channel: string; ts: string; until: number }
    | { type: 'replied'; worker: string; reply: string; until: number }
    /** `failed`: it may have been posted all the same. `why`: what `status` says of it; absent: nothing. */
    | {
        type: 'cardDeferred';
        worker: string;
        until: number;
        failed: boolean;
        why?: { fault: CardFault; reason: string } | undefined;
      }
    | { type: 'cardUndeliverable'; worker: string; fault: CardFault; reason: string }
    /** The post is not there any more: it is made anew. */
    | { type: 'cardGone'; worker: string; ts: string }
    | { type: 'releaseCard'; worker: string }
    /** Whatever was posted twice is one post again. */
    | { type: 'cardLookedThrough'; worker: string }
    /** What Slack refused may work by now: the bot was invited, the channel unarchived. */
    | { type: 'deliverAgain' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

export type Command = EnvironmentCommand | BuildCommand | ProductCommand | CardCommand;

/** A command before it has an id and somebody who sends it. */
export type Unsent<C extends Command = Command> = C extends unknown ? Omit<C, 'id' | 'actor'> : never;
