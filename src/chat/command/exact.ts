import { isSurelyCommit } from '../../domain/pasted.ts';
import { isLookup, type Request } from './request.ts';

/** Whether a request changes nothing, however often it is done. */
export function onlyReads(asked: Request): boolean {
  return asked.kind === 'why' || asked.kind === 'locks' || (isLookup(asked) && asked.kind !== 'rebuild');
}

/**
 * Whether a typed request means the same whenever it is done: it only reads, or it names its release or its commit. The
 * others are about what awaits, runs or holds at the moment, or about where a branch is.
 */
export function isExact(asked: Request): boolean {
  switch (asked.kind) {
    case 'promote':
      return asked.of !== undefined;
    case 'prepare':
    case 'rollback':
    case 'redeploy':
    case 'hotfix':
    case 'adopt':
    case 'rebuild':
      return isSurelyCommit(asked.commit ?? '');
    case 'approve':
    case 'reject':
    case 'deploy':
    case 'cancel':
    case 'retry':
    case 'accept':
    case 'fail':
    case 'override':
      return asked.release !== null || isSurelyCommit(asked.commit ?? '');
    case 'lock':
    case 'unlock':
    case 'takeover':
    case 'pause':
    case 'resume':
      return false;
    case 'board':
    case 'status':
    case 'diff':
    case 'where':
    case 'history':
    case 'log':
    case 'help':
    case 'why':
    case 'locks':
      return true;
    default:
      return asked satisfies never;
  }
}
