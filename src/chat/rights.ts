import { type Person, samePerson } from '../domain/people.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { goesByPeople, type Release } from '../domain/release.ts';
import type { EnvironmentView } from './view.ts';

/** What a person may be allowed to do in an environment, as `help` says it. */
export const RIGHTS = ['prepare', 'approve', 'deploy', 'accept', 'roll back'] as const;
export type Right = (typeof RIGHTS)[number];

/** Whether this person has the right there at all; the rules decide each time, and may still refuse. */
export function hasRight(right: Right, policy: EnvironmentPolicy, person: Person): boolean {
  if (!person.member) return false;
  const byPeople = policy.mode === 'approval';
  switch (right) {
    case 'prepare':
    case 'deploy':
      return byPeople;
    case 'approve':
      return byPeople && policy.approvals.required > 0 && isNamed(policy.approvals.from, person);
    case 'accept':
      return byPeople && isNamed(policy.acceptFrom, person);
    case 'roll back':
      return true;
    default:
      return right satisfies never;
  }
}

/** null: any member. */
function isNamed(from: readonly string[] | null, person: Person): boolean {
  return from === null || from.includes(person.id);
}

/** What a release wants of this person now; null: nothing. */
export function wantsOf({ policy }: EnvironmentView, release: Release, person: Person): Right | null {
  if (!goesByPeople(release)) return null;
  const own = samePerson(release.requestedBy, person);
  switch (release.status) {
    case 'prepared': {
      const said = release.approvals.some(({ by }) => samePerson(by, person));
      const may = hasRight('approve', policy, person) && (!own || policy.approvals.self);
      return may && !said ? 'approve' : null;
    }
    case 'approved':
      return own && hasRight('deploy', policy, person) ? 'deploy' : null;
    case 'testing':
      return hasRight('accept', policy, person) && (policy.acceptFrom !== null || !own) ? 'accept' : null;
    default:
      return null;
  }
}
