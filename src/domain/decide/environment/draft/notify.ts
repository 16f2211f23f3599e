import type { Notice } from '../../../documents/values/notice.ts';
import type { ReplyEvent } from '../../../documents/values/replies.ts';
import { type Draft, sendTo } from './draft.ts';

/** Shows a notice as a message of its own, in the channel or to one person. `event`: a reply in its thread; null: none. */
export function notify(draft: Draft, card: string, notice: Notice, event: ReplyEvent | null = null): void {
  const { environment, at } = draft;
  const { product } = environment;
  const subject = { kind: 'notice', place: environment.id, notice } as const;
  const to = { kind: 'cards', id: card } as const;
  sendTo(draft, to, { type: 'show', product, subject, progress: false });
  if (event === null) return;
  const id = `${environment.id}:${draft.revision}:${draft.effects.length}`;
  sendTo(draft, to, { type: 'reply', product, subject, reply: { id, at, event, release: null } });
}
