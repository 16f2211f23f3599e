import { type Environment, runsHere } from '../documents/environment.ts';
import type { Reports } from '../documents/reports.ts';
import { isWithinBounds } from '../documents/values/bake.ts';
import { lastAttempt, type Release } from '../documents/values/release.ts';
import type { CommitState, DeploymentState } from '../documents/values/report.ts';

/** Everything that a forge is told of a release. */
export interface Says {
  commit: CommitState;
  /** null: nothing of it was ever deployed, so it has no deployment. */
  deployment: DeploymentState | null;
}

/** What a release says to the forge, as it is now. */
export function saysOf(environment: Environment, release: Release): Says {
  return {
    commit: commitState(release),
    deployment: hasDeployment(release) ? deploymentState(release, runsHere(environment, release)) : null,
  };
}

function commitState(release: Release): CommitState {
  const { status, begun, revoked } = release;
  switch (status) {
    case 'prepared':
    case 'approved':
    case 'queued':
    case 'deploying':
    case 'verifying':
    case 'testing':
      return 'pending';
    case 'accepted':
      return revoked === null ? 'success' : 'failure';
    case 'unverified':
    case 'faulty':
    case 'failed':
    case 'rejected':
      return 'failure';
    case 'errored':
      return 'error';
    case 'cancelled':
    case 'expired':
      return begun ? 'error' : 'neutral';
    case 'superseded':
      return supersededState(release);
    default:
      return status satisfies never;
  }
}

/** Another commit came first, which says nothing against this one. */
function supersededState(release: Release): CommitState {
  if (release.deployedAt === null) return release.begun ? 'error' : 'neutral';
  if (!wasFoundBad(release)) return 'neutral';
  return lastAttempt(release, 'verify')?.outcome?.kind === 'failed' ? 'failure' : 'error';
}

function hasDeployment({ begun, kind }: Release): boolean {
  return begun && kind !== 'adopted';
}

function deploymentState(release: Release, runs: boolean): DeploymentState {
  const { status, deployedAt } = release;
  switch (status) {
    case 'prepared':
    case 'approved':
    case 'queued':
      // A retry that waits runs nothing yet, and may wait for long: what the last attempt came to still holds.
      return lastAttempt(release, 'deploy')?.outcome?.kind === 'failed' ? 'failure' : 'error';
    case 'deploying':
    case 'verifying':
      return 'running';
    case 'testing':
    case 'accepted':
      return runs ? 'success' : 'inactive';
    case 'unverified':
    case 'faulty':
    case 'failed':
      return 'failure';
    case 'errored':
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return 'error';
    case 'superseded':
      if (deployedAt === null) return 'error';
      return wasFoundBad(release) ? 'failure' : 'inactive';
    default:
      return status satisfies never;
  }
}

function wasFoundBad(release: Release): boolean {
  const verified = lastAttempt(release, 'verify')?.outcome;
  if (verified == null || verified.kind === 'succeeded') return false;
  // What began between two checks of a bake says nothing against it, whatever its last check came to.
  const { bake } = release;
  return !bake || !isWithinBounds(bake) || verified.kind === 'cancelled';
}

/**
 * The release that speaks for a commit in an environment, where a forge keeps one line for both: the newest of which something
 * was found, or may still be. `releases`: all of the commit; null: there are none.
 */
export function speaker(releases: readonly Release[]): Release | null {
  const newest = releases.toSorted((a, b) => b.number - a.number);
  return newest.find((release) => !wasTakenBack(release)) ?? newest[0] ?? null;
}

function wasTakenBack(release: Release): boolean {
  return commitState(release) === 'neutral' || (release.status === 'rejected' && !release.begun);
}

/**
 * True: a deployment of this release, which is not known to be at the forge, would come too late. The forge takes the last one that
 * it hears of for what runs, and it was told of what runs now, of a newer one, or of this one, and that is forgotten.
 */
export function comesTooLate(
  { deployed }: Pick<Environment, 'deployed'>,
  { releases, newest = 0 }: Pick<Reports, 'releases' | 'newest'>,
  { number }: Pick<Release, 'number'>,
): boolean {
  if (number <= newest) return true;
  if (deployed === null || deployed.release <= number) return false;
  const running = releases.find(({ release }) => release === deployed.release);
  return running === undefined || running.told.deployments > 0;
}

/** True: the release says nothing more by itself, so its deployment need not be remembered. */
export function isFinal({ commit, deployment }: Says): boolean {
  return commit !== 'pending' && deployment !== 'running' && deployment !== 'success';
}
