import { goesByPeople, isWaiting } from '../../../domain/documents/values/release.ts';
import { plural } from '../../text/clean.ts';
import { type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, releaseRef } from '../../text/references.ts';
import type { ReleaseView } from '../../view-model.ts';

/** Releases or hotfixes that a sentence names at most. */
const NAMED = 3;

/** ", hotfix prod#40" for a commit that a hotfix deployed here; nothing for other commits. */
export function hotfixOf(view: ReleaseView, sha: string): Inline {
  const number = Object.hasOwn(view.hotfixes, sha) ? view.hotfixes[sha] : undefined;
  return number === undefined ? NOTHING : inline`, hotfix ${releaseRef(view.here.policy, number, view)}`;
}

/** What a deploy would remove or supersede, for the dialog that confirms it. */
export function risks(view: ReleaseView): Inline {
  const { here, removes } = view;
  const { policy } = here;
  const hotfixes = removes?.commits.filter(({ sha }) => hotfixOf(view, sha).length > 0) ?? [];
  const named = hotfixes.slice(0, NAMED).map(({ sha }) => hotfixOf(view, sha));
  const removing =
    removes && removes.count > 0
      ? inline`Removes ${plural(removes.count, 'commit')} that ${policy.name} runs now${join(named, '')}. `
      : NOTHING;
  const testing = overtakes(view);
  return inline`${removing}${testing}${testing.length > 0 ? ' ' : ''}`;
}

/** The release in testing that a deploy of this one would supersede. */
export function overtakes(view: ReleaseView): Inline {
  const { policy, environment } = view.here;
  const tested = environment.open.find(
    ({ status, number }) => status === 'testing' && number !== view.release.number,
  );
  return tested
    ? inline`${releaseRef(policy, tested.number, view)} is in Testing there and would be superseded before it is accepted.`
    : NOTHING;
}

/** The other promotions and hotfixes that wait here: "Beside it: prod#43 def456a is approved." */
export function beside(view: ReleaseView): Inline {
  const { here, release } = view;
  const others = here.environment.open.filter(
    (other) => other.number !== release.number && isWaiting(other) && goesByPeople(other),
  );
  if (others.length === 0 || !goesByPeople(release) || !isWaiting(release)) return NOTHING;
  const shown = others
    .slice(0, NAMED)
    .map(
      (other) =>
        inline`${releaseRef(here.policy, other.number, view)} ${commit(other.sha, view)} is ${other.status}`,
    );
  const more = others.length - shown.length;
  return inline`Also there: ${join(shown, ', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** What a hotfix skips: "Skips order, soak and freeze. Not accepted in integration or preprod." */
export function skips({ release, notAcceptedIn }: ReleaseView): Inline {
  if (release.kind !== 'hotfix') return NOTHING;
  const where = notAcceptedIn.length > 0 ? ` Not accepted in ${notAcceptedIn.join(' or ')}.` : '';
  return inline`Skips order, soak and freeze.${where}`;
}

/** What a rollback undoes, revokes and pauses: "Undoes 212 commits. Revoked in prod: abc123f (prod#42)." */
export function rollbackDoes(view: ReleaseView): Inline {
  const { release, here, removes, above } = view;
  const { leaves } = release;
  if (release.kind !== 'rollback' || leaves === null) return NOTHING;
  const { policy, environment } = here;
  const undoes = removes && removes.count > 0 ? inline`Undoes ${plural(removes.count, 'commit')}.` : NOTHING;
  const isRevoked = environment.acceptances.some(
    ({ acceptance }) =>
      acceptance.sha === leaves.sha &&
      acceptance.revoked !== null &&
      acceptance.revoked.release === release.number,
  );
  const from = leaves.release === null ? NOTHING : inline` (${releaseRef(policy, leaves.release, view)})`;
  const revoked = isRevoked
    ? inline`Revoked in ${policy.name}: ${commit(leaves.sha, view)}${from}.`
    : NOTHING;
  const shut = isRevoked
    ? (above?.environment.open.filter((other) => isWaiting(other) && other.sha === leaves.sha) ?? [])
    : [];
  const order =
    above && shut.length > 0
      ? inline`Now shut by order: ${join(
          shut.slice(0, NAMED).map(({ number }) => inline`${releaseRef(above.policy, number, view)}`),
          ', ',
        )}.`
      : NOTHING;
  const paused =
    environment.paused?.rollback === release.number
      ? inline`Continuous deployment to ${policy.name} is paused by this rollback. New commits are built, not deployed.`
      : NOTHING;
  return join(
    [undoes, revoked, order, paused].filter((words) => words.length > 0),
    ' ',
  );
}
