import { latestAttempt, openRollback } from '../../../documents/environment.ts';
import {
  type Attempt,
  type AttemptOutcome,
  isOfMode,
  isRunning,
  type Release,
  runningAttempt,
} from '../../../documents/values/release.ts';
import { ROBOT } from '../../../people/people.ts';
import { LEASE_MS, leaseNow, MARGIN_MS } from '../../../time/lease.ts';
import { type Draft, reply, show, showWaiting } from '../draft/draft.ts';
import { rollBackByItself } from '../reversal/by-itself.ts';
import { enqueue } from './deploy.ts';

/** How often an interrupted idempotent deploy is retried automatically (RULES 6). */
const AUTO_RETRIES = 2;

/** Interrupts attempts whose lease and margin are over: their workers are dead, frozen or cut off. */
export function interruptExpired(draft: Draft): void {
  const { marginMs = MARGIN_MS } = draft.context;
  interrupt(draft, (attempt) => attempt.leaseUntil + marginMs <= leaseNow(draft.context));
}

/** Interrupts attempts of workers other than `except` at once: their process is proven gone (RULES 4). */
export function interruptOthers(draft: Draft, except: string): void {
  const latest = latestAttempt(draft.environment)?.attempt;
  if (latest && latest.worker !== except) {
    const now = leaseNow(draft.context);
    // A lease counted by a clock that was ahead would delay the next attempt long after the guard is gone.
    latest.leaseUntil = Math.min(latest.leaseUntil, now + LEASE_MS);
    // Whoever might have started it is gone; so is what the times of a remote attempt were counted by.
    if (latest.remote && latest.remote.lookAt !== null)
      latest.remote.lookAt = Math.min(latest.remote.lookAt, now);
  }
  interrupt(draft, (attempt) => attempt.worker !== except);
}

function interrupt(draft: Draft, isDead: (attempt: Attempt) => boolean): void {
  const release = draft.environment.open.find(isRunning);
  const attempt = release ? runningAttempt(release) : null;
  // A remote attempt outlives its worker (RULES 36).
  if (release && attempt && !attempt.remote && isDead(attempt)) interrupted(draft, release, attempt, '');
}

/** Records that an attempt was interrupted. It is retried automatically, or its release ends as errored. */
export function interrupted(draft: Draft, release: Release, attempt: Attempt, log: string): void {
  attempt.outcome = { kind: 'interrupted' };
  attempt.endedAt = draft.at;
  show(draft, release);
  showWaiting(draft);
  if (attempt.cancelWished === null) {
    // A verification changes nothing, so it begins again by itself.
    if (attempt.step === 'verify' && !isLostAgain(release)) return;
    if (attempt.step === 'deploy' && tryAgainByItself(draft, release)) return;
  }
  release.status = 'errored';
  release.erroredIn = attempt.step;
  release.end = { at: draft.at, by: ROBOT, reason: null, cause: null };
  replyBadEnd(draft, release, attempt, attempt.outcome, log);
  rollBackByItself(draft, release, attempt);
}

/** A remote verification whose runs are never found would be started for ever. */
function isLostAgain(release: Release): boolean {
  const lost = release.attempts.filter(
    ({ step, remote, outcome }) => step === 'verify' && remote && outcome?.kind === 'interrupted',
  );
  return lost.length > AUTO_RETRIES;
}

function tryAgainByItself(draft: Draft, release: Release): boolean {
  const { policy } = draft.context;
  if (!policy.idempotent || release.autoRetries >= AUTO_RETRIES) return false;
  const rollback = openRollback(draft.environment);
  if (!isOfMode(release, policy.mode) || (rollback && rollback.number !== release.number)) return false;
  release.autoRetries += 1;
  release.erroredIn = 'deploy';
  reply(draft, release, { kind: 'startedAgain', interruptedAt: draft.at });
  release.end = { at: draft.at, by: ROBOT, reason: null, cause: null };
  enqueue(draft, release, release.deployer ?? ROBOT, 'errored');
  // It was first in the queue when it began; the death of a worker does not cost it its turn.
  if (release.queue) release.queue.place = 0;
  return true;
}

/** Says in the thread of a release how an attempt ended that did not succeed. */
export function replyBadEnd(
  draft: Draft,
  release: Release,
  attempt: Attempt,
  outcome: Exclude<AttemptOutcome, { kind: 'succeeded' }>,
  log: string,
): void {
  reply(draft, release, { kind: 'ended', step: attempt.step, outcome, requester: release.requestedBy, log });
}
