import { isWithinBounds } from '../../domain/documents/values/bake.ts';
import { lastAttempt, type Release } from '../../domain/documents/values/release.ts';
import { type EnvironmentId, releaseId } from '../../domain/ids.ts';

/** What a forge shows of a release, as one line of plain text: "storefront/prod#42: deployed, waits for a test". */
export function toldToForge(environment: EnvironmentId, release: Release): string {
  return `${releaseId(environment, release.number)}: ${stateOf(release)}`;
}

function stateOf(release: Release): string {
  const { status, kind, revoked, end, erroredIn, begun } = release;
  switch (status) {
    case 'prepared':
      return 'waits for approval';
    case 'approved':
      return 'approved, waits for Deploy';
    case 'queued':
      return 'queued';
    case 'deploying':
      return kind === 'rollback' ? 'rolling back to this commit' : 'deploying';
    case 'verifying':
      return 'deployed, is being verified';
    case 'testing':
      return 'deployed, waits for a test';
    case 'accepted':
      if (revoked) return revoked.release === null ? 'acceptance revoked' : `revoked by #${revoked.release}`;
      if (kind === 'adopted') return 'ran here already';
      return kind === 'rollback' ? 'rolled back to this commit' : 'accepted';
    case 'unverified':
      return 'deployed, verification failed';
    case 'faulty':
      return 'test failed';
    case 'failed':
      return 'deploy failed';
    case 'errored':
      return `${erroredIn === 'verify' ? 'verification' : 'deploy'} could not be carried out`;
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return begun ? status : `${status}, not deployed`;
    case 'superseded':
      return `${verifiedBad(release)}${end?.cause ? `superseded by #${end.cause.release}` : 'superseded'}`;
    default:
      return status satisfies never;
  }
}

function verifiedBad(release: Release): string {
  const failed = lastAttempt(release, 'verify')?.outcome?.kind === 'failed';
  return failed && (!release.bake || !isWithinBounds(release.bake)) ? 'verification failed, ' : '';
}
