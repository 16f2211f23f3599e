import type { Notice } from '../domain/notice.ts';
import { paragraph } from './blocks.ts';
import { fallback } from './text.ts';
import type { NoticeView, Said } from './view.ts';
import { dayTime, NOTHING, person, plain, quote, say, since, type Words } from './words.ts';

function words(notice: Notice, { place, now }: NoticeView): { title: Words; line: Words } {
  switch (notice.kind) {
    case 'lock': {
      const { owner, reason, until } = notice.lock;
      if (notice.ended) {
        const by = notice.ended.by ? say`${person(notice.ended.by)} unlocked it at ` : say`It ended at `;
        return { title: say`${place} is unlocked`, line: say`${by}${since(notice.ended.at, now)}.` };
      }
      const ends = until === null ? NOTHING : say`, until ${since(until, now)}`;
      return { title: say`${place} is locked by ${person(owner)}`, line: say`🔒 ${quote(reason)}${ends}.` };
    }
    case 'freeze':
      return notice.over
        ? { title: say`The freeze of ${place} is over`, line: say`It was ${quote(notice.reason)}.` }
        : {
            title: say`${place} is frozen`,
            line: say`${quote(notice.reason)}, until ${dayTime(notice.until)}.`,
          };
    case 'paused':
      return notice.resumed
        ? { title: say`${place} goes on`, line: say`${person(notice.resumed.by)} resumed it.` }
        : { title: say`${place} is paused by ${person(notice.by)}`, line: say`${quote(notice.reason)}` };
    case 'unlockAsked':
      return {
        title: say`${person(notice.by)} asks you to unlock ${place}`,
        line: say`${quote(notice.lock.reason)}`,
      };
    case 'unlockAnswered':
      return { title: say`The lock of ${place}`, line: say`${notice.answer.kind}` };
    case 'lockReminder':
      return { title: say`You have locked ${place}`, line: say`${quote(notice.lock.reason)}` };
    default:
      return notice satisfies never;
  }
}

/** A message of its own: of a lock, a freeze, a pause. */
export function noticeMessage(view: NoticeView): Said {
  const { title, line } = words(view.notice, view);
  return { text: fallback(`${plain(title)}. ${plain(line)}`), blocks: [paragraph(say`${title}\n${line}`)] };
}
