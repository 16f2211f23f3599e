import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { type Environment, latestAttempt, openRollback } from '../../../documents/environment.ts';
import {
  type Attempt,
  type AttemptOutcome,
  goesByPeople,
  isOfMode,
  isRedeploy,
  isRunning,
  isWaiting,
  type Release,
  runningAttempt,
  verificationEndedBadly,
} from '../../../documents/values/release.ts';
import { heededWish, mayStillSucceed } from '../../../gates/followed.ts';
import { ROBOT } from '../../../people/people.ts';
import { showsProgress } from '../../shared/progress.ts';
import {
  changedAfterEnd,
  close,
  type Draft,
  type Outcome,
  redrawBelow,
  refuse,
  reopen,
  reply,
  show,
  showWaiting,
} from '../draft/draft.ts';
import { end, movedOn } from '../draft/waiting.ts';
import { endedByUs } from '../remote/end.ts';
import { followAfterEnd, keepRing, lookedAfterEnd } from '../remote/schedule.ts';
import { rollBackByItself } from '../reversal/by-itself.ts';
import { acceptHere } from './accept.ts';
import { verdictOf } from './bake.ts';
import { interrupted, replyBadEnd } from './interrupt-attempt.ts';

type Report = Extract<EnvironmentCommand, { type: 'report' }>;
type Renew = Extract<EnvironmentCommand, { type: 'renew' }>;
type Reported = Pick<Report, 'outcome' | 'log'>;

/** A worker renews its lease. If refused, another worker holds the environment and the command must end. */
export function renew(draft: Draft, command: Renew): Outcome {
  const { environment, at } = draft;
  const release = environment.open.find(isRunning);
  const attempt = release ? runningAttempt(release) : null;
  if (!release || !attempt || attempt.number !== command.attempt) {
    return refuse({ rule: 'staleAttempt', attempt: command.attempt, latest: environment.attempts });
  }
  attempt.leaseUntil = Math.max(attempt.leaseUntil, command.leaseUntil);
  if (showsProgress(attempt, command.lastLine, at)) {
    attempt.progressAt = at;
    show(draft, release, true);
  }
  attempt.lastLine = command.lastLine;
  return { kind: 'accepted', release: release.number, attempt: attempt.number };
}

/**
 * Records the outcome of an attempt. The outcome of the latest attempt is a fact and is recorded even if it comes late:
 * over `errored`, over `cancelled`, or over a waiting retry, which is then dropped. That of any other attempt is ignored
 * (RULES 2).
 */
export function report(draft: Draft, command: Report): Outcome {
  const outcome = reported(draft, command);
  keepRing(draft, command);
  return outcome;
}

function reported(draft: Draft, command: Report): Outcome {
  const { environment } = draft;
  const stale = refuse({ rule: 'staleAttempt', attempt: command.attempt, latest: environment.attempts });
  if (command.attempt !== environment.attempts) return stale;
  const latest = latestAttempt(environment);
  if (!latest) return stale;
  const { release, attempt } = latest;
  // A retry may have been rejected or have expired: the outcome of its deploy is a fact all the same.
  if (attempt.step === 'verify' && !environment.open.includes(release)) return stale;
  if (attempt.outcome !== null && !changesEnd(environment, latest, command.outcome)) {
    if (attempt.remote) lookedAfterEnd(draft, attempt, attempt.remote, null);
    return stale;
  }
  const accepted: Outcome = { kind: 'accepted', release: release.number, attempt: attempt.number };
  if (command.outcome.kind === 'interrupted') {
    // The interruption is already known: what was decided about it since stands.
    if (attempt.outcome === null) interrupted(draft, release, attempt, command.log);
    return accepted;
  }
  const outcome = attempt.remote ? endedByUs(attempt.remote, command.outcome) : command.outcome;
  attempt.outcome = outcome;
  attempt.endedAt = draft.at;
  if (attempt.remote && command.run) attempt.remote.run = command.run;
  followAfterEnd(draft, attempt);
  if (command.leftovers) attempt.leftovers = command.leftovers;
  if (!environment.open.includes(release)) {
    if (outcome.kind !== 'succeeded') return reportedAfterEnd(draft, release, attempt, accepted);
    reopen(draft, release);
  }
  release.queue = null;
  if (attempt.step === 'deploy') deployEnded(draft, release, attempt, { outcome, log: command.log });
  else {
    const verdict = verdictOf(draft, release, attempt);
    if (verdict === null) return accepted;
    verificationEnded(draft, release, attempt, { outcome: verdict, log: command.log });
  }
  show(draft, release);
  showWaiting(draft);
  return accepted;
}

/** Whether this is news of an attempt that has ended: it was interrupted, or it succeeded elsewhere after all (RULES 40). */
function changesEnd(
  environment: Environment,
  latest: { release: Release; attempt: Attempt },
  { kind }: AttemptOutcome,
): boolean {
  if (latest.attempt.outcome?.kind === 'interrupted') return true;
  return kind === 'succeeded' && mayStillSucceed(environment, latest);
}

/**
 * A release that ended meanwhile stays ended. Only the fact that the command did not start says something about what runs
 * here.
 */
