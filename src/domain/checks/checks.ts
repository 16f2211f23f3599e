/**
 * What a check came to. Passed are `passed`, `neutral` and `skipped`, and at GitLab `allowedToFail`. `manual`: it waits
 * for a person. `cancelled`: it was stopped before it came to anything. `errored`: it could not be carried out.
 */
export type CheckState =
  | 'passed'
  | 'neutral'
  | 'skipped'
  | 'allowedToFail'
  | 'pending'
  | 'manual'
  | 'failed'
  | 'cancelled'
  | 'errored';

/** One attempt at one check of one commit, as it was reported. */
export interface Check {
  /** Compared exactly. */
  name: string;
  state: CheckState;
  /** Where people look at it; null: nobody said. */
  url: string | null;
  /** In the words of whoever reported it; null: none. */
  description: string | null;
  /**
   * Within one group a later attempt of a name replaces the earlier ones; attempts of different groups all count. A suite of
   * check runs, a pipeline, or all commit statuses of the commit.
   */
  group: string;
  /** Orders the attempts of a name in a group; the greatest is the latest. */
  attempt: number;
}

/** What the named checks of a commit say together. */
export type Verdict =
  | { kind: 'passed'; checks: Check[] }
  /** `waiting`: latest attempts that have not ended, or wait for a person. */
  | { kind: 'pending'; waiting: Check[]; missing: Missing | null }
  /** At least one has failed, or was cancelled; `checks` are these and those that errored. */
  | { kind: 'failed'; checks: Check[] }
  /** None has failed, and at least one could not be carried out. */
  | { kind: 'errored'; checks: Check[] };

/** Named checks that nobody has reported, and what is reported instead. Each in order of name, each name once. */
export interface Missing {
  names: string[];
  reported: string[];
}

/** What a state means for the commit: `open` is awaited, and `errs` could not be carried out. */
export type Bearing = 'passes' | 'open' | 'fails' | 'errs';

export const BEARING: Record<CheckState, Bearing> = {
  passed: 'passes',
  neutral: 'passes',
  skipped: 'passes',
  allowedToFail: 'passes',
  pending: 'open',
  manual: 'open',
  failed: 'fails',
  cancelled: 'fails',
  errored: 'errs',
};

/** The attempts that count: the latest of each name in each group. In order of name and group. */
export function latestAttempts(checks: readonly Check[]): Check[] {
  const latest = new Map<string, Check>();
  for (const check of checks) {
    const key = JSON.stringify([check.name, check.group]);
    const known = latest.get(key);
    if (known === undefined || check.attempt > known.attempt) latest.set(key, check);
  }
  return [...latest.values()].sort((a, b) => compare(a.name, b.name) || compare(a.group, b.group));
}

/**
 * Judges a commit by its named checks. Every latest attempt that bears one of the names must have passed, and every name must
 * be borne by at least one: what was never reported has not passed. A failure is told at once, whatever else is awaited.
 */
export function judge(names: readonly [string, ...string[]], checks: readonly Check[]): Verdict {
  const latest = latestAttempts(checks);
  const named = latest.filter(({ name }) => names.includes(name));
  const that = (bearing: Bearing) => named.filter(({ state }) => BEARING[state] === bearing);
  const bad = named.filter(({ state }) => BEARING[state] === 'fails' || BEARING[state] === 'errs');
  if (that('fails').length > 0) return { kind: 'failed', checks: bad };
  if (bad.length > 0) return { kind: 'errored', checks: bad };
  const missing = missingOf(names, latest);
  const waiting = that('open');
  if (missing !== null || waiting.length > 0) return { kind: 'pending', waiting, missing };
  return { kind: 'passed', checks: named };
}

function missingOf(names: readonly string[], latest: readonly Check[]): Missing | null {
  const reported = [...new Set(latest.map(({ name }) => name))].sort(compare);
  const missing = [...new Set(names)].filter((name) => !reported.includes(name)).sort(compare);
  return missing.length === 0 ? null : { names: missing, reported };
}

/** By code points: the same on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
