import type { Release } from '../documents/release.ts';
import { type Actor, type Person, samePerson } from '../people/people.ts';
import type { Role, Roles } from '../people/roles.ts';

/**
 * Who may cancel a release (RULES 31). Once its deploy has begun, those who may deploy, or roll back, and whoever started it;
 * before that, whoever asked for it too, and those who may prepare one.
 */
export interface Cancellers {
  /** One of them is enough. */
  roles: Role[];
  /** Whatever their roles. */
  people: Actor[];
}

export function cancellersOf(release: Release): Cancellers {
  const { begun, kind, deployer, queue, requestedBy } = release;
  const started = [begun ? deployer : requestedBy, queue?.by ?? null].filter((one) => one !== null);
  const starts: Role = kind === 'rollback' ? 'rollback' : 'deploy';
  const prepares = !begun && (kind === 'promotion' || kind === 'hotfix');
  return { roles: prepares ? ['prepare', starts] : [starts], people: started };
}

/** The lists of those roles; empty: this person may whatever the roles, so that nobody has to be asked. */
export function rolesToCancel(release: Release, by: Person, roles: Roles): (string[] | null)[] {
  const { roles: names, people } = cancellersOf(release);
  return people.some((one) => samePerson(one, by)) ? [] : names.map((name) => roles[name]);
}
