import type { Actor } from '../../people/people.ts';
import type { Approval, Asked } from './approval.ts';
import type { Bake } from './bake.ts';
import type { Remote } from './remote.ts';

/** 'adopted': nothing was deployed; the commit ran there already. */
export type ReleaseKind = 'continuous' | 'promotion' | 'hotfix' | 'rollback' | 'adopted';

/** The statuses of a release (RULES, "Status × command"). */
export const STATUSES = [
  'prepared',
  'approved',
  'queued',
  'deploying',
  'verifying',
  'testing',
  'accepted',
  'unverified',
  'faulty',
  'failed',
  'errored',
  'cancelled',
  'rejected',
  'expired',
  'superseded',
] as const;
export type Status = (typeof STATUSES)[number];

/** The two steps of a release that run a command. `verify`: the verify command after a deploy. */
export type Step = 'deploy' | 'verify';

/** How an attempt's command ended, or why it did not. */
export type AttemptOutcome =
  | { kind: 'succeeded' }
  /** The command itself reported failure. */
  | { kind: 'failed'; how: CommandEnd }
  /**
   * A person cancelled it; the command and everything it started are gone. `says`: nobody here wished that, and this is what
   * the system that carried it out says about it; absent: a person cancelled it here, or the system does not say why.
   */
  | { kind: 'cancelled'; says?: string }
  /** Slipway stopped while the command ran, or another system does not say what became of it; its result is unknown. */
  | { kind: 'interrupted' }
  /** Slipway or the network failed. `ran` false: the command certainly did not start (RULES 5). */
  | { kind: 'errored'; reason: string; ran: boolean };

/** Why a command failed. */
export type CommandEnd =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: string }
  | { kind: 'timeout'; afterMs: number }
  /** Another system carried it out, and says so in these words. */
  | { kind: 'outside'; says: string };

/** Processes that a command left running when it ended, a few of each: "sleep (process 123)". */
export interface Leftovers {
  /** Ended together with the command. */
  ended: string[];
  /** Still running: they could not be ended. */
  left: string[];
}

/** One attempt at a release's deploy or verification. Numbered within its environment (RULES 2). */
export interface Attempt {
  number: number;
  step: Step;
  /** Id of the worker; new at each start of a process (RULES 1). */
  worker: string;
  startedAt: number;
  /** The worker's lease ends here unless it is renewed; of a remote attempt it covers only the start. Milliseconds since the epoch. */
  leaseUntil: number;
  /** `uncertain` as it was before the begin; restored if the command did not start (RULES 5). */
  wasUncertain: boolean;
  cancelWished: { by: Actor; at: number; reason: string | null } | null;
  /** The command's last line of output, masked; null: nothing printed yet. */
  lastLine: string | null;
  /** When its progress was last shown on the card. */
  progressAt: number;
  endedAt: number | null;
  /** null: the attempt is running. */
  outcome: AttemptOutcome | null;
  /** Processes that its command left running; absent: none. */
  leftovers?: Leftovers;
  /** Another system carries it out, and whoever is alive follows it (RULES 36). Absent: its worker runs a command. */
  remote?: Remote;
}

/** Why and by whom a release was ended or accepted. */
export interface End {
  at: number;
  by: Actor;
  /** The reason a person gave; null: none. */
  reason: string | null;
  /** The release or commit that caused it; null: none. */
  cause: { release: number; sha: string } | null;
}

/** Why a queued release is passed over. */
export interface Held {
  gate: 'order' | 'soak' | 'freeze' | 'lock' | 'paused';
  /** When time opens the gate; null: somebody must act. Milliseconds since the epoch. */
  until: number | null;
}

