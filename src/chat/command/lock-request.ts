import type { ClockTime } from '../../domain/time/clock-time.ts';
import { readLockWords } from './lock-end.ts';
import type { Target } from './request.ts';
import { durationTyped, timeTyped } from './spoken-time.ts';

/** What a lock is of; `environment` null: all environments of the product. */
export interface LockTarget {
  product: string;
  environment: string | null;
}

/** What keeps an environment as it is, lets go of it, or goes past it. */
export type HoldAsked =
  /** `forMs` and `until`: when it ends by itself, said in one of two ways; neither: until it is unlocked. */
  | ({
      kind: 'lock' | 'takeover';
      reason: string | null;
      forMs: number | null;
      until?: ClockTime;
    } & LockTarget)
  | ({ kind: 'unlock' } & LockTarget)
  | { kind: 'locks'; product: string | null }
  | ({ kind: 'pause' | 'resume'; reason: string | null } & Target)
  | ({ kind: 'hotfix' | 'adopt'; commit: string; reason: string | null } & Target);

/** What stands for all environments. */
export const ALL = 'all';

/** The text that asks for the same, without `/release`. */
export function holdText(asked: HoldAsked): string {
  switch (asked.kind) {
    case 'locks':
      return asked.product ? `locks ${asked.product}` : 'locks';
    case 'unlock':
      return `unlock ${placeText(asked)}`;
    case 'lock':
    case 'takeover': {
      const { reason, forMs, until } = asked;
      const end = until ? `until ${timeTyped(until)}` : forMs !== null && `for ${durationTyped(forMs)}`;
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

/** Words that could be read as an end stand in quotes, so that they are none. */
export function reasonTyped(reason: string): string {
  const read = readLockWords(reason);
  const isPlain = read.kind === 'read' && read.forMs === null && read.until === null;
  return isPlain && !/^["']/.test(reason) ? reason : `"${reason.replaceAll('"', "'")}"`;
}

function placeText({ product, environment }: LockTarget): string {
  return `${product}/${environment ?? ALL}`;
}
