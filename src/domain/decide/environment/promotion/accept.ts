import type { EnvironmentCommand } from '../../../documents/commands.ts';
import type { Acceptance, Reference } from '../../../documents/environment.ts';
import { isRunning, type Release } from '../../../documents/release.ts';
import { knownAcceptances } from '../../../gates/acceptances.ts';
import { environmentId } from '../../../names.ts';
import { isAmong } from '../../../people/groups.ts';
import { type Actor, type Person, ROBOT, samePerson } from '../../../people/people.ts';
import {
  changedAfterEnd,
  close,
  type Draft,
  type Outcome,
  putAcceptance,
  refuse,
  reply,
  show,
  showWaiting,
  tell,
} from '../draft/draft.ts';
import { settledRefusal, withRelease } from '../draft/lookup.ts';
import { end, leaveQueue } from '../draft/waiting.ts';

type Accept = Extract<EnvironmentCommand, { type: 'accept' }>;
type Fail = Extract<EnvironmentCommand, { type: 'fail' }>;

/** A person found it good: the commit is available to the environment above. */
export function accept(draft: Draft, command: Accept, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    const unchecked = isUnchecked(release);
    if (release.status !== 'testing' && !unchecked) return settledRefusal(release);
    const barred = barredTester(draft, release, by) ?? notWhatRuns(draft, release);
    if (barred) return barred;
    if (draft.environment.uncertain) return refuse({ rule: 'uncertain', release: release.number });
    if (unchecked && !command.reason?.trim()) {
      return refuse({ rule: 'reasonRequired', release: release.number });
    }
    acceptHere(draft, release, by, command.reason);
    show(draft, release);
    return { kind: 'accepted', release: release.number };
  });
}

/** A person found it bad. After the acceptance it revokes that: a bad commit must not stay promotable (RULES 17). */
export function fail(draft: Draft, command: Fail, by: Person): Outcome {
  return withRelease(draft, command.release, (release) => {
    const wasAccepted = release.status === 'accepted';
    if (release.status !== 'testing' && !isUnchecked(release) && !wasAccepted) return settledRefusal(release);
    if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: release.number });
    const barred = barredTester(draft, release, by) ?? (wasAccepted ? null : notWhatRuns(draft, release));
    if (barred) return barred;
    const { environment } = draft;
    const stillRuns = environment.deployed?.sha === release.sha;
    release.status = 'faulty';
    release.erroredIn = null;
    release.end = { at: draft.at, by, reason: command.reason, cause: null };
    close(draft, release);
    // Its own acceptance, or that of an earlier release of the same commit.
    revoke(draft, release.sha, by, null);
    show(draft, release);
    reply(draft, release, {
      kind: 'faulty',
      by,
      reason: command.reason,
      requester: release.requestedBy,
      stillRuns,
    });
    return { kind: 'accepted', release: release.number };
  });
}

function isUnchecked(release: Release): boolean {
  return release.status === 'unverified' || (release.status === 'errored' && release.erroredIn === 'check');
}

function barredTester(draft: Draft, release: Release, by: Person): Outcome | null {
  const { acceptFrom: from } = draft.context.policy;
  const may =
    from === null ? !samePerson(by, release.requestedBy) : isAmong(from, by.id, draft.context.groups);
  return may ? null : refuse({ rule: 'notTester', release: release.number, from });
}

function notWhatRuns(draft: Draft, release: Release): Outcome | null {
  const { deployed } = draft.environment;
  if (deployed?.release === release.number) return null;
  return refuse({ rule: 'notDeployed', release: release.number, deployed: deployed?.sha ?? null });
}

/** The one place where a commit becomes accepted here, by a person, a check, or a deploy without one. */
export function acceptHere(draft: Draft, release: Release, by: Actor, reason: string | null): void {
  const { environment, now, at } = draft;
  const before = environment.accepted;
  release.status = 'accepted';
  release.erroredIn = null;
  release.end = { at, by, reason, cause: null };
  close(draft, release);
  const reference = { sha: release.sha, ref: release.ref, release: release.number, at, by };
  environment.accepted = release.kind === 'adopted' ? { ...reference, adopted: true } : reference;
  putAcceptance(draft, {
    environment: environment.id,
    sha: release.sha,
    ref: release.ref,
    release: release.number,
    kind: release.kind,
    at,
    clock: now,
    by,
    card: release.card,
    revoked: null,
    revision: draft.revision,
  });
  const overtaken = environment.ended.find((entry) => entry.release.number === before?.release);
  if (overtaken && overtaken.release.number !== release.number) show(draft, overtaken.release);
  if (release.kind === 'rollback') {
    reply(draft, release, { kind: 'rolledBack', reason: release.note ?? '' });
    leaveBehind(draft, release);
  } else {
    reply(draft, release, { kind: 'accepted', by, reason, broadcast: release.kind !== 'continuous' });
    if (release.kind === 'hotfix') {
      reply(draft, release, { kind: 'notInBranch', requester: release.requestedBy });
    }
    offerAbove(draft, release);
  }
}

