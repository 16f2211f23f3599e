import { noticeMessage } from '../../chat/cards/notice.ts';
import { pushCard, pushedCommits } from '../../chat/cards/push/card.ts';
import { listedCommits } from '../../chat/cards/release/body.ts';
import { releaseCard } from '../../chat/cards/release/card.ts';
import type { CommitLine, Message, NoticeView, PushView, ReleaseView } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Reply } from '../../domain/documents/values/replies.ts';
import { referencesOf } from '../references/references.ts';
import type { ViewServices } from '../services/services.ts';
import { noticeView } from '../views/notice.ts';
import { productOf, pushView, releaseView } from '../views/views.ts';

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
    case 'release': {
      const view = await releaseView(services, subject.environment, subject.number, card);
      return view && referring(services, card.product, view, listedCommits(view));
    }
    case 'push': {
      const view = await pushView(services, card.product, subject.head, subject.sha);
      return view && referring(services, card.product, view, pushedCommits(view));
    }
    case 'notice':
      return noticeView(services, card.product, subject);
    default:
      return subject satisfies never;
  }
}

/** The view with what the commits refer to that are drawn from it. */
async function referring<T extends View>(
  services: ViewServices,
  product: string,
  view: T,
  commits: readonly CommitLine[],
): Promise<T> {
  return { ...view, references: await referencesOf(services, productOf(services, product), commits) };
}

/** Draws the message of a card. */
export function messageOf(view: View): Message {
  if ('notice' in view) return noticeMessage(view);
  return 'release' in view ? releaseCard(view) : pushCard(view);
}