function reportedAfterEnd(draft: Draft, release: Release, attempt: Attempt, accepted: Outcome): Outcome {
  const { outcome } = attempt;
  if (outcome?.kind === 'errored' && !outcome.ran) draft.environment.uncertain = attempt.wasUncertain;
  changedAfterEnd(draft, release);
  show(draft, release);
  return accepted;
}

function deployEnded(draft: Draft, release: Release, attempt: Attempt, reported: Reported): void {
  const { environment, at } = draft;
  const { outcome } = reported;
  switch (outcome.kind) {
    case 'succeeded':
      deploySucceeded(draft, release, attempt);
      return;
    case 'failed':
      release.status = 'failed';
      break;
    case 'cancelled':
      release.status = 'cancelled';
      break;
    case 'interrupted':
      release.status = 'errored';
      break;
    case 'errored':
      release.status = 'errored';
      // The command certainly did not start: the environment is unchanged (RULES 5).
      if (!outcome.ran) environment.uncertain = attempt.wasUncertain;
      break;
    default:
      outcome satisfies never;
  }
  release.erroredIn = release.status === 'errored' ? 'deploy' : null;
  const wish = heededWish(attempt);
  release.end = { at, by: wish?.by ?? ROBOT, reason: wish?.reason ?? null, cause: null };
  replyBadEnd(draft, release, attempt, outcome, reported.log);
  rollBackByItself(draft, release, attempt);
}

function deploySucceeded(draft: Draft, release: Release, attempt: Attempt): void {
  const { environment, context, at } = draft;
  const before = environment.deployed;
  environment.deployed = {
    sha: release.sha,
    ref: release.ref,
    release: release.number,
    at,
    by: release.requestedBy,
  };
  environment.uncertain = false;
  environment.deployedRevision = draft.revision;
  release.deployedAt = at;
  release.erroredIn = null;
  release.end = null;
  reply(draft, release, { kind: 'deployed', durationMs: at - attempt.startedAt });
  supersedeTested(draft, release);
  supersedeRedeploys(draft, release);
  movedOn(draft, before);
  redrawBelow(draft, release.sha);
  if (context.policy.verify) {
    release.status = 'verifying';
    return;
  }
  goesOn(draft, release);
}

/** Supersedes releases in testing, or whose verification ended badly, when another commit runs here (RULES 16). */
function supersedeTested(draft: Draft, release: Release): void {
  const { environment, at } = draft;
  for (const other of environment.open.filter((candidate) => candidate.number !== release.number)) {
    if (other.status === 'testing' || verificationEndedBadly(other)) {
      other.status = 'superseded';
      other.erroredIn = null;
      other.end = { at, by: ROBOT, reason: null, cause: { release: release.number, sha: release.sha } };
      close(draft, other);
      show(draft, other);
    }
  }
}

/** This deploy was reported late: it replaces a waiting redeploy of another commit (RULES 34). */
function supersedeRedeploys(draft: Draft, release: Release): void {
  const cause = { release: release.number, sha: release.sha };
  for (const other of draft.environment.open.filter(isRedeploy)) {
    if (other.sha === release.sha || !isWaiting(other)) continue;
    end(draft, other, 'superseded', ROBOT, null, cause);
  }
}

/**
 * After deploy and verification, a release for an approval environment is tested by people, also if it had begun before the
 * environment needed approvals (RULES 27), or that a rollback is to leave (RULES 13); any other release is accepted (DESIGN §3).
 */
function goesOn(draft: Draft, release: Release): void {
  const { mode, retired } = draft.context.policy;
  const isLeft = openRollback(draft.environment)?.leaves?.sha === release.sha;
  if (!goesByPeople(release) && !isLeft && (retired || isOfMode(release, mode))) {
    acceptHere(draft, release, ROBOT, null);
    return;
  }
  release.status = 'testing';
  // Nobody is asked to test what is about to be left.
  if (isLeft) return;
  const { acceptFrom: testers } = draft.context.policy;
  reply(draft, release, { kind: 'pleaseTest', testers, requester: release.requestedBy });
}

function verificationEnded(draft: Draft, release: Release, attempt: Attempt, reported: Reported): void {
  const { outcome } = reported;
  // Between two checks nothing runs that could carry the wish.
  const endedByPerson = release.end?.by.kind === 'person' ? release.end : null;
  switch (outcome.kind) {
    case 'succeeded':
      release.erroredIn = null;
      release.end = null;
      goesOn(draft, release);
      return;
    case 'failed':
    case 'cancelled':
      release.status = 'unverified';
      release.erroredIn = null;
      break;
    case 'errored':
    case 'interrupted':
      release.status = 'errored';
      release.erroredIn = 'verify';
      break;
    default:
      outcome satisfies never;
  }
  // A bake is cancelled also where its check came to an end of its own.
  const isBake = outcome.kind === 'cancelled' && attempt.outcome?.kind !== 'cancelled';
  const wish = isBake ? attempt.cancelWished : heededWish(attempt);
  release.end = endedByPerson ?? {
    at: draft.at,
    by: wish?.by ?? ROBOT,
    reason: wish?.reason ?? null,
    cause: null,
  };
  replyBadEnd(draft, release, attempt, outcome, reported.log);
  if (endedByPerson === null) rollBackByItself(draft, release, attempt);
}
