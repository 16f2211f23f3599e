import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import {
  type Attempt,
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
import { endByWish } from '../remote/end.ts';

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
      const attempt = wishEnd(draft, release, { by, reason: command.reason });
      return { kind: 'accepted', release: release.number, ...(attempt && { attempt: attempt.number }) };
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

/**
 * Has a running release ended. While a command runs this is a wish: its real outcome wins. Between deploy and verification,
 * and between two checks of a bake, nothing runs that could be ended, and the release is unverified at once. Returns the
 * attempt that is to end; null: none runs.
 */
export function wishEnd(
  draft: Draft,
  release: Release,
  { by, reason }: { by: Actor; reason: string | null },
): Attempt | null {
  const attempt = runningAttempt(release);
  if (attempt) {
    attempt.cancelWished = { by, at: draft.at, reason };
    if (attempt.remote) endByWish(draft, release, attempt, attempt.remote);
    show(draft, release);
    return attempt;
  }
  release.status = 'unverified';
  release.end = { at: draft.at, by, reason, cause: null };
  if (release.bake) reply(draft, release, { kind: 'cancelled', by, reason });
  show(draft, release);
  showWaiting(draft);
  return null;
}

/** Retries a deploy through all gates (RULES 11), or the verification alone (RULES 15). */
export function retry(draft: Draft, command: Retry, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    reply(draft, release, { kind: 'retried', by });
    if (verificationEndedBadly(release)) {
      release.status = 'verifying';
      delete release.bake;
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
