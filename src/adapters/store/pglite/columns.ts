import type { AggregateKind } from '../../../domain/documents/document.ts';
import type { Aggregates } from '../../../ports/store.ts';

/** Whether the document is a card that Slack finally refused. */
export function isUndeliverable(kind: AggregateKind, aggregate: Aggregates[AggregateKind]): boolean {
  return kind === 'cards' && 'undeliverable' in aggregate && aggregate.undeliverable !== null;
}

/** The value of the column `post`; null: it is no card, or was not posted. */
export function postOf(aggregate: Aggregates[AggregateKind]): string | null {
  if (!('subject' in aggregate)) return null;
  const { channel, ts } = aggregate;
  return channel === null || ts === null ? null : postKey(channel, ts);
}

/** The same, of a message in Slack. */
export function postKey(channel: string, ts: string): string {
  return `${channel} ${ts}`;
}
