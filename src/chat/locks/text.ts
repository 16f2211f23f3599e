import type { Environment } from '../../domain/documents/environment.ts';
import type { Lock, Pause } from '../../domain/documents/values/lock.ts';
import { goesByPeople, isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { isEnvironmentId } from '../../domain/ids.ts';
import { listed, plural } from '../text/clean.ts';
import { type Inline, inline, join, NOTHING, quote, REASON_MAX } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { since } from '../text/times.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';

/**
 * Whether a lock or notice is about a product, all of its environments, and not about one environment
 * (`storefront/prod`).
 */
export function isProduct(place: string): boolean {
  return !isEnvironmentId(place);
}

/** "storefront/prod", "all environments of storefront" */
export function placeName(place: string): string {
  return isProduct(place) ? `all environments of ${place}` : place;
}

/** The verb after `placeName`: "is" or "are". */
export function be(place: string): string {
  return isProduct(place) ? 'are' : 'is';
}

/** `placeName` for the beginning of a sentence. */
export function placeTitle(place: string): string {
  return isProduct(place) ? `All environments of ${place}` : place;
}

/** "“database migration”, until 16:02" */
export function lockWords(lock: Lock, context: RenderContext, max = REASON_MAX): Inline {
  const ends = lock.until === null ? NOTHING : inline`, until ${since(lock.until, context.now)}`;
  return inline`${quote(lock.reason, max)}${ends}`;
}

/** Promotions and hotfixes that wait there, oldest first. */
export function waitingOf(environment: Environment): Release[] {
  return environment.open.filter((release) => isWaiting(release) && goesByPeople(release));
}

/** "prod#42 is approved and waits", "prod#42, prod#43 and 3 more wait"; nothing if none waits. */
export function whoWaits(here: EnvironmentView, context: RenderContext): Inline {
  const waiting = waitingOf(here.environment);
  const [first] = waiting;
  if (!first) return NOTHING;
  const ref = ({ number }: Release) => releaseRef(here.policy, number, context);
  if (waiting.length === 1) return inline`${ref(first)} is ${first.status} and waits`;
  return inline`${refs(here, context)} wait`;
}

/** The waiting releases: "prod#42, prod#43 and 3 more" */
export function refs(here: EnvironmentView, context: RenderContext): Inline {
  const waiting = waitingOf(here.environment);
  const shown = waiting.slice(0, 3).map(({ number }) => inline`${releaseRef(here.policy, number, context)}`);
  const more = waiting.length - shown.length;
  return more > 0 ? inline`${join(shown, ', ')} and ${more} more` : join(shown, ', ');
}

/** "would deploy abc123f", or that nothing was built since. */
export function wouldDeploy({ newest }: Pause, context: RenderContext): Inline {
  return newest ? inline`would deploy ${commit(newest.sha, context)}` : inline`nothing has been built since`;
}

/** "paused by Ada since 14:02, “flaky tests”" */
export function pausedWords(pause: Pause, context: RenderContext): Inline {
  return inline`paused by ${person(pause.by)} (since ${since(pause.at, context.now)}), ${quote(pause.reason, REASON_MAX)}`;
}

/** "prod and preprod"; more than four: "5 environments". */
export function environmentsText(names: readonly string[]): string {
  return names.length > 4 ? plural(names.length, 'environment') : listed(names);
}
