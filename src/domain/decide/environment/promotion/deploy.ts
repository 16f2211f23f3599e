import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import {
  isRunning,
  type Release,
  runningAttempt,
  type Status,
  verificationEndedBadly,
} from '../../../documents/values/release.ts';
import type { Actor, Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse, reply, show, showWaiting } from '../draft/draft.ts';
import { withEligible } from '../draft/lookup.ts';
import { end, leaveQueue, updateWaiting } from '../draft/waiting.ts';
import { endIfDue } from '../remote/end.ts';

type Deploy = Extract<EnvironmentCommand, { type: 'deploy' }>;
type Cancel = Extract<EnvironmentCommand, { type: 'cancel' }>;
type Retry = Extract<EnvironmentCommand, { type: 'retry' }>;

/** A person starts the deploy: the release is queued and begins by itself when `built` and `free` are open too. */
export function deploy(draft: Draft, command: Deploy, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
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

/**
 * Cancels a release. A waiting one ends. For a running one this is a request to its worker; the real outcome of the
 * process wins. With `onlyWaiting` a running one is left alone (RULES 31).
 */
export function cancel(draft: Draft, command: Cancel, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    if (isRunning(release)) {
      if (command.onlyWaiting) return refuse({ rule: 'begunMeanwhile', release: release.number });
      return wishCancel(draft, release, command, by);
    }
    if (!release.queue?.was) return cancelWaiting(draft, release, command, by);
    reply(draft, release, { kind: 'cancelled', by, reason: command.reason });
    leaveQueue(draft, release);
    showWaiting(draft);
    return { kind: 'accepted', release: release.number };
  });
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
  attempt.cancelWished = { by, at: draft.at, reason: command.reason };
  if (attempt.remote) endIfDue(draft, release, attempt, attempt.remote);
  show(draft, release);
  return { kind: 'accepted', release: release.number, attempt: attempt.number };
}

/** Retries a deploy through all gates (RULES 11), or the verification alone (RULES 15). */
export function retry(draft: Draft, command: Retry, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    reply(draft, release, { kind: 'retried', by });
    if (verificationEndedBadly(release)) {
      release.status = 'verifying';
      release.erroredIn = null;
      release.end = null;
      show(draft, release);
    } else {
      enqueue(draft, release, by, release.status);
      // Its approvals may have become void while it was not waiting: then it needs approvals again, at once.
      updateWaiting(draft);
    }
    return { kind: 'accepted', release: release.number };
  });
}