/** Acceptance below makes the release above, where that is continuous too (DESIGN §3). */
function offerAbove(draft: Draft, release: Release): void {
  const { product } = draft.environment;
  const { above } = draft.context.policy;
  if (above?.mode !== 'continuous') return;
  tell(
    draft,
    { kind: 'environments', id: environmentId(product, above.name) },
    // Acceptances below come in the order of its revisions: a later one is the newer head for the one above.
    { type: 'makeRelease', sha: release.sha, ref: release.ref, head: draft.revision, card: null },
  );
}

/**
 * In the write that accepts a rollback every other release leaves the queue, and what it leaves is revoked (RULES 13):
 * should it fail or be cancelled, nothing else begins by itself in an environment that somebody wanted to leave. So it is
 * when it has succeeded: what was queued or accepted meanwhile was so for an environment that is no more; but for a
 * continuous release made since, which only a resume can have let through (RULES 33). Answers the continuous releases that
 * ended with it.
 */
export function leaveBehind(draft: Draft, rollback: Release): Release[] {
  const cause = { release: rollback.number, sha: rollback.sha };
  const ended: Release[] = [];
  for (const other of draft.environment.open.filter((release) => release.status === 'queued')) {
    if (other.number === rollback.number) continue;
    if (other.kind !== 'continuous' || other.queue?.was) leaveQueue(draft, other);
    else if (other.number < rollback.number) {
      end(draft, other, 'superseded', ROBOT, null, cause);
      ended.push(other);
    }
  }
  if (rollback.leaves) revoke(draft, rollback.leaves.sha, rollback.requestedBy, rollback.number);
  return ended;
}

/** Takes the acceptance of a commit here back, if it has one, and has the environment above told (RULES 22). */
export function revoke(draft: Draft, sha: string, by: Actor, byRelease: number | null): void {
  const { environment, context, at } = draft;
  const known = knownAcceptances(environment, context.acceptances);
  const acceptance = known.find((candidate) => candidate.sha === sha);
  if (!acceptance || acceptance.revoked) return;
  const revoked = { at, by, release: byRelease };
  putAcceptance(draft, { ...acceptance, revoked });
  markRevoked(draft, acceptance, revoked);
  if (environment.accepted?.sha === sha) {
    environment.accepted = referenceOf(known.find((other) => other.sha !== sha && !other.revoked));
  }
  cancelRollbackTo(draft, sha);
  const { above } = context.policy;
  if (above) {
    tell(
      draft,
      { kind: 'environments', id: environmentId(environment.product, above.name) },
      { type: 'revokedBelow', sha, environment: environment.name },
    );
  }
  showWaiting(draft);
}

function markRevoked(draft: Draft, acceptance: Acceptance, revoked: NonNullable<Release['revoked']>): void {
  const release = draft.environment.ended.find(
    (entry) => entry.release.number === acceptance.release,
  )?.release;
  if (!release) return;
  release.revoked = revoked;
  changedAfterEnd(draft, release);
  show(draft, release);
  if (release.status === 'accepted') {
    reply(draft, release, { kind: 'revoked', by: revoked.by, byRelease: revoked.release });
  }
}

function referenceOf(acceptance: Acceptance | undefined): Reference | null {
  if (!acceptance) return null;
  const { sha, ref, release, at, by, kind } = acceptance;
  const reference = { sha, ref, release, at, by };
  return kind === 'adopted' ? { ...reference, adopted: true } : reference;
}

/** A rollback whose target is revoked before it begins is cancelled, saying so (RULES 14). */
function cancelRollbackTo(draft: Draft, sha: string): void {
  const waiting = draft.environment.open.filter(
    (release) =>
      release.kind === 'rollback' &&
      release.sha === sha &&
      release.status === 'queued' &&
      !isRunning(release),
  );
  for (const rollback of waiting) {
    const reason = `${sha.slice(0, 7)} was revoked here before the rollback began`;
    reply(draft, rollback, { kind: 'cancelled', by: ROBOT, reason });
    if (rollback.queue?.was) leaveQueue(draft, rollback);
    else end(draft, rollback, 'cancelled', ROBOT, reason);
  }
}
