import { locksOf } from '../../domain/documents/values/lock.ts';
import { frozenAt } from '../../domain/time/freeze.ts';
import { because, type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { commit, person } from '../text/references.ts';
import { dayTime, since } from '../text/times.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';

/** Maximum length of a reason in the status. */
const REASON = 80;

/** What keeps deploys out of an environment: locks, a pause, a freeze. Contains foreign text, the reasons. */
export function holdLines({ environment, policy }: EnvironmentView, context: RenderContext): Inline[] {
  const { now } = context;
  const locks = locksOf(environment)
    .filter(({ until }) => until === null || until > now)
    .map(({ owner, reason, until, card }) => {
      const ends = until === null ? NOTHING : inline`, until ${since(until, now)}`;
      const all = card === environment.productLock?.card ? ', with all environments,' : '';
      return inline`🔒 locked${all} by ${person(owner)}, ${quote(reason, REASON)}${ends}`;
    });
  const { paused } = environment;
  const next = paused?.newest ? inline` · it would deploy ${commit(paused.newest.sha, context)}` : NOTHING;
  const pause = paused
    ? [
        inline`⏳ paused by ${person(paused.by)} since ${since(paused.at, now)}${because(paused.reason, REASON)}${next}`,
      ]
    : [];
  const freeze = frozenAt(policy.freeze, now);
  const frozen = freeze
    ? [inline`⏳ frozen until ${dayTime(freeze.until)}, ${quote(freeze.reason, REASON)}`]
    : [];
  return [...locks, ...pause, ...frozen];
}
