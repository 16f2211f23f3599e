import { BEARING, type Check, judge, latestAttempts, type Verdict } from '../../checks/checks.ts';
import { boundedCheck, type SeenChecks } from '../../checks/seen.ts';
import type { Build } from '../../documents/build.ts';
import type { BuildCommand } from '../../documents/commands.ts';
import type { AttemptKey, BuildChecks, ChecksEnd } from '../../documents/values/build-checks.ts';
import type { ChecksContext, Draft } from './draft.ts';
import { replyToPush, sendBadEnd, sendSuccess, showPushes } from './effects.ts';

/** How many checks that `/hooks/build` told of a build remembers. */
const REPORTED_KEPT = 50;

/** What `/hooks/build` says is a group of its own: it replaces nothing that the forge says. */
const REPORTED = 'hooks/build';

const NOTHING_SEEN: SeenChecks = { named: [], others: [] };

type Of<T extends BuildCommand['type']> = Extract<BuildCommand, { type: T }>;

/** True: it is done. False: there is nothing to do. */
type Done = boolean;

/** A draft of a build whose checks are known, with what they are decided from. */
interface ChecksDraft {
  draft: Draft;
  checks: BuildChecks;
  context: ChecksContext;
}

function checksDraft(draft: Draft): ChecksDraft | null {
  const { checks } = draft.build;
  const { checks: context } = draft.context;
  return checks && context ? { draft, checks, context } : null;
}

/**
 * Lets a build go on as the configuration is now: one that waits for a worker waits for its checks if they are configured
 * since, and the other way round. Without a forge only time and reports decide.
 */
export function followConfiguration(draft: Draft): void {
  const { build, context } = draft;
  if (build.status === 'requested' && build.revision > 0 && context.checks) {
    awaitChecks(draft, context.checks);
    showPushes(draft);
  }
  if (build.status !== 'awaiting') return;
  if (!context.checks) {
    build.status = 'requested';
    delete build.checks;
    showPushes(draft);
  } else if (build.checks && context.checks.asked !== (build.checks.lookAt !== null)) {
    build.checks.lookAt = context.checks.asked ? draft.at : null;
    build.checks.deadline ??= draft.at + context.checks.withinMs;
  }
}

/** The commit is wanted: it waits until its checks have passed. `again`: those that run again. */
export function awaitChecks(draft: Draft, context: ChecksContext, again: AttemptKey[] = []): void {
  const { build, at } = draft;
  const { checks: before, status } = build;
  if (status === 'awaiting' && before) {
    before.superseded = false;
    return;
  }
  delete build.held;
  build.status = 'awaiting';
  const checks: BuildChecks = {
    looks: before?.looks ?? 0,
    judged: before?.judged ?? 0,
    lookedAt: before?.lookedAt ?? null,
    latest: withAgain(before?.latest ?? [], again),
    missing: before?.missing ?? [],
    others: before?.others ?? [],
    toldBad: before?.toldBad ?? false,
    names: [...context.names],
    lookAt: context.asked ? at : null,
    rung: false,
    since: null,
    deadline: context.asked ? null : at + context.withinMs,
    again,
    endedAt: null,
    overdue: false,
    followUntil: null,
    superseded: false,
    unread: null,
  };
  build.checks = checks;
  if (!context.asked) judgeNow({ draft, checks, context }, NOTHING_SEEN);
}

/**
 * A person asks for a build that did not succeed. Checks that failed and that the forge cannot run again are followed for
 * longer: somebody runs them again where they run.
 */
export function retryChecks(draft: Draft, context: ChecksContext, again: AttemptKey[]): void {
  const { build, at } = draft;
  const { checks } = build;
  const stays = checks && !checks.overdue && (build.status === 'failed' || build.status === 'errored');
  if (stays && again.length === 0) {
    checks.followUntil = at + context.followMs;
    if (context.asked) checks.lookAt = at;
  } else awaitChecks(draft, context, again);
}

/**
 * A newer head needs no build of this commit. It is awaited all the same, as it may be deployed before the newer one has
 * passed; its CI may cancel its checks, though, and that is no failure.
 */
export function supersedeChecks({ build }: Draft): Done {
  const { checks, status } = build;
  if (!checks || checks.superseded) return false;
  if (status === 'awaiting') checks.superseded = true;
  else if (checks.lookAt !== null) checks.lookAt = null;
  else return false;
  return true;
}

