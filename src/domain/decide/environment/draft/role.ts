import { isAmong } from '../../../people/groups.ts';
import type { Person } from '../../../people/people.ts';
import type { Role } from '../../../people/roles.ts';
import { type Draft, type Outcome, refuse } from './draft.ts';

/** The refusal for somebody who does not have this role here; null: they may. */
export function barredByRole({ context }: Draft, role: Role, by: Person): Outcome | null {
  const from = context.policy.roles[role];
  return from === null || isAmong(from, by.id, context.groups)
    ? null
    : refuse({ rule: 'notRole', role, from });
}
