import { BEARING, type Check, judge, latestAttempts, type Verdict } from '../../checks/checks.ts';
import type { SeenChecks } from '../../checks/seen.ts';
import type { Build } from '../../documents/build.ts';
import type { AttemptKey, BuildChecks, ChecksEnd } from '../../documents/values/build/checks.ts';
import type { ChecksContext, Draft } from './draft.ts';
import { replyToPush, sendBadEnd, sendSuccess, showPushes, wantedPushes } from './effects.ts';

/** A draft of a build whose checks are known, with what they are decided from. */
export interface ChecksDraft {
  draft: Draft;
  checks: BuildChecks;
  context: ChecksContext;
}

/** When a look that an event asks for begins. */
export function nextLook({ draft, checks, context }: ChecksDraft): number {
  return Math.max(draft.at, (checks.lookedAt ?? 0) + context.spacingMs, checks.unread?.notBefore ?? 0);
}

/** What its checks say still counts. */
export function isOpen({ status }: Build): boolean {
  return status === 'awaiting' || status === 'failed' || status === 'errored';
}

/** Judges all that is known of the checks, and does what follows from it. */
export function judgeNow(at: ChecksDraft, seen: SeenChecks): void {
  const { draft, checks, context } = at;
  const { build } = draft;
  if (!isOpen(build)) return;
  const { names } = context;
  const all = [...seen.named, ...(build.reported ?? [])];
  const shown = shownOf(build);
  const before = checks.latest;
  checks.again = stillAgain(all, checks.again);
  const judged = withAgain(all, checks.again);
  const verdict = judge(names, judged);
  const latest = latestAttempts(judged);
  const reported = latest.map(({ name }) => name);
  checks.names = [...names];
  checks.latest = latest.filter(({ name }) => names.includes(name));
  checks.missing = names.filter((name) => !reported.includes(name));
  const reportedOthers = reported.filter((name) => !names.includes(name));
  checks.others = [...new Set([...seen.others, ...reportedOthers])].sort();
  settle(at, verdict, before);
  if (shownOf(build) !== shown) showPushes(draft, build.status === 'awaiting' && shown.includes('awaiting'));
}

/** What cards show of the checks. */
function shownOf({ status, checks }: Build): string {
  const { latest, missing = [], others, overdue } = checks ?? {};
  const states = latest?.map(({ name, state, url, attempt }) => [name, state, url, attempt]);
  return JSON.stringify([status, states, missing, missing.length > 0 && others, overdue]);
}

function settle(at: ChecksDraft, verdict: Verdict, before: readonly Check[]): void {
  const { draft, checks } = at;
  switch (verdict.kind) {
    case 'passed':
      succeed(at);
      break;
    case 'failed':
    case 'errored':
      if (checks.superseded && verdict.checks.every(({ state }) => state === 'cancelled')) skip(at);
      else {
        const told = before.filter(({ state }) => isBad(state)).map(keyOf);
        const isNews = verdict.checks.some((check) => !told.includes(keyOf(check)));
        endBadly(at, { kind: verdict.kind, checks: verdict.checks.map(brief) }, isNews);
      }
      break;
    case 'pending':
      pending(at, verdict.waiting, draft.at);
      break;
    default:
      verdict satisfies never;
  }
}

function succeed({ draft, checks }: ChecksDraft): void {
  const { build, at } = draft;
  build.status = 'succeeded';
  checks.endedAt = at;
  checks.lookAt = null;
  checks.followUntil = null;
  checks.overdue = false;
  if (checks.toldBad) replyToPush(draft, { kind: 'checksPassed' });
  checks.toldBad = false;
  sendSuccess(draft, wantedPushes(build));
  delete build.discarded;
}

function skip({ draft, checks }: ChecksDraft): void {
  draft.build.status = 'skipped';
  checks.endedAt = draft.at;
  checks.lookAt = null;
}

/** `isNews`: an attempt ended badly that nobody was told of. */
function endBadly(found: ChecksDraft, end: ChecksEnd, isNews: boolean): void {
  const { draft, checks, context } = found;
  const { build, at } = draft;
  const status = end.kind === 'failed' ? 'failed' : 'errored';
  if (build.status !== status || checks.endedAt === null) {
    checks.endedAt = at;
    checks.followUntil = at + context.followMs;
    sendBadEnd(draft);
  }
  if (isNews) {
    replyToPush(draft, { kind: 'buildFailed', log: '', checks: end });
    checks.toldBad = true;
  }
  build.status = status;
  checks.overdue = end.kind === 'overdue';
  checks.followUntil ??= at + context.followMs;
  follow(found);
}

/** After a bad end the checks may be run again: they are followed for a while, unless a newer head is what counts. */
function follow(found: ChecksDraft): void {
  const { draft, checks, context } = found;
  const isOver = checks.followUntil === null || checks.followUntil <= draft.at;
  if (!context.asked || checks.superseded || isOver) checks.lookAt = null;
  else checks.lookAt = checks.rung ? nextLook(found) : draft.at + context.followPollMs;
}

function pending(found: ChecksDraft, waiting: Check[], at: number): void {
  const { draft, checks, context } = found;
  const { build } = draft;
  // Where nothing is reported any more, nothing runs again.
  if (checks.overdue || (build.status !== 'awaiting' && checks.latest.length === 0)) {
    follow(found);
    return;
  }
  if (build.status !== 'awaiting') {
    build.status = 'awaiting';
    checks.endedAt = null;
    checks.followUntil = null;
    checks.deadline = at + context.withinMs;
  }
  const deadline = checks.deadline ?? at + context.withinMs;
  if (deadline <= at) {
    if (checks.superseded) skip(found);
    else endBadly(found, { kind: 'overdue', missing: checks.missing, waiting: waiting.map(brief) }, true);
  } else if (context.asked)
    checks.lookAt = checks.rung ? nextLook(found) : Math.min(at + context.pollMs, deadline);
}

/** Attempts that were asked to run again count as running until another attempt, or another state, takes their place. */
export function withAgain(checks: readonly Check[], again: readonly AttemptKey[]): Check[] {
  const keys = again.map(keyOf);
  return checks.map((check) =>
    isBad(check.state) && keys.includes(keyOf(check)) ? { ...check, state: 'pending' } : check,
  );
}

function stillAgain(checks: readonly Check[], again: readonly AttemptKey[]): AttemptKey[] {
  const bad = checks.filter(({ state }) => isBad(state)).map(keyOf);
  return again.filter((key) => bad.includes(keyOf(key)));
}

function isBad(state: Check['state']): boolean {
  return BEARING[state] === 'fails' || BEARING[state] === 'errs';
}

function keyOf({ name, group, attempt }: AttemptKey): string {
  return JSON.stringify([name, group, attempt]);
}

function brief({ name, url, state }: Check): Pick<Check, 'name' | 'url' | 'state'> {
  return { name, url, state };
}
