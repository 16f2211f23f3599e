import type { Actor } from '../people/people.ts';

/** 'adopted': nothing was deployed, it ran there already. */
export type ReleaseKind = 'continuous' | 'promotion' | 'hotfix' | 'rollback' | 'adopted';

/** The life of a release (RULES, "Status × command"). */
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

/** One person's yes. */
export interface Approval {
  by: Actor;
  at: number;
  /** When it ends by itself. Milliseconds since the epoch. */
  until: number;
  /** The rules of the policy that its giver fitted then, by their place: who is in a group may change. */
  fits: number[];
}

export type Step = 'deploy' | 'check';

/** How a command of theirs ended, or why it did not. */
export type AttemptOutcome =
  | { kind: 'succeeded' }
  /** Their command said no. */
  | { kind: 'failed'; how: CommandEnd }
  /** Ended because a person cancelled it; the command and all it started are gone. */
  | { kind: 'cancelled' }
  /** Slipway stopped while it ran; nobody knows its result. */
  | { kind: 'interrupted' }
  /** We or the network; `ran` false: it is known that the command did not start (RULES 5). */
  | { kind: 'errored'; reason: string; ran: boolean };

/** How a command that ran came to a bad end. */
export type CommandEnd =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: string }
  | { kind: 'timeout'; afterMs: number };

/** What a command had left running when it ended, a few of each: "sleep (process 123)". */
export interface Leftovers {
  /** Ended with it. */
  ended: string[];
  /** Runs on: it could not be ended. */
  left: string[];
}

/** One try at a release's deploy or check. Numbered by environment (RULES 2). */
export interface Attempt {
  number: number;
  step: Step;
  /** Made anew at each start of a process (RULES 1). */
  worker: string;
  startedAt: number;
  /** The worker's claim ends here unless renewed. Milliseconds since the epoch. */
  leaseUntil: number;
  /** `uncertain` as it was before the begin, restored when the command did not start (RULES 5). */
  wasUncertain: boolean;
  cancelWished: { by: Actor; at: number; reason: string | null } | null;
  /** Masked, one line; null: nothing printed yet. */
  lastLine: string | null;
  /** When its progress was last shown. */
  progressAt: number;
  endedAt: number | null;
  /** null: running. */
  outcome: AttemptOutcome | null;
  /** Absent: nothing was left. */
  leftovers?: Leftovers;
}

/** Why and by whom a release left the road, or was accepted. */
export interface End {
  at: number;
  by: Actor;
  /** A person's words; null: none given. */
  reason: string | null;
  /** The release or commit that caused it, where there is one. */
  cause: { release: number; sha: string } | null;
}

/** Why a queued release is passed over. */
export interface Held {
  gate: 'order' | 'soak' | 'freeze' | 'lock' | 'paused';
  /** When time opens the gate; null: somebody must. Milliseconds since the epoch. */
  until: number | null;
}

/** One commit on its way into one environment. */
export interface Release {
  /** Unique in its environment, from 1. */
  number: number;
  kind: ReleaseKind;
  sha: string;
  /** As typed by a person, or the branch that was pushed. */
  ref: string | null;
  status: Status;
  /** For `errored`: in which step. null otherwise. */
  erroredIn: Step | null;
  requestedBy: Actor;
  requestedAt: number;
  note: string | null;
  /** The gate `built`, as last heard. */
  build: 'pending' | 'succeeded' | 'failed';
  approvals: Approval[];
  /** Approvals that counted once and were made void, newest last; kept to tell the people. */
  voided: Approval[];
  /**
   * E-mail addresses that wrote some of what it adds and belong to no member, a few of them, as last looked up where the
   * policy bars authors; null: nobody asked.
   */
  unknownAuthors: string[] | null;
  /** Fingerprint of the policy its approvals are for. */
  policy: string;
  /** When it expires while it waits for people; null: never (continuous, rollback). */
  expiresAt: number | null;
  /** Its place in the queue while `queued`. `was`: the status it goes back to when cancelled; null for a first try. */
  queue: { at: number; by: Actor; place: number; was: Status | null } | null;
  /** Whose deploy began last: a lock lets its owner, also when it is tried again by itself. null: none has begun. */
  deployer: Actor | null;
  /** When its soak ends, as known when it was asked for: its card shows it then. null: it has ended, or there is none. */
  soaksUntil: number | null;
  /** The gate that was shut when it was about to begin: it stays queued and holds up nobody (RULES 7 and 8). null: none was. */
  held: Held | null;
  /** Somebody's word that no freeze holds this release; null: nobody's. */
  override: { by: Actor; at: number; reason: string } | null;
  /** True once an attempt at its deploy began. */
  begun: boolean;
  /** What was deployed when its deploy first began; null: nothing, or it never began. */
  replaces: string | null;
  /** When its deploy last succeeded; null: never. */
  deployedAt: number | null;
  /** Newest last, the newest few kept. */
  attempts: Attempt[];
  /** How often it was tried again by itself after an interruption. */
  autoRetries: number;
  end: End | null;
  /** Set when its acceptance was revoked. */
  revoked: { at: number; by: Actor; release: number | null } | null;
  /** Continuous: number of the branch head it came from. null otherwise. */
  head: number | null;
  /** Rollback: the commit it leaves. null otherwise. */
  leaves: { sha: string; release: number | null } | null;
  /** Id of its card. */
  card: string;
}

/** Goes where people approve, deploy and test it: a promotion or a hotfix. The others go by themselves. */
export function goesByPeople(release: Release): boolean {
  return release.kind === 'promotion' || release.kind === 'hotfix';
}

/**
 * False: the environment is of another mode than the one it was made for, and it must not begin (RULES 27). A rollback goes to
 * what ran here before, whatever the mode.
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

/** What ran in a continuous environment already, deployed there again as a person asked (RULES 34). */
export function isRedeploy(release: Release): boolean {
  return release.kind === 'continuous' && release.requestedBy.kind === 'person';
}

/** Waits for people, gates or its turn. */
export function isWaiting(release: Release): boolean {
  return release.status === 'prepared' || release.status === 'approved' || release.status === 'queued';
}

/** Its deploy or check holds the environment: the gate `free` is shut for others. */
export function isRunning(release: Release): boolean {
  return release.status === 'deploying' || release.status === 'verifying';
}

/** A person accepted or the check did, or it ended so that nothing but `fail` can touch it again. */
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

/** The attempt that runs now; null: none does. */
export function runningAttempt(release: Release): Attempt | null {
  const last = release.attempts.at(-1);
  return last && last.outcome === null ? last : null;
}
