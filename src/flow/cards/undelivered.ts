import type { Card } from '../../domain/documents/card.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ChatServices, Services } from '../services/services.ts';
import { toPerson } from './address.ts';
import { type Delivery, deliveryAfter } from './delivery.ts';
import { recordCard } from './record-card.ts';

/** After this many failures in a row, `status` shows that Slack cannot be reached; short outages are not shown. */
const SHOWN_AFTER = 5;

/** A failed post, and what happens next. */
export class Undelivered extends Error {
  readonly delivery: Exclude<Delivery, { kind: 'anew' | 'plain' }>;
  readonly error: ChatError;

  constructor(delivery: Undelivered['delivery'], error: ChatError) {
    super(error.message, { cause: error });
    this.delivery = delivery;
    this.error = error;
  }
}

/** Waits for `waitMs`, or less if the card changes. */
export function waitFor(waitMs: number): Undelivered['delivery'] {
  return { kind: 'wait', waitMs, refused: true };
}

/** The subject of a card no longer exists. */
export class NothingToShow extends Error {}

/** Handles a card that could not be delivered: it is kept, shown in `status` and retried. Only this card is affected. */
export async function failed(services: ChatServices, card: Card, error: unknown): Promise<void> {
  const { worker, log } = services;
  if (error instanceof NothingToShow) {
    log.error({ err: error, card: card.id }, 'a card cannot be delivered');
    const gone = { type: 'cardUndeliverable', worker, fault: 'subject', reason: error.message } as const;
    await recordCard(services, card.id, gone);
    return;
  }
  const undelivered = error instanceof Undelivered ? error : waiting(services, card, error);
  const { delivery, error: said } = undelivered;
  const { message: reason } = said;
  const why = { fault: said.fault.at, reason };
  if (delivery.kind === 'end') {
    log.error({ err: said, card: card.id }, 'a message to one person cannot be delivered; Slipway gives up');
    await recordCard(services, card.id, { type: 'cardUndeliverable', worker, fault: 'person', reason });
    return;
  }
  const { waitMs } = delivery;
  const refused = delivery.kind === 'passOver' || delivery.refused;
  // What Slack refuses to the whole process is reported once, as a trouble.
  const level = said.fault.at === 'process' ? 'debug' : 'warn';
  log[level]({ err: said, card: card.id, wait: waitMs }, 'a card waits for Slack');
  await recordCard(services, card.id, {
    type: 'cardDeferred',
    worker,
    until: services.clock.leaseNow() + waitMs,
    failed: said.kind === 'unknown',
    ...(refused || (said.kind === 'unknown' && card.failures + 1 >= SHOWN_AFTER) ? { why } : {}),
  });
}

/**
 * Handles a failed call other than a post, such as the search for an earlier one. Rethrows errors other than `ChatError`.
 */
function waiting({ timing }: Pick<Services, 'timing'>, card: Card, error: unknown): Undelivered {
  if (!(error instanceof ChatError)) throw error;
  const asked = {
    doing: 'post',
    plain: true,
    toPerson: toPerson(card) !== null,
    failures: card.failures,
  } as const;
  const delivery = deliveryAfter(error.fault, error.retryAfterMs, asked, timing);
  if (delivery.kind === 'anew' || delivery.kind === 'plain') throw error;
  return new Undelivered(delivery, error);
}
