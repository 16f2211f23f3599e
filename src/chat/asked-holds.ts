import type { Target } from './asked.ts';

/** What a lock is of; `environment` null: all environments of the product. */
export interface LockTarget {
  product: string;
  environment: string | null;
}

/** What keeps an environment as it is, lets go of it, or goes past it. */
export type HoldAsked =
  /** `forMs` null: until it is unlocked. */
  | ({ kind: 'lock' | 'takeover'; reason: string | null; forMs: number | null } & LockTarget)
  | ({ kind: 'unlock' } & LockTarget)
  | { kind: 'locks'; product: string | null }
  | ({ kind: 'pause' | 'resume'; reason: string | null } & Target)
  | ({ kind: 'hotfix' | 'adopt'; commit: string; reason: string | null } & Target);

/** What stands for all environments. */
export const ALL = 'all';

const UNITS: readonly (readonly [pattern: string, short: string, ms: number])[] = [
  ['d|days?', 'd', 86_400_000],
  ['h|hours?', 'h', 3_600_000],
  ['m|min|minutes?', 'm', 60_000],
];

const LASTS = new RegExp(
  `(?:^| )for ([1-9]\\d{0,3}) ?(${UNITS.map(([pattern]) => pattern).join('|')})$`,
  'i',
);

/** "database migration for 2h": the words, and how long; null: it was not said. */
export function splitDuration(words: string): { words: string; forMs: number | null } {
  const found = LASTS.exec(words);
  if (!found) return { words, forMs: null };
  const unit = UNITS.find(([pattern]) => new RegExp(`^(?:${pattern})$`, 'i').test(found[2] ?? ''));
  return { words: words.slice(0, found.index), forMs: Number(found[1]) * (unit?.[2] ?? 0) };
}

/** "2h": as it can be typed again. */
function lasts(ms: number): string {
  const [, short, unit] = UNITS.find(([, , each]) => ms % each === 0) ?? ['', 'm', 60_000];
  return `${Math.max(1, Math.round(ms / unit))}${short}`;
}

/** The text that asks for the same, without `/release`. */
export function holdText(asked: HoldAsked): string {
  switch (asked.kind) {
    case 'locks':
      return asked.product ? `locks ${asked.product}` : 'locks';
    case 'unlock':
      return `unlock ${placeText(asked)}`;
    case 'lock':
    case 'takeover': {
      const { reason, forMs } = asked;
      // Words that end like a duration stand in quotes, so that they are none.
      const said = reason !== null && splitDuration(reason).forMs !== null ? `"${reason}"` : reason;
      const words = [`${asked.kind} ${placeText(asked)}`, said, forMs !== null && `for ${lasts(forMs)}`];
      return words.filter(Boolean).join(' ');
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

function placeText({ product, environment }: LockTarget): string {
  return `${product}/${environment ?? ALL}`;
}
