import type { LockAnswer, Notice } from '../../domain/documents/notice.ts';
import { type Actor, samePerson } from '../../domain/people/people.ts';
import type { ButtonSpec } from '../blocks/blocks.ts';
import { editReason, extend, handOver, keepLock, unlock } from '../locks/buttons.ts';
import { isProduct, lockWords, placeName, whoWaits } from '../locks/text.ts';
import { NOTHING, person, quote, say, since, type Words } from '../text/inline.ts';
import type { NoticeView } from '../view-model.ts';

type Direct = Extract<Notice, { to: Actor }>;
type Of<K extends Direct['kind']> = Extract<Direct, { kind: K }>;

/** A message: bold title, the line below it, buttons. */
export interface Letter {
  title: Words;
  line: Words;
  buttons: ButtonSpec[];
}

/** To one person alone, about a lock of theirs or one that they asked for. */
export function letter(notice: Direct, view: NoticeView): Letter {
  switch (notice.kind) {
    case 'unlockAsked':
      return asked(notice, view);
    case 'unlockAnswered':
      return answered(notice, view);
    case 'lockReminder':
      return reminder(notice, view);
    default:
      return notice satisfies never;
  }
}

function asked(notice: Of<'unlockAsked'>, view: NoticeView): Letter {
  const { place } = view;
  const { by, lock, answer } = notice;
  const waits = isProduct(place) ? NOTHING : whoWaits(view.here, view);
  const title = say`${person(by)} asks you to unlock ${placeName(place)}`;
  if (answer) return { title, line: ownerDid(answer, notice.to, view), buttons: [] };
  const what = waits.length > 0 ? say`: ${waits}` : NOTHING;
  const buttons = [
    unlock(place, lock, 'primary'),
    ...(by.kind === 'person' ? [handOver(place, lock, by)] : []),
    extend(place, lock),
    keepLock(place, lock),
  ];
  const line = say`Your lock since ${since(lock.at, view.now)}: ${lockWords(lock, view)}.`;
  return { title: say`${title}${what}`, line, buttons };
}

/** "You unlocked it at 14:26." */
function ownerDid(answer: LockAnswer, owner: Actor, { now }: NoticeView): Words {
  const who = answer.by === null ? NOTHING : samePerson(answer.by, owner) ? say`You` : person(answer.by);
  const at = since(answer.at, now);
  switch (answer.kind) {
    case 'unlocked':
      return say`${who} unlocked it at ${at}.`;
    case 'handedOver':
      return say`${who} handed it over${answer.owner ? say` to ${person(answer.owner)}` : NOTHING} at ${at}.`;
    case 'takenOver':
      return say`${who} took it over at ${at}.`;
    case 'kept':
      return say`${who} kept it at ${at}.`;
    case 'expired':
      return say`It ended at ${at}.`;
    default:
      return answer.kind satisfies never;
  }
}

/** What the one who asked learns, whichever answer it is. */
function answered({ to, lock, answer }: Of<'unlockAnswered'>, view: NoticeView): Letter {
  const place = placeName(view.place);
  const at = since(answer.at, view.now);
  const by = answer.by === null ? NOTHING : person(answer.by);
  const locked = say`The lock of ${place}`;
  const letter = (title: Words, line: Words): Letter => ({ title, line, buttons: [] });
  switch (answer.kind) {
    case 'unlocked':
      return letter(say`${by} unlocked ${place}`, say`At ${at}, as you asked. ${waits(view)}`);
    case 'handedOver':
      return answer.owner && samePerson(answer.owner, to)
        ? letter(
            say`${locked} is yours`,
            say`${by} handed it over to you at ${at}: ${quote(lock.reason, 80)}.`,
          )
        : letter(locked, say`${by} handed it over to ${answer.owner ? person(answer.owner) : ''} at ${at}.`);
    case 'takenOver':
      return letter(locked, say`${by} took it over from ${person(lock.owner)} at ${at}.`);
    case 'kept':
      return letter(say`${by} keeps the lock of ${place}`, say`${lockWords(lock, view)}.`);
    case 'expired':
      return letter(locked, say`It ended at ${at}. ${waits(view)}`);
    default:
      return answer.kind satisfies never;
  }
}

function waits(view: NoticeView): Words {
  const words = isProduct(view.place) ? NOTHING : whoWaits(view.here, view);
  return words.length > 0 ? say`${words}.` : NOTHING;
}

function reminder({ lock, over }: Of<'lockReminder'>, view: NoticeView): Letter {
  const { place } = view;
  const title = say`You have locked ${placeName(place)} since ${since(lock.at, view.now)}`;
  if (over) return { title, line: say`That lock has ended, or is not yours any more.`, buttons: [] };
  const buttons = [unlock(place, lock, 'primary'), extend(place, lock), editReason(place, lock)];
  return { title, line: say`${lockWords(lock, view)}. Is it still needed?`, buttons };
}
