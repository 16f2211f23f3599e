import { boundedCheck, type SeenChecks } from '../../checks/seen.ts';
import type { BuildCommand } from '../../documents/commands/build.ts';
import type { AttemptKey, BuildChecks } from '../../documents/values/build/checks.ts';
import { type ChecksDraft, isOpen, judgeNow, nextLook, withAgain } from './checks-verdict.ts';
import type { ChecksContext, Draft } from './draft.ts';
import { showPushes } from './effects.ts';

/** How many checks that `/hooks/build` told of a build remembers. */
const REPORTED_KEPT = 50;

/** What `/hooks/build` says is a group of its own: it replaces nothing that the forge says. */
const REPORTED = 'hooks/build';

const NOTHING_SEEN: SeenChecks = { named: [], others: [] };

type Of<T extends BuildCommand['type']> = Extract<BuildCommand, { type: T }>;

/** True: it is done. False: there is nothing to do. */
type Done = boolean;

function checksDraft(draft: Draft): ChecksDraft | null {
  const { checks } = draft.build;
  const { checks: context } = draft.context;
  return checks && context ? { draft, checks, context } : null;
}

/**
 * Lets a build go on as the configuration is now: one that waits for a worker waits for its checks if they are configured
 * since, and the other way round. Without a forge only time and reports decide; other names do so at once.
 */
export function followConfiguration(draft: Draft): void {
  const { build, context } = draft;
  if (build.status === 'requested' && build.revision > 0 && context.checks) {
    awaitChecks(draft, context.checks);
    showPushes(draft);
  }
  const isAwaiting = build.status === 'awaiting';
  if (isAwaiting && !context.checks) {
    build.status = 'requested';
    delete build.checks;
    showPushes(draft);
  }
  const { checks } = build;
  if (!checks) return;
  if (!context.checks) {
    checks.lookAt = null;
    return;
  }
  if (!context.checks.asked && checks.lookAt !== null) {
    checks.lookAt = null;
    checks.deadline ??= draft.at + context.checks.withinMs;
  }
  if (context.checks.asked && checks.lookAt === null && isAwaiting) checks.lookAt = draft.at;
  const { names, asked } = context.checks;
  const isNamedOtherwise = JSON.stringify(names) !== JSON.stringify(checks.names);
  if (!asked && isNamedOtherwise) judgeNow({ draft, checks, context: context.checks }, NOTHING_SEEN);
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
