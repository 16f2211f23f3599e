import { findRelease, releasesOf } from '../../domain/documents/environment.ts';
import type { Refusal, Rule } from '../../domain/documents/refusal.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import type { By, Facts } from '../../domain/eligibility/facts.ts';
import { type ReleaseVerb, releaseRefusal } from '../../domain/eligibility/release.ts';
import { isExemptFromFreezes } from '../../domain/gates/gates.ts';
import type { EnvironmentView, ReleaseView } from '../view-model.ts';

/** What the rules are decided from, for the release of a card. */
export function factsOf({ here, now, order, acceptances }: ReleaseView): Facts {
  return { ...here, now, order, acceptances };
}

/** The same for any release there, as far as it is known without the environment below and the store. */
export function factsOfPlace(here: EnvironmentView, now: number): Facts {
  return { ...here, now, order: null, acceptances: [] };
}

/**
 * Whether this can be done with the release of a card now, by somebody who may or, if it is drawn for one person, by that
 * person: what its button is decided from.
 */
export function isEligible(view: ReleaseView, verb: ReleaseVerb): boolean {
  return releaseRefusal(verb, factsOf(view), view.release, view.by ?? null) === null;
}

/**
 * What time, people or the end of another release open, and what only the refusal of this very release explains (an expired
 * request, a revoked target). `ENV` means the release all the same, and is answered with that refusal.
 */
const PASSES: ReadonlySet<Rule> = new Set([
  'order',
  'frozen',
  'locked',
  'notFrozen',
  'cancelWished',
  'requestExpired',
  'rollbackFirst',
  'notAcceptedHere',
  'uncertain',
]);

/** Nobody may, by the configuration: said of the release that is meant. */
const NOBODY: ReadonlySet<Rule> = new Set(['notRole', 'notApprover', 'notCanceller', 'notTester']);

function passes({ rule }: Refusal, release: Release, by: By): boolean {
  if (rule === 'notFrozen' && isExemptFromFreezes(release)) return false;
  return PASSES.has(rule) || (by === null && NOBODY.has(rule));
}

/** Whether the release is meant by this verb: it can be done now, or is refused for what its answer has to say. */
export function waitsFor(verb: ReleaseVerb, facts: Facts, release: Release, by: By = null): boolean {
  const refusal = releaseRefusal(verb, facts, release, by);
  return refusal === null || passes(refusal, release, by);
}

/**
 * The releases that wait for this verb there, oldest first: what `ENV` without a number means. If none waits for `fail`,
 * it means the accepted release that runs there.
 */
export function awaiting(verb: ReleaseVerb, here: EnvironmentView, now: number): Release[] {
  const { environment } = here;
  const facts = factsOfPlace(here, now);
  const found = releasesOf(environment).filter((release) => waitsFor(verb, facts, release));
  if (verb !== 'fail') return found;
  const inTesting = found.filter(({ status }) => status !== 'accepted');
  if (inTesting.length > 0 || !environment.deployed) return inTesting;
  const runs = findRelease(environment, environment.deployed.release);
  return runs && found.includes(runs) ? [runs] : [];
}
