import type { Warning } from '../../domain/documents/warning.ts';
import { listed, many } from '../text/clean.ts';
import { at, named, namesOf, say, type Words } from '../text/inline.ts';
import type { Surroundings } from '../view-model.ts';

/** One line for what was done all the same. */
export function warningWords(warning: Warning, around: Surroundings): Words {
  switch (warning.kind) {
    case 'outOfReach': {
      const { count, required, needs, self, authors } = warning;
      const lacks = needs.map(({ missing, from }) =>
        from === null ? many(missing, 'member') : `${missing} more of ${namesOf(from, around, 'or')}`,
      );
      const own = self ? '' : ' Your own does not count.';
      const wrote = authors ? '' : ' Those of authors of its commits do not count.';
      return say`Warning: today's members can give ${count} of ${many(required, 'approval')} at most; ${listed(lacks)} would be needed.${own}${wrote}`;
    }
    case 'groupUnknown':
      return say`Warning: Slack did not say who is in ${named(warning.group, around)}, so it is not known whether this can be approved.`;
    case 'expiresFirst':
      return say`Warning: it can start ${at(warning.startsAt, around.now)} at the earliest, and expires before that, ${at(warning.expiresAt, around.now)}.`;
    default:
      return warning satisfies never;
  }
}
