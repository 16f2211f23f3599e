import { findRelease } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/values/release.ts';
import { type ReleaseVerb, releaseRefusal } from '../../../eligibility/release.ts';
import type { Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse } from './draft.ts';
import { askerOf, factsOf } from './eligible.ts';

/**
 * Calls `then` with the release of this number. An open or ended release comes from the document, an older one from the
 * history; without either the command is refused.
 */
export function withRelease(draft: Draft, number: number, then: (release: Release) => Outcome): Outcome {
  const { past } = draft.context;
  const release =
    findRelease(draft.environment, number) ?? (past?.number === number ? structuredClone(past) : undefined);
  return release ? then(release) : refuse({ rule: 'noRelease', release: number });
}

/** Like `withRelease`, but refuses what the rules of eligibility refuse (`releaseRefusal`). */
export function withEligible(
  draft: Draft,
  command: { type: ReleaseVerb; release: number },
  by: Person,
  then: (release: Release) => Outcome,
): Outcome {
  return withRelease(draft, command.release, (release) => {
    const refusal = releaseRefusal(command.type, factsOf(draft), release, askerOf(draft, by));
    return refusal ? refuse(refusal) : then(release);
  });
}
