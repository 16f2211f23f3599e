import { type Bake, ERRORED_MOST } from '../../domain/documents/values/bake.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { duration } from '../../domain/time/duration.ts';
import { foreign, type Inline, inline, NOTHING } from '../text/inline.ts';
import { since } from '../text/times.ts';

/** "9 min 5 s of 15 min" */
export function bakedWords({ passedMs, forMs }: Pick<Bake, 'passedMs' | 'forMs'>): string {
  return `${duration(Math.min(passedMs, forMs))} of ${duration(forMs)}`;
}

/** How a verification that is repeated stands: " · baking until about 14:20: 9 min 5 s of 15 min, next check at 14:05". */
export function bakeWords(release: Release, now: number): Inline {
  const { bake } = release;
  if (!bake) return NOTHING;
  const end = endOf(bake);
  const until = end === null ? NOTHING : inline` until about ${since(end, now)}`;
  const next = bake.nextAt === null ? NOTHING : inline`, next check at ${since(bake.nextAt, now)}`;
  return inline` · baking${until}: ${bakedWords(bake)}${next}${failedWords(bake)}${erroredWords(release, bake)}`;
}

/** When it passes if all checks do; null: its time is over, and it waits for a check that passes. */
function endOf({ forMs, passedMs, everyMs, countedTo, checkFrom, nextAt }: Bake): number | null {
  const left = forMs - passedMs;
  if (left <= 0) return null;
  // The wait before the next check counts once that has ended.
  const waited = countedTo === null ? 0 : Math.min(left, everyMs);
  return (nextAt ?? checkFrom) + left - waited;
}

function failedWords({ failedInRow, failures }: Bake): Inline {
  if (failedInRow === 0) return NOTHING;
  return inline` · ${failedInRow} of ${failures} failures in a row`;
}

function erroredWords({ attempts }: Release, { erroredInRow }: Bake): Inline {
  if (erroredInRow === 0) return NOTHING;
  const last = attempts.findLast(({ outcome }) => outcome !== null)?.outcome;
  const why = last?.kind === 'errored' ? inline`: ${foreign(last.reason.replace(/\.$/, ''), 120)}` : NOTHING;
  return inline` · ${erroredInRow} of ${ERRORED_MOST} checks in a row errored${why}`;
}
