import type { Card } from '../../domain/documents/card.ts';
import { releasesOf } from '../../domain/documents/environment.ts';
import type { ReplyEvent } from '../../domain/documents/values/replies.ts';
import type { View } from './draw-card.ts';

/** Whether a thread says it of a run that nobody did anything about. */
function isOfRun(event: ReplyEvent): boolean {
  switch (event.kind) {
    case 'buildFailed':
    case 'checksPassed':
    case 'deployed':
    case 'ended':
    case 'startedAgain':
      return true;
    case 'accepted':
      return event.by.kind === 'robot';
    default:
      return false;
  }
}

/**
 * True: the card of a push in a burst is not posted. A newer push has come, and nobody can do anything here that would not
 * be done on the card of that one: this commit does not run, or another deploy has begun since it did.
 */
export function isOvertaken(card: Card, view: View): boolean {
  if (card.inBurst !== true || card.ts !== null || 'notice' in view) return false;
  if (card.replies.some(({ event }) => !isOfRun(event))) return false;
  if (!('release' in view)) return view.newer !== null;
  const { release, here } = view;
  const { environment } = here;
  if (release.head === null || environment.newestHead <= release.head) return false;
  switch (release.status) {
    case 'queued':
    case 'superseded':
      return true;
    case 'deploying':
    case 'verifying':
      return false;
    default:
      return releasesOf(environment).some(({ number, begun }) => begun && number > release.number);
  }
}
