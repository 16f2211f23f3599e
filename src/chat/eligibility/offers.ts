import { namedApprovers, needsStandIn, openRules } from '../../domain/approvals/approvals.ts';
import { type Environment, findRelease } from '../../domain/documents/environment.ts';
import {
  type Attempt,
  isOfMode,
  isRunning,
  isWaiting,
  type Release,
  type Step,
} from '../../domain/documents/values/release.ts';
import { needsApprovals } from '../../domain/gates/gates.ts';
import type { ReleaseVerb } from '../verbs.ts';
import type { EnvironmentView } from '../view-model.ts';

/** Every release that the document still holds, oldest first. */
export function releasesOf(environment: Environment): Release[] {
  return [...environment.ended.map(({ release }) => release), ...environment.open].sort(
    (a, b) => a.number - b.number,
  );
}

/** The last attempt at this step; null: none. */
export function lastAttempt(release: Release, step: Step): Attempt | null {
  return release.attempts.findLast((attempt) => attempt.step === step) ?? null;
}

/** The release that is deploying or verifying there now; null: none. */
export function runningIn(environment: Environment): Release | null {
  return environment.open.find(isRunning) ?? null;
}

/** A rollback that waits or runs: until it ends, no deploy is retried and no other rollback begins (RULES 11, 14). */
export function pendingRollback(environment: Environment): Release | null {
  const pending = (release: Release) =>
    release.kind === 'rollback' && (isWaiting(release) || isRunning(release));
  return environment.open.find(pending) ?? null;
}

/** Number of another release whose deploy began here after this one's last (RULES 11); null: none. */
export function overtakenBy(environment: Environment, release: Release): number | null {
  const begun = environment.desired?.release ?? release.number;
  return begun === release.number ? null : begun;
}

/** Whether what runs there was deployed by this release. */
export function runsHere(environment: Environment, release: Release): boolean {
  return environment.deployed?.release === release.number;
}

/**
 * Whether its deploy can be retried (RULES 11 and 27). A request that has expired must be prepared again. With `now` 0,
 * expiry is ignored.
 */
export function mayRetryDeploy({ environment, policy }: EnvironmentView, release: Release, now = 0): boolean {
  const ended =
    release.status === 'failed' || (release.status === 'errored' && release.erroredIn === 'deploy');
  const cancelled = release.status === 'cancelled' && release.begun;
  const rollback = pendingRollback(environment);
  const expired = needsApprovals(release) && release.expiresAt !== null && release.expiresAt <= now;
  const fits = isOfMode(release, policy.mode);
  return (ended || cancelled) && fits && !expired && !rollback && overtakenBy(environment, release) === null;
}

function verificationEndedBadly(release: Release): boolean {
  return release.status === 'unverified' || (release.status === 'errored' && release.erroredIn === 'verify');
}

/** Whether its verification can be retried (RULES 15). */
export function mayRetryVerification(environment: Environment, release: Release): boolean {
  const steady = runsHere(environment, release) && !environment.uncertain && !runningIn(environment);
  return verificationEndedBadly(release) && steady;
}

/** Whether it can be accepted (RULES 17). */
export function mayAccept(environment: Environment, release: Release): boolean {
  const waits = release.status === 'testing' || verificationEndedBadly(release);
  return waits && runsHere(environment, release) && !environment.uncertain;
}

/** Whether it can be marked as faulty (RULES 17). */
export function mayFail(environment: Environment, release: Release): boolean {
  if (release.status === 'accepted') return !release.revoked;
  const waits = release.status === 'testing' || verificationEndedBadly(release);
  return waits && runsHere(environment, release);
}

/** Of `from`, the people and groups that have not approved; the requester only if their own approval counts. null: any member. */
export function stillAsked(
  from: readonly string[] | null,
  { policy }: EnvironmentView,
  release: Release,
): string[] | null {
  if (from === null) return null;
  const said = new Set(release.approvals.map(({ by }) => (by.kind === 'person' ? by.id : '')));
  const own = release.requestedBy.kind === 'person' ? release.requestedBy.id : null;
  return from.filter((id) => !said.has(id) && (policy.approvals.self || id !== own));
}

/** People and groups whose approval would still count; null: any member's. */
export function approversLeft(here: EnvironmentView, release: Release): string[] | null {
  const { approvals } = here.policy;
  const open = openRules(release.approvals, approvals.rules, needsStandIn(release, approvals));
  if (open.some(({ from }) => from === null)) return null;
  return stillAsked([...new Set(open.flatMap(({ from }) => from ?? []))], here, release);
}

/** Whether anybody is left whose approval would count. */
export function mayApprove(here: EnvironmentView, release: Release): boolean {
  return release.status === 'prepared' && approversLeft(here, release)?.length !== 0;
}

/** Whoever may approve may also reject, even after approving. */
export function mayReject({ policy }: EnvironmentView, release: Release): boolean {
  const { rules, self } = policy.approvals;
  const own = release.requestedBy.kind === 'person' ? release.requestedBy.id : null;
  const from = rules.some((rule) => rule.from === null) ? null : namedApprovers(rules);
  return from === null || from.some((id) => self || id !== own);
}

/** The revocation of the newest acceptance of this commit below; null: none that this document still holds. */
export function revokedBelow(below: EnvironmentView | null | undefined, sha: string) {
  const last = below?.environment.acceptances.findLast(({ acceptance }) => acceptance.sha === sha);
  return last?.acceptance.revoked ?? null;
}

function waitsFor(verb: ReleaseVerb, here: EnvironmentView, release: Release): boolean {
  const { environment } = here;
  switch (verb) {
    case 'approve':
      return release.status === 'prepared';
    case 'reject':
      return isWaiting(release) && needsApprovals(release);
    case 'deploy':
      return release.status === 'approved';
    case 'cancel':
      return isWaiting(release) || isRunning(release);
    case 'retry':
      return mayRetryDeploy(here, release) || mayRetryVerification(environment, release);
    case 'accept':
      return mayAccept(environment, release);
    case 'fail':
      return release.status !== 'accepted' && mayFail(environment, release);
    case 'override':
      return isWaiting(release) && mayBeFrozen(release) && release.override === null;
    default:
      return verb satisfies never;
  }
}

/** Whether freezes can hold the release: they hold neither a rollback nor a hotfix. */
function mayBeFrozen({ kind }: Release): boolean {
  return kind === 'promotion' || kind === 'continuous';
}

/**
 * The releases that wait for this verb there, oldest first: what `ENV` without a number means. If none waits for `fail`,
 * it means the accepted release that runs there.
 */
export function awaiting(verb: ReleaseVerb, here: EnvironmentView): Release[] {
  const { environment } = here;
  const found = releasesOf(environment).filter((release) => waitsFor(verb, here, release));
  if (verb !== 'fail' || found.length > 0 || !environment.deployed) return found;
  const runs = findRelease(environment, environment.deployed.release);
  return runs?.status === 'accepted' && !runs.revoked ? [runs] : [];
}