/** Claims the next look, if one is due. Returns its number; null: none is due. */
export function beginLook(draft: Draft): number | null {
  const found = checksDraft(draft);
  if (!found) return null;
  const { checks, context } = found;
  if (checks.lookAt === null || checks.lookAt > draft.at) return null;
  checks.looks += 1;
  checks.lookedAt = draft.at;
  checks.rung = false;
  // If the process that looks is killed, another one looks then.
  checks.lookAt = draft.at + context.pollMs;
  return checks.looks;
}

/** A later look has seen more: what an earlier one saw is left out. */
function isOutdated({ checks }: ChecksDraft, look: number): boolean {
  return checks.lookAt === null || look <= checks.judged || look > checks.looks;
}

/** What a look saw decides. */
export function sawChecks(draft: Draft, { look, named, others }: Of<'sawChecks'>): Done {
  const found = checksDraft(draft);
  if (!found || isOutdated(found, look)) return false;
  const { checks, context } = found;
  const { at } = draft;
  checks.judged = look;
  // The time in which the forge could not be asked does not count.
  if (checks.unread !== null && checks.deadline !== null) checks.deadline += at - checks.unread.since;
  const wasUnread = checks.unread !== null;
  checks.unread = null;
  checks.since ??= at;
  checks.deadline ??= at + context.withinMs;
  judgeNow(found, { named, others });
  if (wasUnread) showPushes(draft);
  return true;
}

/** A forge that does not answer delays, and never decides. */
export function checksUnread(draft: Draft, { look, reason, until }: Of<'checksUnread'>): Done {
  const found = checksDraft(draft);
  if (!found || isOutdated(found, look)) return false;
  const { checks, context } = found;
  const { at } = draft;
  checks.judged = look;
  const { since = at, times = 0, reason: said } = checks.unread ?? {};
  const wait = context.backoffMs[Math.min(times, context.backoffMs.length - 1)] ?? context.pollMs;
  checks.unread = { reason, since, times: times + 1, notBefore: until ?? 0 };
  const lookAt = Math.max(at + wait, until ?? 0);
  checks.lookAt = checks.followUntil !== null && checks.followUntil <= at ? null : lookAt;
  if (said !== reason) showPushes(draft);
  return true;
}

/** The forge told of an event: the next look is at once, but not before the forge wants one. */
export function ringChecks(draft: Draft): Done {
  const found = checksDraft(draft);
  if (!found || found.checks.lookAt === null) return false;
  const { checks } = found;
  const next = nextLook(found);
  if (checks.rung && checks.lookAt !== null && checks.lookAt <= next) return false;
  checks.rung = true;
  checks.lookAt = Math.min(checks.lookAt ?? next, next);
  return true;
}

function nextLook({ draft, checks, context }: ChecksDraft): number {
  return Math.max(draft.at, (checks.lookedAt ?? 0) + context.spacingMs, checks.unread?.notBefore ?? 0);
}

/** Keeps what `/hooks/build` said. Where a forge is asked too, the next look judges it. */
export function reportCheck(draft: Draft, { check }: Of<'reportCheck'>): void {
  const { build, context } = draft;
  const reported = build.reported ?? [];
  const attempt = Math.max(0, ...reported.map((known) => known.attempt)) + 1;
  const kept = reported.filter(({ name }) => name !== check.name);
  kept.push(boundedCheck({ ...check, group: REPORTED, attempt }));
  if (kept.length > REPORTED_KEPT) {
    const unnamed = kept.findIndex(({ name }) => !context.checks?.names.includes(name));
    kept.splice(Math.max(unnamed, 0), 1);
  }
  build.reported = kept;
  const found = checksDraft(draft);
  if (found === null) return;
  if (found.context.asked) ringChecks(draft);
  else if (isOpen(build)) judgeNow(found, NOTHING_SEEN);
}

/** Time may have decided where no forge is asked. */
export function tickChecks(draft: Draft): void {
  const found = checksDraft(draft);
  if (found && !found.context.asked && draft.build.status === 'awaiting') judgeNow(found, NOTHING_SEEN);
}

/** What its checks say still counts. */
function isOpen({ status }: Build): boolean {
  return status === 'awaiting' || status === 'failed' || status === 'errored';
}

/** Judges all that is known of the checks, and does what follows from it. */
function judgeNow(at: ChecksDraft, seen: SeenChecks): void {
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
  sendSuccess(draft, build.pushes);
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
  if (checks.overdue) {
    follow(found);
    return;
  }
  if (build.status !== 'awaiting') {
    // They run again.
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
function withAgain(checks: readonly Check[], again: readonly AttemptKey[]): Check[] {
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
