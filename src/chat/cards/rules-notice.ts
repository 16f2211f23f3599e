import type { Notice } from '../../domain/documents/values/notice.ts';
import { plural } from '../text/clean.ts';
import { inline, join } from '../text/inline.ts';
import { namesOf } from '../text/references.ts';
import { ruleChangeWords } from '../text/rules.ts';
import { at } from '../text/times.ts';
import type { NoticeView } from '../view-model.ts';
import type { NoticeParts } from './notice-parts.ts';

/** Slipway's log has the others. Together they stay well below what one block of Slack takes. */
const CHANGES_SHOWN = 8;

/** The configuration has changed who may do what. Who changed the file is not known. */
export function rulesParts(notice: Extract<Notice, { kind: 'rules' }>, view: NoticeView): NoticeParts {
  const names = (ids: readonly string[]) => namesOf(ids, view, 'or');
  const shown = notice.changes.slice(0, CHANGES_SHOWN);
  const more = notice.changes.length - shown.length;
  const lines = [
    ...shown.map((change) => inline`${ruleChangeWords(change, names)}`),
    ...(more > 0 ? [inline`and ${plural(more, 'other change')}; Slipway’s log lists all`] : []),
    inline`Read from slipway.yml ${at(notice.at, view.now)}. Approvals that were given by other rules are void.`,
  ];
  return {
    title: inline`Who may do what in ${view.place} has changed`,
    line: join(lines, '\n'),
    buttons: [],
  };
}
