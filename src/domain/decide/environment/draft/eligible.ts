import { type Asker, type Facts, roleRefusal } from '../../../eligibility/facts.ts';
import type { Person, Role } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse } from './draft.ts';

/** What the rules of eligibility are decided from, as the draft is now. */
export function factsOf({ environment, context, now }: Draft): Facts {
  const { policy, order, acceptances } = context;
  return { environment, policy, now, order, acceptances };
}

/** The sender of a command, with what was read about them. */
export function askerOf({ context }: Draft, person: Person): Asker {
  return { person, groups: context.groups, authors: context.authors };
}

/** The refusal for somebody who does not have this role here; null: they may. */
export function barredByRole(draft: Draft, role: Role, by: Person): Outcome | null {
  const refusal = roleRefusal(draft.context.policy, role, askerOf(draft, by));
  return refusal && refuse(refusal);
}
