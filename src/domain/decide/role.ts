import type { Person } from '../people.ts';
import type { Role } from '../roles.ts';
import type { Draft, Outcome } from './draft.ts';

/** The "no" to somebody who has not this role here; null: they may. */
export function barredByRole(_draft: Draft, _role: Role, _by: Person): Outcome | null {
  return null;
}
