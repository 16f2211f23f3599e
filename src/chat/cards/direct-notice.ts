import type { LockAnswer, Notice } from '../../domain/documents/values/notice.ts';
import { type Actor, samePerson } from '../../domain/people/people.ts';
import { editReason, extend, handOver, keepLock, unlock } from '../locks/buttons.ts';
import { isProduct, lockWords, placeName, whoWaits } from '../locks/text.ts';
import { type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { person } from '../text/references.ts';
import { since } from '../text/times.ts';
import type { NoticeView, ReleaseView } from '../view-model.ts';
import { approvalAsked, commitReached, releaseEnded } from './direct-release.ts';
import type { NoticeParts } from './notice-parts.ts';

type Direct = Extract<Notice, { to: Actor }>;
type Of<K extends Direct['kind']> = Extract<Direct, { kind: K }>;

/** A direct message to one person. `view.about`: the release that it is about. */
export function directParts(notice: Direct, view: NoticeView): NoticeParts {
  switch (notice.kind) {
    case 'unlockAsked':
      return asked(notice, view);
    case 'unlockAnswered':
      return answered(notice, view);
    case 'lockReminder':
      return reminder(notice, view);
    case 'approvalAsked':
      return approvalAsked(notice, releaseIn(view));
    case 'releaseEnded':
      return releaseEnded(notice, releaseIn(view));
    case 'commitReached':
      return commitReached(notice, releaseIn(view));
    default:
      return notice satisfies never;
  }
}

function releaseIn({ place, about }: NoticeView): ReleaseView {
  if (!about) throw new TypeError(`a message about a release of ${place} is drawn from it`);
  return about;
}

function asked(notice: Of<'unlockAsked'>, view: NoticeView): NoticeParts {
  const { place } = view;
  const { by, lock, answer } = notice;
  const waits = isProduct(place) ? NOTHING : whoWaits(view.here, view);
  const title = inline`${person(by)} asks you to unlock ${placeName(place)}`;
  if (answer) return { title, line: ownerDid(answer, notice.to, view), buttons: [] };
  const what = waits.length > 0 ? inline`: ${waits}` : NOTHING;
  const buttons = [
    unlock(place, lock, 'primary'),
    ...(by.kind === 'person' ? [handOver(place, lock, by)] : []),
    extend(place, lock),
    keepLock(place, lock),
  ];
  const line = inline`Your lock since ${since(lock.at, view.now)}: ${lockWords(lock, view)}.`;
  return { title: inline`${title}${what}`, line, buttons };
}

/** "You unlocked it at 14:26." */
function ownerDid(answer: LockAnswer, owner: Actor, { now }: NoticeView): Inline {
  const who = answer.by === null ? NOTHING : samePerson(answer.by, owner) ? inline`You` : person(answer.by);
  const at = since(answer.at, now);
  switch (answer.kind) {
    case 'unlocked':
      return inline`${who} unlocked it at ${at}.`;
    case 'handedOver':
      return inline`${who} handed it over${answer.owner ? inline` to ${person(answer.owner)}` : NOTHING} at ${at}.`;
    case 'takenOver':
      return inline`${who} took it over at ${at}.`;
    case 'kept':
      return inline`${who} kept it at ${at}.`;
    case 'expired':
      return inline`It ended at ${at}.`;
    default:
      return answer.kind satisfies never;
  }
}

/** The answer for the person who asked to unlock, whatever it is. */
function answered({ to, lock, answer }: Of<'unlockAnswered'>, view: NoticeView): NoticeParts {
  const place = placeName(view.place);
  const at = since(answer.at, view.now);
  const by = answer.by === null ? NOTHING : person(answer.by);
  const locked = inline`The lock on ${place}`;
  const parts = (title: Inline, line: Inline): NoticeParts => ({ title, line, buttons: [] });
  switch (answer.kind) {
    case 'unlocked':
      return parts(inline`${by} unlocked ${place}`, inline`At ${at}, as you asked. ${waits(view)}`);
    case 'handedOver':
      return answer.owner && samePerson(answer.owner, to)
        ? parts(
            inline`${locked} is yours`,
            inline`${by} handed it over to you at ${at}: ${quote(lock.reason, 80)}.`,
          )
        : parts(
            locked,
            inline`${by} handed it over to ${answer.owner ? person(answer.owner) : ''} at ${at}.`,
          );
    case 'takenOver':
      return parts(locked, inline`${by} took it over from ${person(lock.owner)} at ${at}.`);
    case 'kept':
      return parts(inline`${by} keeps the lock on ${place}`, inline`${lockWords(lock, view)}.`);
    case 'expired':
      return parts(locked, inline`It ended at ${at}. ${waits(view)}`);
    default:
      return answer.kind satisfies never;
  }
}

function waits(view: NoticeView): Inline {
  const words = isProduct(view.place) ? NOTHING : whoWaits(view.here, view);
  return words.length > 0 ? inline`${words}.` : NOTHING;
}

function reminder({ lock, over }: Of<'lockReminder'>, view: NoticeView): NoticeParts {
  const { place } = view;
  const title = inline`Your lock on ${placeName(place)} since ${since(lock.at, view.now)}`;
  if (over) return { title, line: inline`That lock has ended, or is no longer yours.`, buttons: [] };
  const buttons = [unlock(place, lock, 'primary'), extend(place, lock), editReason(place, lock)];
  return { title, line: inline`${lockWords(lock, view)}. Is it still needed?`, buttons };
}
