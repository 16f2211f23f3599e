import { backoff } from '../../domain/time/duration.ts';
import type { ChatFault } from '../../ports/chat.ts';
import type { Timing } from '../services/timing.ts';

/** The call to the chat that failed. */
export interface Asked {
  doing: 'post' | 'edit' | 'reply';
  /** True: a message to one person. */
  toPerson: boolean;
  /** True: the message was already sent without blocks. */
  plain: boolean;
  /** Failures of the card in a row, before this one. */
  failures: number;
}

/** What happens to a failed post and to its card. */
export type Delivery =
  /** Make the post again. */
  | { kind: 'anew' }
  /** Send the same again as plain text. */
  | { kind: 'plain' }
  /** Continue with the rest of the card; retry this part after the wait, or when the card changes. */
  | { kind: 'passOver'; waitMs: number }
  /** Retry the whole card after the wait. `refused`: at once when the card changes. */
  | { kind: 'wait'; waitMs: number; refused: boolean }
  /** Give up. */
  | { kind: 'end' };

/** After this many refused tries, over some hours, a direct message is given up: the person is assumed to be gone. */
export const DIRECT_TRIES = 12;

/** Decides from the fault of a failed call. `retryAfterMs`: how long Slack asked to wait; 0: it did not. */
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
