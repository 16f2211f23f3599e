import { type Environment, runsHere } from '../documents/environment.ts';
import { lastAttempt, type Release, type Status } from '../documents/values/release.ts';
import type { CommitState, DeploymentState } from '../documents/values/report.ts';

/** Everything that a forge is told of a release. */
export interface Says {
  commit: CommitState;
  /** null: nothing of it was ever deployed, so it has no deployment. */
  deployment: DeploymentState | null;
}

const COMMIT: Readonly<Record<Status, CommitState>> = {
  prepared: 'pending',
  approved: 'pending',
  queued: 'pending',
  deploying: 'pending',
  verifying: 'pending',
  testing: 'pending',
  accepted: 'success',
  unverified: 'failure',
  faulty: 'failure',
  failed: 'failure',
  rejected: 'failure',
  errored: 'error',
  cancelled: 'error',
  expired: 'error',
  superseded: 'error',
};

/** What a release says to the forge, as it is now. */
export function saysOf(environment: Environment, release: Release): Says {
  const isRevoked = release.status === 'accepted' && release.revoked !== null;
  return {
    commit: isRevoked ? 'failure' : COMMIT[release.status],
    deployment: hasDeployment(release) ? deploymentState(release, runsHere(environment, release)) : null,
  };
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
  return verified != null && verified.kind !== 'succeeded';
}

/**
 * The release that speaks for a commit in an environment, where a forge keeps one line for both: the newest that was not taken
 * back before it began. `releases`: all of the commit; null: there are none.
 */
export function speaker(releases: readonly Release[]): Release | null {
  const newest = releases.toSorted((a, b) => b.number - a.number);
  return newest.find((release) => !wasTakenBack(release)) ?? newest[0] ?? null;
}

function wasTakenBack({ status, begun }: Release): boolean {
  if (begun) return false;
  return status === 'cancelled' || status === 'rejected' || status === 'expired' || status === 'superseded';
}

/** True: the release says nothing more by itself, so its deployment need not be remembered. */
export function isFinal({ commit, deployment }: Says): boolean {
  return commit !== 'pending' && deployment !== 'running' && deployment !== 'success';
}
