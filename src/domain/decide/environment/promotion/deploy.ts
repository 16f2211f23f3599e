import { cancellersOf, rolesToCancel } from '../../../approvals/cancelling.ts';
import type { EnvironmentCommand } from '../../../documents/commands.ts';
import {
  isRunning,
  isWaiting,
  type Release,
  runningAttempt,
  type Status,
} from '../../../documents/values/release.ts';
import { knownAcceptances, targetsAmong } from '../../../gates/acceptances.ts';
import { approvalsGate, freezeGate, lockGate, needsApprovals, orderGate } from '../../../gates/gates.ts';
import { isAmong } from '../../../people/groups.ts';
import type { Actor, Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse, reply, show, showWaiting } from '../draft/draft.ts';
import { settledRefusal, withRelease } from '../draft/lookup.ts';
import { barredByRole } from '../draft/role.ts';
import { end, leaveQueue, updateWaiting } from '../draft/waiting.ts';
import { barredByMode } from './mode.ts';

type Deploy = Extract<EnvironmentCommand, { type: 'deploy' }>;
type Cancel = Extract<EnvironmentCommand, { type: 'cancel' }>;
type Retry = Extract<EnvironmentCommand, { type: 'retry' }>;

/** A person starts the deploy: the release is queued and begins by itself when `built` and `free` are open too. */
export function deploy(draft: Draft, command: Deploy, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    if (release.status === 'prepared') {
      const { count, required } = approvalsGate(release, draft.context.policy, draft.now);
      return refuse({ rule: 'approvals', release: release.number, count, required });
    }
    if (release.status === 'queued') {
      return refuse({ rule: 'alreadyQueued', release: release.number, by: release.queue?.by ?? by });
    }
    if (release.status !== 'approved') return settledRefusal(release);
    const shut =
      barredByRole(draft, 'deploy', by) ?? shutOrder(draft, release) ?? shutHold(draft, release, by);
    if (shut) return shut;
    enqueue(draft, release, by, null);
    return { kind: 'accepted', release: release.number };
  });
}

/** `was`: the status to which a cancelled retry returns; null: a first try. */
export function enqueue(draft: Draft, release: Release, by: Actor, was: Status | null): void {
  draft.environment.places += 1;
  release.status = 'queued';
  release.held = null;
  release.queue = { at: draft.at, by, place: draft.environment.places, was };
  showWaiting(draft);
}

/** Refuses a commit that is not accepted in the environment below; null: it may go on. */
export function shutOrder(draft: Draft, release: Release): Outcome | null {
  const gate = orderGate(release, draft.context.policy, draft.context.order);
  if (gate.open) return null;
  return refuse({
    rule: 'order',
    sha: release.sha,
    below: gate.below,
    revoked: gate.acceptance?.revoked ?? null,
  });
}

/**
 * Refuses a deploy at once during a freeze or under somebody's lock, because waiting in the queue opens neither
 * (DESIGN §3); null: neither holds. The release need not be in the document yet.
 */
export function shutHold(draft: Draft, release: Release, by: Actor): Outcome | null {
  const { environment, context, now } = draft;
  const freeze = freezeGate(release, context.policy, now);
  const number = release.number > environment.releases ? null : release.number;
  if (!freeze.open) return refuse({ rule: 'frozen', release: number, freeze: freeze.freeze });
  const lock = lockGate(environment, by, now);
  if (lock.open) return null;
  const all = lock.lock.card === environment.productLock?.card;
  return refuse({ rule: 'locked', release: number, lock: lock.lock, all });
}

/**
 * Cancels a release. A waiting one ends. For a running one this is a request to its worker; the real outcome of the
 * process wins.
 */
export function cancel(draft: Draft, command: Cancel, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    const accepted: Outcome = { kind: 'accepted', release: release.number };
    if (!isWaiting(release) && !isRunning(release)) return settledRefusal(release);
    const barred = barredFromCancel(draft, release, by);
    if (barred) return barred;
    switch (release.status) {
      case 'queued':
        if (release.queue?.was) {
          reply(draft, release, { kind: 'cancelled', by, reason: command.reason });
          leaveQueue(draft, release);
          showWaiting(draft);
          return accepted;
        }
        return cancelWaiting(draft, release, command, by);
      case 'prepared':
      case 'approved':
        return cancelWaiting(draft, release, command, by);
      case 'deploying':
      case 'verifying':
        return wishCancel(draft, release, command, by);
      default:
        return settledRefusal(release);
    }
  });
}

/** null: they may. */
function barredFromCancel({ context }: Draft, release: Release, by: Person): Outcome | null {
  const lists = rolesToCancel(release, by, context.policy.roles);
  if (lists.length === 0 || lists.some((from) => from === null || isAmong(from, by.id, context.groups))) {
    return null;
  }
  const from = [...new Set(lists.flatMap((list) => list ?? []))];
  return refuse({ rule: 'notCanceller', release: release.number, roles: cancellersOf(release).roles, from });
}

