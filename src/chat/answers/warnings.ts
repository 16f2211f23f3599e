import type { Warning } from '../../domain/documents/warning.ts';
import { listed, plural } from '../text/clean.ts';
import { type Inline, inline } from '../text/inline.ts';
import { named, namesOf } from '../text/references.ts';
import { at } from '../text/times.ts';
import type { RenderContext } from '../view-model.ts';

/** One line about a possible problem with a request that was accepted. */
export function warningWords(warning: Warning, context: RenderContext): Inline {
  switch (warning.kind) {
    case 'outOfReach': {
      const { count, required, needs, self, authors } = warning;
      const lacks = needs.map(({ missing, from }) =>
        from === null ? plural(missing, 'member') : `${missing} more of ${namesOf(from, context, 'or')}`,
      );
      const own = self ? '' : ' Your own does not count.';
      const wrote = authors ? '' : ' Approvals by authors of its commits do not count.';
      return inline`Warning: the current members can give at most ${count} of ${plural(required, 'approval')}; ${listed(lacks)} would be needed.${own}${wrote}`;
    }
    case 'groupUnknown':
      return inline`Warning: Slack did not say who is in ${named(warning.group, context)}, so Slipway does not know whether this can be approved.`;
    case 'expiresFirst':
      return inline`Warning: it can start ${at(warning.startsAt, context.now)} at the earliest, but expires before that, ${at(warning.expiresAt, context.now)}.`;
    default:
      return warning satisfies never;
  }
}
