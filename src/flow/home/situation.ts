import type { Profile } from '../../domain/documents/profile.ts';
import { frozenAt } from '../../domain/time/freeze.ts';
import type { Known } from './read-home.ts';

/**
 * Everything that a Home tab goes by, as one short text: the documents by their revisions, and what time alone changes. While
 * it stays the same, the tab need not be drawn again. Git is left out: what it answers is for two commits, and never changes.
 */
export function situationOf(
  profile: Profile,
  known: readonly Known[],
  { now, complete }: { now: number; complete: boolean },
): string {
  const products = known.map(({ product, environments }) => [
    product.name,
    environments.map(({ environment, policy }) => [
      environment.revision,
      frozenAt(policy.freeze, now)?.until ?? 0,
    ]),
  ]);
  const { switches, touched, home } = profile;
  return JSON.stringify([switches, touched, home?.page, home?.search, complete, products]);
}
