import type { ChatFault } from '../../ports/chat.ts';
import { backoff, type Timing } from '../services/timing.ts';

/** What was asked of the chat when it failed. */
export interface Asked {
  doing: 'post' | 'edit' | 'reply';
  /** A message to one person alone. */
  toPerson: boolean;
  /** Already without blocks. */
  plain: boolean;
  /** Failures of the card in a row, before this one. */
  failures: number;
}

/** What becomes of a post that failed, and of its card. */
export type Delivery =
  /** The post is made anew. */
  | { kind: 'anew' }
  /** The same once more, as text alone. */
  | { kind: 'plain' }
  /** The rest of the card goes on; this is tried again after the wait, or with what changes. */
  | { kind: 'passOver'; waitMs: number }
  /** All of the card is tried again after the wait. `refused`: at once with what changes. */
  | { kind: 'wait'; waitMs: number; refused: boolean }
  /** It is over. */
  | { kind: 'end' };

/** A person's conversation that is refused is tried so often, over some hours; then nobody is taken to be there. */
export const DIRECT_TRIES = 12;

/** Decides from whose fault it is. `retryAfterMs`: as long as Slack asked to wait; 0: it did not. */
export function deliveryAfter(
  fault: ChatFault,
  retryAfterMs: number,
  asked: Asked,
  timing: Pick<Timing, 'cardBackoffMs' | 'cardAwayMs'>,
): Delivery {
  const tries = asked.failures + 1;
  const away = backoff(timing.cardAwayMs, tries);
  const wait = { kind: 'wait', waitMs: away, refused: true } as const;
  const passOver = { kind: 'passOver', waitMs: away } as const;
  switch (fault.at) {
    case 'process':
      return wait;
    case 'channel':
      return asked.toPerson && tries >= DIRECT_TRIES ? { kind: 'end' } : wait;
    case 'person':
      return asked.toPerson ? { kind: 'end' } : wait;
    case 'message':
      if (asked.doing === 'post') return wait;
      return fault.how === 'gone' && asked.doing === 'edit' ? { kind: 'anew' } : passOver;
    case 'request':
      if (!asked.plain) return { kind: 'plain' };
      return asked.doing === 'post' ? wait : passOver;
    case 'slack':
      return { kind: 'wait', waitMs: retryAfterMs || backoff(timing.cardBackoffMs, tries), refused: false };
    default:
      return fault satisfies never;
  }
}
