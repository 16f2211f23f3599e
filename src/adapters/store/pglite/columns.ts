import type { AggregateKind } from '../../../domain/documents/document.ts';
import type { Aggregates } from '../../../ports/store.ts';
import { textOf } from './statements.ts';

/** The values of the columns of `slipway.aggregates`: kind, id, product, revision, wake_at, undeliverable_at, document, post. */
export function aggregateRow<K extends AggregateKind>(kind: K, aggregate: Aggregates[K]): unknown[] {
  const { id, product, revision, wakeAt, time } = aggregate;
  const refusedAt = isUndeliverable(kind, aggregate) ? time : null;
  const text = textOf<AggregateKind>(kind, aggregate);
  return [kind, id, product, revision, wakeAt, refusedAt, text, postOf(aggregate)];
}

/** Whether the document is a card that Slack finally refused. */
function isUndeliverable(kind: AggregateKind, aggregate: Aggregates[AggregateKind]): boolean {
  return kind === 'cards' && 'undeliverable' in aggregate && aggregate.undeliverable !== null;
}

/** The value of the column `post`; null: it is no card, or was not posted. */
function postOf(aggregate: Aggregates[AggregateKind]): string | null {
  if (!('subject' in aggregate)) return null;
  const { channel, ts } = aggregate;
  return channel === null || ts === null ? null : postKey(channel, ts);
}

/** The same, of a message in Slack. */
export function postKey(channel: string, ts: string): string {
  return `${channel} ${ts}`;
}