/** One commit on its way into one environment. */
export interface Release {
  /** Unique in its environment, from 1. */
  number: number;
  kind: ReleaseKind;
  sha: string;
  /** As typed by a person, or the branch that was pushed; null: none. */
  ref: string | null;
  status: Status;
  /** The step that ended with an error, for status `errored`; null otherwise. */
  erroredIn: Step | null;
  requestedBy: Actor;
  requestedAt: number;
  note: string | null;
  /** The state of the gate `built`, as last reported. */
  build: 'pending' | 'succeeded' | 'failed';
  /** Its commit was built again for it, as what the build had made was no longer kept (RULES 49). Absent: it was not. */
  builtAgain?: true;
  approvals: Approval[];
  /** Approvals that counted once and were voided, newest last; kept to show them. */
  voided: Approval[];
  /**
   * E-mail addresses of authors of the added commits who are no members, a few of them. Looked up only where the policy
   * bars authors; null: not looked up.
   */
  unknownAuthors?: string[] | null | undefined;
  /** Fingerprint of the policy that the approvals are for. */
  policy: string;
  /** When the release expires while it waits for people; null: never (continuous, rollback). */
  expiresAt: number | null;
  /** Its place in the queue while `queued`. `was`: the status to which a cancelled retry returns; null for a first try. */
  queue: { at: number; by: Actor; place: number; was: Status | null } | null;
  /**
   * Who started the deploy that began last. A lock lets its owner deploy, also in an automatic retry. null: none has
   * begun.
   */
  deployer: Actor | null;
  /**
   * When its soak ends, as known at the request, so that its card is redrawn then. null: it has ended, or there is none.
   */
  soaksUntil: number | null;
  /**
   * The gate that was shut when the release was about to begin. It stays queued and blocks no other release (RULES 7 and
   * 8). null: none.
   */
  held: Held | null;
  /** A person's decision that no freeze holds this release; null: none. */
  override: { by: Actor; at: number; reason: string } | null;
  /** True once an attempt at its deploy has begun. */
  begun: boolean;
  /** The commit that was deployed when its deploy first began; null: none, or it never began. */
  replaces: string | null;
  /** When its deploy last succeeded; null: never. */
  deployedAt: number | null;
  /** Newest last; only the newest few are kept, and the last deploy. */
  attempts: Attempt[];
  /** How often it was retried automatically after an interruption. */
  autoRetries: number;
  end: End | null;
  /** Set when its acceptance was revoked; null: not revoked. */
  revoked: { at: number; by: Actor; release: number | null } | null;
  /** Continuous releases: number of the branch head. null otherwise. */
  head: number | null;
  /** Number of the rollback that Slipway began by itself when this release failed (RULES 46). Absent: none. */
  rolledBackBy?: number;
  /** Rollbacks: the commit that it leaves. null otherwise. */
  leaves: { sha: string; release: number | null } | null;
  /** Id of its card. */
  card: string;
  /** Who was asked for an approval by a direct message. Absent: nobody. */
  asked?: Asked[] | undefined;
  /** Its verification, which is repeated for a while; kept after its end. Absent: one check is enough, or none has begun. */
  bake?: Bake;
}

/** True for promotions and hotfixes, which people approve, deploy and test. All other releases proceed by themselves. */
export function goesByPeople(release: Release): boolean {
  return release.kind === 'promotion' || release.kind === 'hotfix';
}

/**
 * False: the environment now has another mode than the release was made for, so the release must not begin (RULES 27). A
 * rollback returns to what ran here before, whatever the mode.
 */
export function isOfMode({ kind }: Pick<Release, 'kind'>, mode: 'continuous' | 'approval'): boolean {
  switch (kind) {
    case 'continuous':
      return mode === 'continuous';
    case 'promotion':
    case 'hotfix':
      return mode === 'approval';
    case 'rollback':
    case 'adopted':
      return true;
    default:
      return kind satisfies never;
  }
}

/** True: a person asked to deploy again what already ran in a continuous environment (RULES 34). */
export function isRedeploy(release: Release): boolean {
  return release.kind === 'continuous' && release.requestedBy.kind === 'person';
}

/** True: Slipway began the rollback by itself, after a failure (RULES 46). */
export function isRollbackByItself({ kind, requestedBy }: Pick<Release, 'kind' | 'requestedBy'>): boolean {
  return kind === 'rollback' && requestedBy.kind === 'robot';
}

/** True: the release waits for people, for gates or for its turn. */
export function isWaiting(release: Release): boolean {
  return release.status === 'prepared' || release.status === 'approved' || release.status === 'queued';
}

/** True: its deploy or verification occupies the environment, so the gate `free` is shut for others. */
export function isRunning(release: Release): boolean {
  return release.status === 'deploying' || release.status === 'verifying';
}

/**
 * True: what it deployed was not found good by its verification, which failed, was cancelled or errored. The
 * verification can be retried, and people may still accept or fail it (RULES 15 and 16).
 */
export function verificationEndedBadly(release: Pick<Release, 'status' | 'erroredIn'>): boolean {
  return release.status === 'unverified' || (release.status === 'errored' && release.erroredIn === 'verify');
}

/** True: its deploy was begun and did not succeed, and can be retried as far as its status says (RULES 11). */
export function deployEndedBadly(release: Pick<Release, 'status' | 'erroredIn' | 'begun'>): boolean {
  const { status, begun } = release;
  if (status === 'cancelled') return begun;
  return status === 'failed' || (status === 'errored' && !verificationEndedBadly(release));
}

/** True: the release was accepted, or it ended; nothing but `fail` can change it. */
export function isSettled(release: Release): boolean {
  switch (release.status) {
    case 'accepted':
    case 'rejected':
    case 'expired':
    case 'superseded':
    case 'faulty':
      return true;
    case 'cancelled':
      return !release.begun;
    default:
      return false;
  }
}

/** The attempt that runs now; null: none. */
export function runningAttempt(release: Release): Attempt | null {
  const last = release.attempts.at(-1);
  return last && last.outcome === null ? last : null;
}

/** True: its verification goes on, and none of its commands runs now: the next is due, or waited for. */
export function isIdle(release: Release): boolean {
  if (release.status !== 'verifying') return false;
  const last = release.attempts.at(-1);
  return last?.step !== 'verify' || last.outcome !== null;
}

/** The last attempt at this step; null: none. */
export function lastAttempt(release: Release, step: Step): Attempt | null {
  return release.attempts.findLast((attempt) => attempt.step === step) ?? null;
}
