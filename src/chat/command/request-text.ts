import { durationText } from '../../domain/time/duration.ts';
import { readLockWords } from './lock/lock-end.ts';
import { timeTyped } from './lock/spoken-time.ts';
import { numberIn } from './parse-change.ts';
import { isHold, type LockRequest, type LockTarget, type Request } from './request.ts';
import { pastTyped, retyped } from './tokens.ts';

/** The word for all environments of a product. */
export const ALL = 'all';

/** The command text of a request, without `/release`. */
export function commandText(asked: Request): string {
  return retyped(written(asked));
}

function written(asked: Request): string {
  if (isHold(asked)) return holdText(asked);
  switch (asked.kind) {
    case 'board':
      return '';
    case 'help':
      return ['help', asked.product, asked.all && ALL].filter(Boolean).join(' ');
    case 'status': {
      const target = [asked.product, asked.environment].filter((name) => name !== null).join('/');
      return target ? `status ${target}` : 'status';
    }
    case 'prepare': {
      const note = asked.note && asked.commit === null ? `"${asked.note.replaceAll('"', "'")}"` : asked.note;
      return [`prepare ${asked.product}/${asked.environment}`, asked.commit, note].filter(Boolean).join(' ');
    }
    case 'diff':
      return [`diff ${asked.product}/${asked.environment}`, asked.commit].filter(Boolean).join(' ');
    case 'where':
    case 'rebuild':
      return `${asked.kind} ${asked.product} ${asked.commit}`;
    case 'history':
      return `history ${asked.product}/${asked.environment}${asked.from === null ? '' : `#${asked.from}`}`;
    case 'log':
      return `log ${asked.product}/${asked.environment}${asked.release === null ? '' : `#${asked.release}`}`;
    case 'why':
      return `why ${asked.product}/${asked.environment}${asked.release === null ? '' : `#${asked.release}`}`;
    case 'promote':
      return [`promote ${asked.product}/${asked.environment}`, asked.note].filter(Boolean).join(' ');
    case 'redeploy':
    case 'rollback': {
      const target = `${asked.kind} ${asked.product}/${asked.environment}`;
      const past = asked.kind === 'rollback' && asked.past && pastTyped(asked.past);
      return [target, asked.commit && `to:${asked.commit}`, past, asked.reason].filter(Boolean).join(' ');
    }
    default: {
      const number = asked.release === null ? '' : `#${asked.release}`;
      const target = `${asked.product}/${asked.environment}${number}`;
      const isUnclear = asked.release === null && numberIn(asked.reason?.split(' ')[0] ?? '') !== null;
      const reason = isUnclear ? `"${asked.reason?.replaceAll('"', "'")}"` : asked.reason;
      return [asked.kind, asked.commit, target, reason].filter(Boolean).join(' ');
    }
  }
}

/** The command text of a request about locks, pauses, hotfixes or adopting. */
export function holdText(asked: LockRequest): string {
  switch (asked.kind) {
    case 'locks':
      return asked.product ? `locks ${asked.product}` : 'locks';
    case 'unlock':
      return `unlock ${placeText(asked)}`;
    case 'lock':
    case 'takeover': {
      const { reason, forMs, until } = asked;
      const end = until ? `until ${timeTyped(until)}` : forMs !== null && `for ${durationText(forMs)}`;
      return [`${asked.kind} ${placeText(asked)}`, reason && reasonTyped(reason), end]
        .filter(Boolean)
        .join(' ');
    }
    case 'pause':
    case 'resume':
      return [`${asked.kind} ${placeText(asked)}`, asked.reason].filter(Boolean).join(' ');
    case 'hotfix':
    case 'adopt':
      return [`${asked.kind} ${placeText(asked)}`, asked.commit, asked.reason].filter(Boolean).join(' ');
    default:
      return asked satisfies never;
  }
}

/** A reason as it is typed: in quotes if it could be read as the end of the lock. */
function reasonTyped(reason: string): string {
  const read = readLockWords(reason);
  const isPlain = read.kind === 'read' && read.forMs === null && read.until === null;
  return isPlain && !/^["']/.test(reason) ? reason : `"${reason.replaceAll('"', "'")}"`;
}

function placeText({ product, environment }: LockTarget): string {
  return `${product}/${environment ?? ALL}`;
}
