import type { Release } from '../documents/values/release.ts';
import { type Actor, type Person, type Role, type Roles, samePerson } from '../people/people.ts';

/**
 * Who may cancel a release (RULES 31). After its deploy has begun: whoever started it, and those with the role to deploy
 * (for a rollback: to roll back). Before that, also whoever asked for the release and those who may prepare one.
 */
interface Cancellers {
  /** Any one of these roles is enough. */
  roles: Role[];
  /** These people may cancel whatever their roles are. */
  people: Actor[];
}

/** The role that it takes to start its deploy, or to start it again. */
export function startingRole({ kind }: Pick<Release, 'kind'>): Role {
  return kind === 'rollback' ? 'rollback' : 'deploy';
}

/** The roles and people who may cancel this release now, see `Cancellers`. */
export function cancellersOf(release: Release): Cancellers {
  const { begun, kind, deployer, queue, requestedBy } = release;
  const started = [begun ? deployer : requestedBy, queue?.by ?? null].filter((one) => one !== null);
  const starts = startingRole(release);
  const prepares = !begun && (kind === 'promotion' || kind === 'hotfix');
  return { roles: prepares ? ['prepare', starts] : [starts], people: started };
}

/** The lists of people with those roles. Empty: this person may cancel whatever the roles are, so no list is needed. */
export function rolesToCancel(release: Release, by: Person, roles: Roles): (string[] | null)[] {
  const { roles: names, people } = cancellersOf(release);
  return people.some((one) => samePerson(one, by)) ? [] : names.map((name) => roles[name]);
}
