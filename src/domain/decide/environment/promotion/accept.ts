import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Acceptance, Reference } from '../../../documents/environment.ts';
import {
  isRollbackByItself,
  isWaiting,
  type Release,
  verificationEndedBadly,
} from '../../../documents/values/release.ts';
import { knownAcceptances } from '../../../gates/acceptances.ts';
import { environmentId, shortSha } from '../../../ids.ts';
import { type Actor, type Person, ROBOT } from '../../../people/people.ts';
import {
  changedAfterEnd,
  close,
  type Draft,
  type Outcome,
  putAcceptance,
  refuse,
  reply,
  sendTo,
  show,
  showWaiting,
} from '../draft/draft.ts';
import { withEligible } from '../draft/lookup.ts';
import { end, leaveQueue } from '../draft/waiting.ts';

type Accept = Extract<EnvironmentCommand, { type: 'accept' }>;
type Fail = Extract<EnvironmentCommand, { type: 'fail' }>;

/** A person accepts the commit: it becomes available to the environment above. */
export function accept(draft: Draft, command: Accept, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    if (verificationEndedBadly(release) && !command.reason?.trim()) {
      return refuse({ rule: 'reasonRequired', release: release.number });
    }
    acceptHere(draft, release, by, command.reason);
    cancelRollbackOf(draft, release);
    show(draft, release);
    return { kind: 'accepted', release: release.number };
  });
}

/** What a person has accepted, Slipway does not take back by itself: its rollback is cancelled before it begins (RULES 46). */
function cancelRollbackOf(draft: Draft, { number, sha }: Release): void {
  const { environment } = draft;
  for (const rollback of environment.open.filter((other) => isWaiting(other) && isRollbackByItself(other))) {
    if (rollback.begun || rollback.leaves?.sha !== sha) continue;
    const reason = `${environment.name}#${number} was accepted meanwhile`;
    reply(draft, rollback, { kind: 'cancelled', by: ROBOT, reason });
    end(draft, rollback, 'cancelled', ROBOT, reason);
    showWaiting(draft);
  }
}

/**
 * A person marks the commit as faulty. If it was accepted, the acceptance is revoked: a bad commit must not stay
 * promotable (RULES 17).
 */
export function fail(draft: Draft, command: Fail, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: release.number });
    const { environment } = draft;
    const stillRuns = environment.deployed?.sha === release.sha;
    release.status = 'faulty';
    release.erroredIn = null;
    release.end = { at: draft.at, by, reason: command.reason, cause: null };
    close(draft, release);
    // Revokes its own acceptance, or that of an earlier release of the same commit.
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

/** The one place where a commit becomes accepted here: by a person, by a verification, or by a deploy without one. */
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

/** An acceptance here makes a release in the environment above, if that is continuous (DESIGN §3). */
function offerAbove(draft: Draft, release: Release): void {
  const { product } = draft.environment;
  const { above } = draft.context.policy;
  if (above?.mode !== 'continuous') return;
  sendTo(
    draft,
    { kind: 'environments', id: environmentId(product, above.name) },
    // Acceptances here follow the order of this document's revisions: a later one is the newer head for the environment
    // above.
    { type: 'makeRelease', sha: release.sha, ref: release.ref, head: draft.revision, card: null },
  );
}

/**
 * Takes every other release off the queue and revokes the commit that the rollback leaves (RULES 13). This happens in the
 * write that adds the rollback: should the rollback fail or be cancelled, nothing else begins by itself in an environment
 * that somebody wanted to leave. It happens again when the rollback has succeeded, because what was queued or accepted
 * meanwhile was meant for the previous state. A continuous release made after the rollback stays: only a resume can have
 * let it through (RULES 33). Returns the continuous releases that this ended.
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

/** Revokes this commit's acceptance here, if it has one, and sends it to the environment above (RULES 22). */
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
    sendTo(
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

/** Cancels a waiting rollback whose target was just revoked, and says why (RULES 14). */
function cancelRollbackTo(draft: Draft, sha: string): void {
  const waiting = draft.environment.open.filter(
    (release) => release.kind === 'rollback' && release.sha === sha && isWaiting(release),
  );
  for (const rollback of waiting) {
    const reason = `${shortSha(sha)} was revoked here before the rollback began`;
    reply(draft, rollback, { kind: 'cancelled', by: ROBOT, reason });
    if (rollback.queue?.was) leaveQueue(draft, rollback);
    else end(draft, rollback, 'cancelled', ROBOT, reason);
  }
}
