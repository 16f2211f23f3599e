import type { Check } from '../../../checks/checks.ts';

/** The named checks of a commit that is built elsewhere. Times in milliseconds since the epoch. */
export interface BuildChecks {
  /** What must pass, as configured when they were last judged. */
  names: string[];
  /** How many looks at the forge were begun, and the number of the one that was judged last. */
  looks: number;
  judged: number;
  /** When the last look began; null: none has. */
  lookedAt: number | null;
  /** When the forge is asked next; null: not by itself. */
  lookAt: number | null;
  /** The forge reported an event since the last look began. */
  rung: boolean;
  /** The first look that was answered; null: none yet. */
  since: number | null;
  /** What is not decided by then is errored; null: no look was answered yet. */
  deadline: number | null;
  /** The latest attempts that bear one of the names. */
  latest: Check[];
  /** Named, and reported by nobody. */
  missing: string[];
  /** Other names that are reported. */
  others: string[];
  /** Attempts that the forge was asked to run again, until another takes their place. */
  again: AttemptKey[];
  /** When they were decided; null: they are awaited. */
  endedAt: number | null;
  /** The deadline decided. */
  overdue: boolean;
  /** A bad end was told since the commit was last built. */
  toldBad: boolean;
  /** Until when they are followed after a bad end; null: they have not ended so. */
  followUntil: number | null;
  /** A newer head needs no build of this commit. */
  superseded: boolean;
  /** Why the forge could not be asked; null: it answered. */
  unread: ChecksUnread | null;
}

/** What an attempt at a check is known by. */
export type AttemptKey = Pick<Check, 'name' | 'group' | 'attempt'>;

/** The forge could not be asked. */
export interface ChecksUnread {
  /** Text for people, without a secret. */
  reason: string;
  since: number;
  /** How often in a row. */
  times: number;
  /** No event makes Slipway ask earlier. */
  notBefore: number;
}

/** Why checks did not let a build pass. */
export type ChecksEnd =
  /** `checks`: those that failed, were cancelled or errored. */
  | { kind: 'failed' | 'errored'; checks: Pick<Check, 'name' | 'url' | 'state'>[] }
  /** The deadline is over: `missing` were never reported, `waiting` have not ended. */
  | { kind: 'overdue'; missing: string[]; waiting: Pick<Check, 'name' | 'url' | 'state'>[] };
