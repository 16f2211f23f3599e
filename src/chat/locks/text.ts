import type { Environment } from '../../domain/documents/environment.ts';
import type { Lock, Pause } from '../../domain/documents/lock.ts';
import { goesByPeople, isWaiting, type Release } from '../../domain/documents/release.ts';
import { listed, many } from '../text/clean.ts';
import { commit, join, NOTHING, person, quote, releaseRef, say, since, type Words } from '../text/inline.ts';
import type { EnvironmentView, Surroundings } from '../view-model.ts';

/** How long a reason of a lock or a pause may be in a sentence. */
const REASON_MAX = 80;

/** A place is an environment (`storefront/prod`), or a product: all of its environments. */
export function isProduct(place: string): boolean {
  return !place.includes('/');
}

/** "storefront/prod", "all environments of storefront" */
export function placeName(place: string): string {
  return isProduct(place) ? `all environments of ${place}` : place;
}

/** "is locked", "are locked" */
export function be(place: string): string {
  return isProduct(place) ? 'are' : 'is';
}

/** "All environments of …" at the beginning of a sentence. */
export function placeTitle(place: string): string {
  return isProduct(place) ? `All environments of ${place}` : place;
}

/** "“database migration”, until 16:02" */
export function lockWords(lock: Lock, around: Surroundings, max = REASON_MAX): Words {
  const ends = lock.until === null ? NOTHING : say`, until ${since(lock.until, around.now)}`;
  return say`${quote(lock.reason, max)}${ends}`;
}

/** Releases of people that wait there, oldest first. */
export function waitingOf(environment: Environment): Release[] {
  return environment.open.filter((release) => isWaiting(release) && goesByPeople(release));
}

/** "prod#42 is approved and waits", "prod#42, prod#43 and 3 more wait"; nothing where nothing waits. */
export function whoWaits(here: EnvironmentView, around: Surroundings): Words {
  const waiting = waitingOf(here.environment);
  const [first] = waiting;
  if (!first) return NOTHING;
  const ref = ({ number }: Release) => releaseRef(here.policy, number, around);
  if (waiting.length === 1) return say`${ref(first)} is ${first.status} and waits`;
  return say`${refs(here, around)} wait`;
}

/** "prod#42, prod#43 and 3 more" */
export function refs(here: EnvironmentView, around: Surroundings): Words {
  const waiting = waitingOf(here.environment);
  const shown = waiting.slice(0, 3).map(({ number }) => say`${releaseRef(here.policy, number, around)}`);
  const more = waiting.length - shown.length;
  return more > 0 ? say`${join(shown, ', ')} and ${more} more` : join(shown, ', ');
}

/** "would deploy abc123f", or that nothing came since. */
export function wouldDeploy({ newest }: Pause, around: Surroundings): Words {
  return newest ? say`would deploy ${commit(newest.sha, around)}` : say`nothing was built since`;
}

/** "paused by Ada since 14:02, “flaky tests”" */
export function pausedWords(pause: Pause, around: Surroundings): Words {
  return say`paused by ${person(pause.by)} since ${since(pause.at, around.now)}, ${quote(pause.reason, REASON_MAX)}`;
}

/** "3 environments", "prod and preprod" */
export function environmentsText(names: readonly string[]): string {
  return names.length > 4 ? many(names.length, 'environment') : listed(names);
}
