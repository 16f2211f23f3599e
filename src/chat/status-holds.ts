import { frozenAt } from '../domain/freeze.ts';
import { locksOf } from '../domain/lock.ts';
import type { EnvironmentView, Surroundings } from './view.ts';
import { because, dayTime, NOTHING, person, quote, say, since, type Words } from './words.ts';

/** Where a reason is cut on the board. */
const REASON = 80;

/** What keeps an environment from its deploys: locks, a pause, a freeze. Their reasons are people's words. */
export function holdLines({ environment, policy }: EnvironmentView, { now }: Surroundings): Words[] {
  const locks = locksOf(environment)
    .filter(({ until }) => until === null || until > now)
    .map(({ owner, reason, until }) => {
      const ends = until === null ? NOTHING : say`, until ${since(until, now)}`;
      return say`🔒 locked by ${person(owner)}, ${quote(reason, REASON)}${ends}`;
    });
  const { paused } = environment;
  const pause = paused
    ? [say`⏳ paused by ${person(paused.by)} since ${since(paused.at, now)}${because(paused.reason, REASON)}`]
    : [];
  const freeze = frozenAt(policy.freeze, now);
  const frozen = freeze
    ? [say`⏳ frozen until ${dayTime(freeze.until)}, ${quote(freeze.reason, REASON)}`]
    : [];
  return [...locks, ...pause, ...frozen];
}
