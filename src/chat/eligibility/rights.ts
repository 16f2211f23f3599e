import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import { goesByPeople, type Release } from '../../domain/documents/values/release.ts';
import type { Asker } from '../../domain/eligibility/facts.ts';
import { releaseRefusal } from '../../domain/eligibility/release.ts';
import { type GroupMembers, isAmong } from '../../domain/people/groups.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';
import { factsOfPlace, waitsFor } from './awaiting.ts';

/** The rights that a person can have in an environment, as `help` names them. */
export const RIGHTS = [
  'prepare',
  'approve',
  'deploy',
  'accept',
  'roll back',
  'lock',
  'override',
  'adopt',
] as const;
export type Right = (typeof RIGHTS)[number];

/** Whether the person has the right there at all. A single command may still be refused. */
export function hasRight(
  right: Right,
  policy: EnvironmentPolicy,
  person: Person,
  groups: readonly GroupMembers[],
): boolean {
  if (!person.member) return false;
  const byPeople = policy.mode === 'approval';
  const isIn = (from: readonly string[] | null) => isAmong(from, person.id, groups);
  switch (right) {
    case 'prepare':
    case 'deploy':
      return byPeople && isIn(policy.roles[right]);
    case 'approve':
      return byPeople && policy.approvals.rules.some(({ from }) => isIn(from));
    case 'accept':
      return byPeople && isIn(policy.acceptFrom);
    case 'roll back':
      return isIn(policy.roles.rollback);
    case 'override':
      return policy.freeze.length > 0 && isIn(policy.roles.override);
    case 'lock':
    case 'adopt':
      return isIn(policy.roles[right]);
    default:
      return right satisfies never;
  }
}

/** The groups whose members are known. */
export function groupsIn({ groups = {} }: RenderContext): GroupMembers[] {
  return Object.entries(groups).flatMap(([group, { members }]) => (members ? [{ group, members }] : []));
}

/** The right that this person could use on the release now; null: none. */
export function wantsOf(here: EnvironmentView, release: Release, asker: Asker, now: number): Right | null {
  // A release that started by itself is tested by people only if the mode changed since (RULES 27).
  if (!goesByPeople(release) && release.status !== 'testing') return null;
  const { person } = asker;
  if (!person.member) return null;
  const facts = factsOfPlace(here, now);
  switch (release.status) {
    case 'prepared':
      return releaseRefusal('approve', facts, release, asker) === null ? 'approve' : null;
    case 'approved':
      return samePerson(release.requestedBy, person) && waitsFor('deploy', facts, release, asker)
        ? 'deploy'
        : null;
    case 'testing':
      return releaseRefusal('accept', facts, release, asker) === null ? 'accept' : null;
    default:
      return null;
  }
}
