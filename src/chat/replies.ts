import type { Reply } from '../domain/replies.ts';
import type { PushView, ReleaseView, Said } from './view.ts';

/** One reply in a card's thread; `broadcast`: also to the channel. */
export function replyMessage(reply: Reply, view: ReleaseView | PushView): Said & { broadcast: boolean } {
  return { text: `${reply.event.kind} ${view.now}`, blocks: [], broadcast: false };
}
