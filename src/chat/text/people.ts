import { isGroup, peopleOf } from '../../domain/people/groups.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';
import { named, namesOf } from './references.ts';

/** People by user id, with each group replaced by its members if Slack has said who they are. */
export function peopleAmong(from: readonly string[], { groups = {} }: RenderContext): string[] {
  const known = Object.entries(groups).flatMap(([group, { members }]) =>
    members === null ? [] : [{ group, members }],
  );
  const unknown = from.filter((name) => isGroup(name) && !known.some(({ group }) => group === name));
  return [...unknown, ...peopleOf(from, known)];
}

/** "Lin, Mo and 4 others": names of people and groups of the configuration. */
export function whoIs(from: readonly string[], context: RenderContext, word?: string): string {
  return namesOf(peopleAmong(from, context), context, word);
}

/**
 * "6 release-managers" for exactly one group with known members; null: anything else. `left`: removes people who do not
 * count.
 */
export function countOfGroup(
  from: readonly string[],
  context: RenderContext,
  left: (people: string[]) => string[],
): string | null {
  const [group] = from;
  if (from.length !== 1 || group === undefined || !isGroup(group)) return null;
  const people = left(peopleAmong(from, context));
  return people.some(isGroup) ? null : `${people.length} ${named(group, context)}`;
}

/** Who may override a freeze: "A member of release-managers", "Ada, Lin or Mo", "Nobody …". */
export function mayOverride({ policy }: Pick<EnvironmentView, 'policy'>, context: RenderContext): string {
  const from = policy.roles.override;
  const [first] = from ?? [];
  if (from === null) return 'Any member';
  if (first === undefined) return 'Nobody (the configuration names nobody under roles: override)';
  return from.length === 1 && isGroup(first)
    ? `A member of ${named(first, context)}`
    : namesOf(from, context, 'or');
}

/**
 * People and groups that the configuration of an environment names for approving and accepting; `roles`: also for its
 * roles.
 */
export function namedIn({ policy }: Pick<EnvironmentView, 'policy'>, roles: boolean): string[] {
  const lists = [
    ...policy.approvals.rules.map(({ from }) => from),
    policy.acceptFrom,
    ...(roles ? Object.values(policy.roles) : []),
  ];
  return [...new Set(lists.flatMap((from) => from ?? []))];
}
