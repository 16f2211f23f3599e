import { noticeMessage } from '../../chat/cards/notice.ts';
import { pushCard } from '../../chat/cards/push.ts';
import { releaseCard } from '../../chat/cards/release/card.ts';
import type { Message, NoticeView, PushView, ReleaseView } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Reply } from '../../domain/documents/values/replies.ts';
import type { ViewServices } from '../services/services.ts';
import { noticeView } from '../views/notice.ts';
import { pushView, releaseView } from '../views/views.ts';

/** True: the reply asks for something that is done by now. Pointless mentions teach people to ignore them. */
export function isMoot(reply: Reply, view: View): boolean {
  if (!('release' in view)) return false;
  const { status } = view.release;
  if (reply.event.kind === 'ready') return status !== 'approved';
  if (reply.event.kind === 'notInBranch') return view.missingFrom === null;
  return reply.event.kind === 'pleaseTest' && status !== 'testing';
}

/** What a card or a message is drawn from. */
export type View = ReleaseView | PushView | NoticeView;

/** Reads what the card is drawn from; null: its subject no longer exists. */
export async function viewOf(services: ViewServices, card: Card): Promise<View | null> {
  const { subject } = card;
  switch (subject.kind) {
    case 'release':
      return releaseView(services, subject.environment, subject.number, card);
    case 'push':
      return pushView(services, card.product, subject.head, subject.sha);
    case 'notice':
      return noticeView(services, card.product, subject);
    default:
      return subject satisfies never;
  }
}

/** Draws the message of a card. */
export function messageOf(view: View): Message {
  if ('notice' in view) return noticeMessage(view);
  return 'release' in view ? releaseCard(view) : pushCard(view);
}
