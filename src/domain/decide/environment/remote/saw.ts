import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Remote, Sight } from '../../../documents/values/remote.ts';
import { type Followed, followed } from '../../../gates/followed.ts';
import { leaseNow } from '../../../time/lease.ts';
import { showsProgress } from '../../shared/progress.ts';
import { type Draft, type Outcome, refuse, reply, show } from '../draft/draft.ts';
import { interrupted } from '../promotion/interrupt-attempt.ts';
import { endIfDue, isAskedAgain } from './end.ts';
import { followAfterEnd, keepRing, lookedAfterEnd, nextLook, waitsOf } from './schedule.ts';

type Of<T extends EnvironmentCommand['type']> = Extract<EnvironmentCommand, { type: T }>;

/**
 * What a look at the latest attempt saw, or the answer to its start. The end of an attempt is a `report`; that it is not
 * known, and will not be, is decided here: the system knows no such run, or says nothing beyond the deadline (RULES 37).
 */
export function sawRemote(draft: Draft, command: Of<'sawRemote'>): Outcome {
  const outcome = seenAs(draft, command);
  keepRing(draft, command);
  return outcome;
}

function seenAs(draft: Draft, { attempt: number, seen }: Of<'sawRemote'>): Outcome {
  const found = followed(draft.environment);
  if (found?.attempt.number !== number) return stale(draft, number);
  const { release, attempt, remote } = found;
  const accepted: Outcome = { kind: 'accepted', release: release.number, attempt: number };
  if (attempt.outcome !== null) {
    lookedAfterEnd(draft, attempt, remote, seen);
    return accepted;
  }
  note(draft, found, seen);
  if (isLost(draft, remote, seen)) {
    interrupted(draft, release, attempt, '');
    followAfterEnd(draft, attempt);
    return accepted;
  }
  remote.lookAt = nextLook(draft, remote, seen);
  endIfDue(draft, release, attempt, remote);
  return accepted;
}

function stale({ environment }: Draft, attempt: number): Outcome {
  return refuse({ rule: 'staleAttempt', attempt, latest: environment.attempts });
}

/** Keeps what was seen, and has the card redrawn where it says something else now. */
function note(draft: Draft, { release, attempt, remote }: Followed, seen: Sight): void {
  const { sayMs } = waitsOf(draft);
  const now = leaseNow(draft.context);
  const wasSaid = remote.silent !== undefined && now - remote.silent.since >= sayMs;
  switch (seen.kind) {
    case 'running': {
      const isOther = remote.run?.url !== seen.run.url || (remote.waits ?? null) !== seen.waits;
      remote.run = seen.run;
      delete remote.missing;
      delete remote.silent;
      if (seen.waits === null) delete remote.waits;
      else remote.waits = seen.waits;
      const lastLine = seen.lastLine ?? attempt.lastLine;
      const isProgress = showsProgress(attempt, lastLine, draft.at);
      if (isProgress) attempt.progressAt = draft.at;
      attempt.lastLine = lastLine;
      if (isOther || wasSaid || isProgress) show(draft, release, !isOther);
      return;
    }
    case 'notFound':
      remote.missing ??= now;
      delete remote.silent;
      return;
    case 'unknown':
      remote.silent = { since: remote.silent?.since ?? now, reason: seen.reason };
      if (now - remote.silent.since >= sayMs) show(draft, release, true);
      return;
    default:
      seen satisfies never;
  }
}

/** True: what became of the attempt is not known, and is no longer waited for. */
function isLost(draft: Draft, remote: Remote, seen: Sight): boolean {
  const { findMs, endMs } = waitsOf(draft);
  const now = leaseNow(draft.context);
  if (seen.kind === 'notFound' && remote.missing !== undefined && now - remote.missing >= findMs) return true;
  if (remote.run === null) return now >= remote.deadline;
  if (isAskedAgain(remote, now)) return false;
  return remote.cancel !== undefined && now >= Math.max(remote.cancel.at, remote.deadline) + endMs;
}

/** What the system says to the wish that it ends the attempt. What really happened is seen by the next look. */
export function askedToEnd(draft: Draft, { attempt: number, answer }: Of<'askedToEnd'>): Outcome {
  const found = followed(draft.environment);
  if (found?.attempt.number !== number || found.attempt.outcome !== null) return stale(draft, number);
  const { release, attempt, remote } = found;
  const { cancel } = remote;
  if (!cancel?.open) return stale(draft, number);
  switch (answer.kind) {
    case 'asked':
      delete cancel.open;
      break;
    case 'impossible':
      delete cancel.open;
      cancel.refused = answer.reason;
      if (cancel.why === 'wished') {
        reply(draft, release, { kind: 'cancelRefused', step: attempt.step, reason: answer.reason });
      }
      show(draft, release);
      break;
    case 'unknown':
      remote.silent ??= { since: leaseNow(draft.context), reason: answer.reason };
      break;
    default:
      answer satisfies never;
  }
  return { kind: 'accepted', release: release.number, attempt: number };
}

/**
 * An event from outside: the system is asked at once, also about an attempt that has ended (RULES 40), but not all the time where each
 * look brings about another event.
 */
export function ringRemote(draft: Draft, { key }: Of<'ringRemote'>): Outcome {
  const found = followed(draft.environment);
  if (found?.remote.key !== key) return refuse({ rule: 'nothingToDo' });
  const { release, attempt, remote } = found;
  const accepted: Outcome = { kind: 'accepted', release: release.number, attempt: attempt.number };
  const now = leaseNow(draft.context);
  if (attempt.outcome !== null) remote.deadline = Math.max(remote.deadline, now + remote.timeoutMs);
  else if (isBeingStarted(remote)) return accepted;
  const { ringMs } = waitsOf(draft);
  // A time that was noted by a clock that was ahead delays nothing for longer.
  const at = Math.max(now, Math.min(remote.rungAt ?? now - ringMs, now) + ringMs);
  if (remote.lookAt === null || at < remote.lookAt) remote.lookAt = at;
  // It is due, and may be asked about at this moment: what is seen then may be older than the event.
  else if (remote.lookAt > now) return accepted;
  remote.rungAt = at;
  return accepted;
}

/** The answer to its start is awaited, and nobody else may ask. */
function isBeingStarted({ run, silent, missing }: Remote): boolean {
  return run === null && silent === undefined && missing === undefined;
}
