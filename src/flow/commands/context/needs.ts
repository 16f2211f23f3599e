import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { Environment } from '../../../domain/documents/environment.ts';
import type { Release } from '../../../domain/documents/values/release.ts';
import { unknownDeploy } from '../../../domain/gates/current.ts';

/**
 * What is read for a command beside its environment. `git`: how commits relate to each other; it fails when the repository
 * cannot be read. `build`: the known state of the commit's build, with which a release starts; later changes are reported
 * to it, but not that what it made was discarded, so a begin reads it again. `below`: what is accepted in the environment below. `acceptances`: those that have left the document, because
 * the command may revoke one or search for one.
 */
export const NEEDS: Readonly<
  Record<EnvironmentCommand['type'], readonly ('git' | 'build' | 'below' | 'acceptances')[]>
> = {
  prepare: ['git', 'build', 'below'],
  hotfix: ['git', 'build'],
  adopt: ['git', 'build', 'acceptances'],
  makeRelease: ['build'],
  redeploy: ['build', 'below', 'acceptances'],
  rollback: ['build', 'acceptances'],
  resume: ['build', 'acceptances'],
  deploy: ['below'],
  retry: ['below', 'acceptances'],
  begin: ['git', 'build', 'below'],
  report: ['git', 'acceptances'],
  fail: ['acceptances'],
  approve: [],
  reject: [],
  accept: [],
  cancel: [],
  override: [],
  pause: [],
  lock: [],
  unlock: [],
  takeOver: [],
  extendLock: [],
  editLock: [],
  askToUnlock: [],
  handOver: [],
  keepLock: [],
  buildEnded: [],
  revokedBelow: [],
  redraw: [],
  productLock: [],
  retire: [],
  renew: [],
  sawRemote: [],
  askedToEnd: [],
  ringRemote: [],
  sawCurrent: ['git', 'acceptances'],
  tick: [],
  workersGone: [],
  carried: [],
};

/** The commit that the command is about; null: none. */
export function shaOf(
  environment: Environment,
  command: EnvironmentCommand,
  release: Release | null,
): string | null {
  switch (command.type) {
    case 'prepare':
    case 'hotfix':
    case 'adopt':
    case 'makeRelease':
    case 'buildEnded':
    case 'revokedBelow':
      return command.sha;
    case 'rollback':
      // The commit that it leaves is revoked, and its acceptance may have left the document.
      return command.to?.sha ?? environment.desired?.sha ?? null;
    case 'redeploy':
      // A commit that does not run there is refused before anything else about it is needed.
      return environment.deployed?.sha ?? null;
    case 'resume':
      return environment.paused?.newest?.sha ?? null;
    case 'report': {
      const running = environment.open.find((candidate) =>
        candidate.attempts.some((attempt) => attempt.number === command.attempt),
      );
      return running?.leaves?.sha ?? running?.sha ?? null;
    }
    case 'sawCurrent': {
      const settled = command.asked.decides === 'deploy' ? unknownDeploy(environment)?.release : undefined;
      return settled?.leaves?.sha ?? settled?.sha ?? null;
    }
    case 'approve':
    case 'reject':
    case 'deploy':
    case 'accept':
    case 'fail':
    case 'cancel':
    case 'retry':
    case 'override':
    case 'begin':
      return release?.sha ?? null;
    case 'lock':
    case 'unlock':
    case 'takeOver':
    case 'extendLock':
    case 'editLock':
    case 'askToUnlock':
    case 'handOver':
    case 'keepLock':
    case 'pause':
    case 'redraw':
    case 'productLock':
    case 'retire':
    case 'renew':
    case 'sawRemote':
    case 'askedToEnd':
    case 'ringRemote':
    case 'tick':
    case 'workersGone':
    case 'carried':
      return null;
    default:
      return command satisfies never;
  }
}
