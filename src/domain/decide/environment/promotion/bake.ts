import { type Bake, type BakePolicy, ERRORED_MOST } from '../../../documents/values/bake.ts';
import {
  type Attempt,
  type AttemptOutcome,
  isIdle,
  type Release,
  runningAttempt,
} from '../../../documents/values/release.ts';
import { deployerOf, lockGate, queue } from '../../../gates/gates.ts';
import { releaseId } from '../../../ids.ts';
import { ROBOT } from '../../../people/people.ts';
import { leaseNow } from '../../../time/lease.ts';
import { isShownAgain } from '../../shared/progress.ts';
import { close, type Draft, show } from '../draft/draft.ts';
import { wishEnd } from './deploy.ts';

/** Notes that a check begins. The first one of a verification begins the bake. */
export function checkBegins(draft: Draft, release: Release): void {
  const { bake: policy } = draft.context.policy;
  if (!policy) return;
  release.bake ??= newBake(draft);
  Object.assign(release.bake, valuesOf(policy), { checkFrom: leaseNow(draft.context), nextAt: null });
}

function newBake({ context, at }: Draft): Bake {
  return {
    startedAt: at,
    forMs: 0,
    everyMs: 0,
    failures: 1,
    passedMs: 0,
    checks: 0,
    failedInRow: 0,
    erroredInRow: 0,
    checkFrom: leaseNow(context),
    countedTo: null,
    nextAt: null,
    shownAt: at,
  };
}

function valuesOf({ forMs, everyMs, failures }: BakePolicy): Pick<Bake, 'forMs' | 'everyMs' | 'failures'> {
  return { forMs, everyMs, failures };
}

/**
 * What the end of an attempt says about its verification. Without a bake that is the outcome itself. null: it says nothing
 * yet, because the bake goes on, or nothing any more, because it is over (RULES 44).
 */
export function verdictOf(draft: Draft, release: Release, attempt: Attempt): AttemptOutcome | null {
  const { outcome } = attempt;
  const { bake: policy } = draft.context.policy;
  if (release.status !== 'verifying') return lateVerdict(draft, release, outcome);
  if (!policy) {
    delete release.bake;
    return outcome;
  }
  release.bake ??= newBake(draft);
  const { bake } = release;
  Object.assign(bake, valuesOf(policy));
  const before = [bake.failedInRow, bake.erroredInRow].join();
  const verdict = afterCheck(draft, bake, attempt);
  if (verdict !== null) return verdict;
  bake.nextAt = leaseNow(draft.context) + untilNext(bake);
  followPolicy(bake, policy);
  const isNews = before !== [bake.failedInRow, bake.erroredInRow].join();
  if (isNews || isShownAgain(bake.shownAt, draft.at)) {
    bake.shownAt = draft.at;
    show(draft, release, true);
  }
  return null;
}

/** The bake is over, and its last check is known only now: one that passed is no verification, and one that failed only completes a row. */
function lateVerdict(draft: Draft, release: Release, outcome: AttemptOutcome | null): AttemptOutcome | null {
  const { bake } = release;
  const failed = outcome?.kind === 'failed';
  if (!bake || (!failed && outcome?.kind !== 'succeeded')) return outcome;
  if (failed && bake.failedInRow + 1 >= bake.failures) {
    bake.failedInRow += 1;
    return outcome;
  }
  show(draft, release);
  return null;
}

/** Counts a check that has ended; null: the bake goes on. */
function afterCheck(draft: Draft, bake: Bake, { outcome, cancelWished }: Attempt): AttemptOutcome | null {
  switch (outcome?.kind) {
    case 'succeeded':
      count(draft, bake);
      bake.failedInRow = 0;
      if (bake.passedMs >= bake.forMs) return outcome;
      break;
    case 'failed':
      count(draft, bake);
      bake.failedInRow += 1;
      if (bake.failedInRow >= bake.failures) return outcome;
      break;
    case 'errored':
      bake.erroredInRow += 1;
      if (bake.erroredInRow >= ERRORED_MOST || cancelWished) return outcome;
      break;
    default:
      return outcome ?? null;
  }
  // The check came to an end of its own before it could be cancelled: no other one begins.
  return cancelWished ? { kind: 'cancelled' } : null;
}

/**
 * Adds the time since the last check that counted. Neither the wait before this check nor the check itself counts for more
 * than `everyMs`: nobody looked in between, or a clock was set.
 */
function count({ context }: Draft, bake: Bake): void {
  const { everyMs, countedTo, checkFrom } = bake;
  const now = leaseNow(context);
  const wait = countedTo === null ? 0 : within(checkFrom - countedTo, everyMs);
  bake.passedMs += wait + within(now - checkFrom, everyMs);
  bake.countedTo = now;
  bake.checks += 1;
  bake.erroredInRow = 0;
}

function within(ms: number, most: number): number {
  return Math.min(Math.max(ms, 0), most);
}

/** The last check is at the end of the bake, not up to a whole `everyMs` later. */
function untilNext({ forMs, passedMs, everyMs }: Bake): number {
  const left = forMs - passedMs;
  return left > 0 ? Math.min(left, everyMs) : everyMs;
}

function followPolicy(bake: Bake, { yields }: BakePolicy): void {
  if (yields) bake.yields = true;
  else delete bake.yields;
}

/**
 * Applies the passage of time and a changed configuration to a bake between two checks, before every command: the next
 * check is due, or would be due much later only because a clock was ahead or because it was to wait longer.
 */
export function updateBake({ environment, context }: Draft): void {
  const bake = environment.open.find(isIdle)?.bake;
  if (!bake) return;
  const { bake: policy } = context.policy;
  const now = leaseNow(context);
  if (policy) followPolicy(bake, policy);
  else delete bake.yields;
  if (bake.nextAt === null) return;
  if (!policy || bake.nextAt <= now || bake.nextAt > now + policy.everyMs) bake.nextAt = null;
}

/**
 * A rollback that could begin does not wait for a bake: the check that runs is cancelled, and no other begins (RULES 45).
 * Called after every command, so it does not matter what made the rollback first.
 */
export function makeWay(draft: Draft): void {
  const { environment, context } = draft;
  const release = environment.open.find(({ status }) => status === 'verifying');
  if (!release || (!release.bake && !context.policy.bake)) return;
  const rollback = firstRollback(draft);
  if (rollback === null || runningAttempt(release)?.cancelWished) return;
  const reason = `${releaseId(environment.id, rollback.number)} rolls back`;
  wishEnd(draft, release, { by: ROBOT, reason });
}

/** The rollback that is next here, if nothing but the bake keeps it; null: none is. */
function firstRollback({ environment, now }: Draft): Release | null {
  const [first] = queue(environment);
  if (first?.kind !== 'rollback') return null;
  return lockGate(environment, deployerOf(first), now).open ? first : null;
}

/** Another release begins between two checks: the bake is not gone on with (RULES 45). */
export function overtakeBake(draft: Draft, { number, sha }: Release): void {
  const { environment, at } = draft;
  const baking = environment.open.find(isIdle);
  if (!baking) return;
  baking.status = 'superseded';
  baking.end = { at, by: ROBOT, reason: null, cause: { release: number, sha } };
  close(draft, baking);
  show(draft, baking);
}