function cancelWaiting(draft: Draft, release: Release, command: Cancel, by: Person): Outcome {
  reply(draft, release, { kind: 'cancelled', by, reason: command.reason });
  if (release.begun) {
    // A retry that waited for approvals: what its first deploy left behind still needs a person.
    release.status = 'cancelled';
    release.queue = null;
    release.end = { at: draft.at, by, reason: command.reason, cause: null };
    show(draft, release);
  } else end(draft, release, 'cancelled', by, command.reason);
  showWaiting(draft);
  return { kind: 'accepted', release: release.number };
}

function wishCancel(draft: Draft, release: Release, command: Cancel, by: Person): Outcome {
  const attempt = runningAttempt(release);
  if (!attempt) {
    // Between deploy and verification no command runs that could be ended: the verification is not begun.
    release.status = 'unverified';
    release.end = { at: draft.at, by, reason: command.reason, cause: null };
    show(draft, release);
    showWaiting(draft);
    return { kind: 'accepted', release: release.number };
  }
  if (attempt.cancelWished) {
    const { by: first, at } = attempt.cancelWished;
    return refuse({ rule: 'cancelWished', release: release.number, by: first, at });
  }
  attempt.cancelWished = { by, at: draft.at, reason: command.reason };
  show(draft, release);
  return { kind: 'accepted', release: release.number, attempt: attempt.number };
}

/** Retries a deploy through all gates (RULES 11), or the verification alone (RULES 15). */
export function retry(draft: Draft, command: Retry, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    switch (release.status) {
      case 'failed':
        return retryDeploy(draft, release, by);
      case 'cancelled':
        return release.begun ? retryDeploy(draft, release, by) : settledRefusal(release);
      case 'errored':
        return release.erroredIn === 'verify'
          ? retryVerification(draft, release, by)
          : retryDeploy(draft, release, by);
      case 'unverified':
        return retryVerification(draft, release, by);
      case 'queued':
        return refuse({ rule: 'alreadyQueued', release: release.number, by: release.queue?.by ?? by });
      default:
        return settledRefusal(release);
    }
  });
}

function retryDeploy(draft: Draft, release: Release, by: Person): Outcome {
  const { environment, now } = draft;
  const begun = environment.desired?.release;
  if (begun !== undefined && begun !== release.number) {
    return refuse({ rule: 'overtaken', release: release.number, by: begun });
  }
  const rollback = openRollback(draft);
  if (rollback && rollback.number !== release.number) {
    return refuse({ rule: 'rollbackFirst', release: release.number, rollback: rollback.number });
  }
  if (needsApprovals(release) && release.expiresAt !== null && release.expiresAt <= now) {
    return refuse({ rule: 'requestExpired', release: release.number, at: release.expiresAt });
  }
  const shut =
    barredByRole(draft, release.kind === 'rollback' ? 'rollback' : 'deploy', by) ??
    barredByMode(draft, release) ??
    shutOrder(draft, release) ??
    revokedTarget(draft, release) ??
    // A rollback waits for a lock to end, so nobody has to ask again (RULES 8).
    (release.kind === 'rollback' ? null : shutHold(draft, release, by));
  if (shut) return shut;
  reply(draft, release, { kind: 'retried', by });
  enqueue(draft, release, by, release.status);
  // Its approvals may have become void while it was not waiting: then it needs approvals again, at once.
  updateWaiting(draft);
  return { kind: 'accepted', release: release.number };
}

/** Refuses a rollback whose target was revoked since or is no longer a target (RULES 14 and 25); null: it may begin. */
function revokedTarget(draft: Draft, release: Release): Outcome | null {
  if (release.kind !== 'rollback') return null;
  const known = knownAcceptances(draft.environment, draft.context.acceptances);
  const isKnown = known.some(({ sha }) => sha === release.sha);
  const revoked = isKnown && !targetsAmong(known).some(({ sha }) => sha === release.sha);
  return revoked ? refuse({ rule: 'notAcceptedHere', sha: release.sha, revoked }) : null;
}

function retryVerification(draft: Draft, release: Release, by: Person): Outcome {
  const { environment } = draft;
  if (environment.deployed?.release !== release.number) {
    return refuse({
      rule: 'notDeployed',
      release: release.number,
      deployed: environment.deployed?.sha ?? null,
    });
  }
  if (environment.uncertain) return refuse({ rule: 'uncertain', release: release.number });
  const running = environment.open.find(isRunning);
  if (running) return refuse({ rule: 'busy', release: release.number, by: running.number });
  release.status = 'verifying';
  release.erroredIn = null;
  release.end = null;
  reply(draft, release, { kind: 'retried', by });
  show(draft, release);
  return { kind: 'accepted', release: release.number };
}

/** A rollback that waits or runs here (RULES 11 and 14); undefined: none. */
export function openRollback(draft: Draft): Release | undefined {
  return draft.environment.open.find(
    (release) => release.kind === 'rollback' && (release.status === 'queued' || isRunning(release)),
  );
}
