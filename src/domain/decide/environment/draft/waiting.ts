import { policyFingerprint } from '../../../approvals/policy.ts';
import type { Reference } from '../../../documents/environment.ts';
import type { Approval } from '../../../documents/values/approval.ts';
import { goesByPeople, isWaiting, type Release } from '../../../documents/values/release.ts';
import { approvalsGate, needsApprovals, validApprovals } from '../../../gates/gates.ts';
import { type Actor, ROBOT } from '../../../people/people.ts';
import { relationOf } from './context.ts';
import { close, type Draft, redrawBelow, reply, show, showWaiting } from './draft.ts';
import { replyReady } from './held.ts';

/** How many voided approvals a release remembers. */
const VOIDED_KEPT = 10;

/**
 * Applies the passage of time and a changed configuration to waiting releases, before every command: approvals for
 * another policy are voided, requests expire, and a release with too few approvals returns to `prepared` (RULES 9).
 */
export function updateWaiting(draft: Draft): void {
  for (const release of draft.environment.open.filter(isWaiting)) {
    if (!needsApprovals(release)) continue;
    voidOtherPolicy(draft, release);
    if (release.expiresAt !== null && release.expiresAt <= draft.now) expire(draft, release);
    else followApprovals(draft, release);
  }
  if (draft.environment.relationsOwed) overtakeWaiting(draft);
}

function voidOtherPolicy(draft: Draft, release: Release): void {
  const fingerprint = policyFingerprint(draft.context.policy.approvals);
  if (release.policy === fingerprint) return;
  release.policy = fingerprint;
  voidApprovals(draft, release, 'policy', () => true);
}

/** Voids approvals; a voided approval never counts again (RULES 9). */
function voidApprovals(
  draft: Draft,
  release: Release,
  why: 'policy' | 'removes',
  isVoid: (approval: Approval) => boolean,
): void {
  const gone = release.approvals.filter(isVoid);
  if (gone.length === 0) return;
  const approvers = gone.map((approval) => approval.by);
  release.voided = [...release.voided, ...gone].slice(-VOIDED_KEPT);
  release.approvals = release.approvals.filter((approval) => !isVoid(approval));
  reply(draft, release, { kind: 'voided', approvers, why });
  followApprovals(draft, release);
  show(draft, release);
}

/** Moves a release between `prepared` and `approved`, depending on its valid approvals. */
export function followApprovals(draft: Draft, release: Release): void {
  const { context, now } = draft;
  const valid = validApprovals(release, now);
  const lost = valid.length < release.approvals.length;
  release.approvals = valid;
  const met = approvalsGate(release, context.policy, now).open;
  if (met && release.status === 'prepared') {
    release.status = 'approved';
    replyReady(draft, release);
  } else if (!met && release.status !== 'prepared') {
    release.status = 'prepared';
    release.queue = null;
    release.held = null;
    release.erroredIn = null;
    release.end = null;
  } else if (!lost) return;
  show(draft, release);
}

/** A waiting retry gets its old status back: what its first deploy left behind still needs a person. */
function expire(draft: Draft, release: Release): void {
  reply(draft, release, { kind: 'expired', requester: release.requestedBy });
  if (release.queue?.was) leaveQueue(draft, release);
  else end(draft, release, 'expired', ROBOT, null);
  showWaiting(draft);
}

/** Takes a release off the queue: a retry gets its old status back, a first try returns to `approved`. */
export function leaveQueue(draft: Draft, release: Release): void {
  release.status = release.queue?.was ?? 'approved';
  release.queue = null;
  release.held = null;
  show(draft, release);
}

/**
 * Ends a waiting release and removes the buttons of its card. `cause`: the release or commit that ended it; null: none.
 */
export function end(
  draft: Draft,
  release: Release,
  status: 'rejected' | 'expired' | 'cancelled' | 'superseded',
  by: Actor,
  reason: string | null,
  cause: { release: number; sha: string } | null = null,
): void {
  release.status = status;
  release.queue = null;
  release.held = null;
  release.erroredIn = null;
  release.end = { at: draft.at, by, reason, cause };
  close(draft, release);
  show(draft, release);
  if (release.kind === 'promotion') redrawBelow(draft, release.sha);
}

/**
 * Called when something new runs here. Releases that it already contains are superseded, because going back needs a
 * rollback. Approvals are voided if the release would now remove commits that run here. Where git could not answer, this
 * is owed and decided again later (RULES 19).
 */
function overtakeWaiting(draft: Draft): void {
  const { environment, context } = draft;
  const { deployed } = environment;
  environment.relationsOwed = false;
  if (deployed === null) return;
  for (const release of environment.open.filter(isWaiting)) {
    if (!goesByPeople(release)) continue;
    const relation = relationOf(context, release.sha, deployed.sha);
    if (relation === null) environment.relationsOwed = true;
    else if (relation === 'ancestor' && !release.begun) {
      end(draft, release, 'superseded', ROBOT, null, { release: deployed.release, sha: deployed.sha });
    } else if (relation === 'diverged') {
      // Approvals given since have seen what the release removes.
      voidApprovals(draft, release, 'removes', (approval) => approval.at <= deployed.at);
    }
  }
  voidByMoves(draft, deployed);
}

/** Called when another commit runs here than `before`; null: nothing ran before. */
export function movedOn(draft: Draft, before: Reference | null): void {
  const { environment } = draft;
  if (before) environment.movedFrom = [...new Set([...(environment.movedFrom ?? []), before.sha])];
  overtakeWaiting(draft);
}

/**
 * An approval is for the diff that was shown. It survives a new `deployed` only if that contains what ran when the
 * approval was given, so that nothing is added or removed that the approver was not shown (RULES 28).
 */
function voidByMoves(draft: Draft, deployed: Reference): void {
  const { environment, context } = draft;
  const relations = (environment.movedFrom ?? []).map((from) => ({
    from,
    relation: relationOf(context, from, deployed.sha),
  }));
  const byPeople = environment.open.filter((release) => isWaiting(release) && needsApprovals(release));
  if (relations.some(({ relation }) => relation === 'diverged' || relation === 'descendant')) {
    for (const release of byPeople) {
      voidApprovals(draft, release, 'removes', (approval) => approval.at <= deployed.at);
    }
  }
  const unknown = relations.filter(({ relation }) => relation === null).map(({ from }) => from);
  delete environment.movedFrom;
  if (unknown.length === 0 || byPeople.length === 0) return;
  environment.movedFrom = unknown;
  environment.relationsOwed = true;
}
