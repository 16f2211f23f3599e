import type { CurrentAnswer, CurrentQuestion } from '../values/current.ts';
import type { Lock } from '../values/lock.ts';
import type { Past } from '../values/past.ts';
import type { AttemptOutcome, Leftovers, Step } from '../values/release.ts';
import type { CancelAnswer, RemoteRun, RemoteSystem, Sight } from '../values/remote.ts';
import type { Base } from './base.ts';
import type { LockCommand } from './lock.ts';

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
        /** The irreversible commits that the person was shown and goes past; absent: none were shown. */
        past?: Past;
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

/** What workers, the passage of time and other documents report to an environment. */
export type EnvironmentReport = Base &
  (
    | { type: 'makeRelease'; sha: string; ref: string | null; head: number; card: string | null }
    /** `again`: it was built again, as what it had made was no longer kept. Absent: it was not. */
    | { type: 'buildEnded'; sha: string; succeeded: boolean; again?: true }
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
    /** `remote`: another system will carry it out; absent: the worker runs a command. */
    | {
        type: 'begin';
        release: number;
        step: Step;
        worker: string;
        leaseUntil: number;
        remote?: { system: RemoteSystem; key: string; place?: string; timeoutMs: number };
      }
    | { type: 'renew'; attempt: number; leaseUntil: number; lastLine: string | null }
    /** `run`: of another system; absent: none, or known already. `rungAt`: as in `sawRemote`. */
    | {
        type: 'report';
        attempt: number;
        outcome: AttemptOutcome;
        log: string;
        leftovers?: Leftovers;
        run?: RemoteRun;
        rungAt?: number;
      }
    /**
     * The system that carries out the attempt was asked about it: it has not ended, or it is not known what became of it.
     * `rungAt`: that of the attempt when it was read, before the system was asked; absent: it had none.
     */
    | { type: 'sawRemote'; attempt: number; seen: Sight; rungAt?: number }
    /** The system was asked to end the attempt. */
    | { type: 'askedToEnd'; attempt: number; answer: CancelAnswer }
    /** The environment was asked which commit really runs there. `asked`: the state in which it was asked. */
    | { type: 'sawCurrent'; asked: CurrentQuestion; answer: CurrentAnswer }
    /** An event from outside was about the attempt of this key: its system is asked at once. */
    | { type: 'ringRemote'; key: string }
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
