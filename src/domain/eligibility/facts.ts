import type { Authorship } from '../approvals/approvals.ts';
import type { EnvironmentPolicy } from '../approvals/policy.ts';
import type { HumanCommand } from '../documents/commands/environment.ts';
import type { LockCommand } from '../documents/commands/lock.ts';
import type { Acceptance, Environment } from '../documents/environment.ts';
import type { Refusal } from '../documents/refusal.ts';
import type { Release } from '../documents/values/release.ts';
import { approvalsGate } from '../gates/gates.ts';
import { type GroupMembers, isAmong } from '../people/groups.ts';
import type { Person, Role } from '../people/people.ts';

/** What decides whether a command is accepted, beside the command and its sender: the document and a part of its context. */
export interface Facts {
  environment: Environment;
  policy: EnvironmentPolicy;
  now: number;
  /**
   * The newest acceptance, revoked or not, of the release's commit in the environment below; null: it was never accepted
   * there, or there is no environment below.
   */
  order: Acceptance | null;
  /** Acceptances of this environment from the store, as far as they matter; those in its document count anyway. */
  acceptances: readonly Acceptance[];
}

/** A person, with what decides whether that person may do something. */
export interface Asker {
  person: Person;
  /** Members of the user groups that the policy names; a missing group counts as empty. */
  groups: readonly GroupMembers[];
  /** Who wrote commits that the release would add; null: not looked up, so nobody is refused as an author. */
  authors: readonly Authorship[] | null;
}

/**
 * Who would send a command. null: somebody who may, so the answer depends on the state alone. What is shown to everybody,
 * such as a button of a card, is decided with null.
 */
export type By = Asker | null;

/** What people may still do in an environment that was removed from the configuration. */
const ENDS_WHAT_IS_OPEN: ReadonlySet<HumanCommand['type'] | LockCommand['type']> = new Set([
  'cancel',
  'accept',
  'fail',
  'unlock',
]);

/** Refuses everything but ending what is open in an environment that was removed from the configuration; null: go on. */
export function retiredRefusal(
  policy: EnvironmentPolicy,
  command: HumanCommand['type'] | LockCommand['type'],
): Refusal | null {
  return policy.retired && !ENDS_WHAT_IS_OPEN.has(command)
    ? { rule: 'retired', environment: policy.name }
    : null;
}

/** Refuses a person without this role, and everybody where nobody has it; null: they may. */
export function roleRefusal(policy: EnvironmentPolicy, role: Role, by: By): Refusal | null {
  const from = policy.roles[role];
  return isOneOf(from, by) ? null : { rule: 'notRole', role, from: from ?? [] };
}

/** Whether the person is in this list; for `by` null: whether anybody is. `from` null: any member. */
export function isOneOf(from: readonly string[] | null, by: By): boolean {
  if (from === null) return true;
  return by === null ? from.length > 0 : isAmong(from, by.person.id, by.groups);
}

/** The refusal of a command that does not fit the status: who ended or approved the release and when, where that is known. */
export function settledRefusal(release: Release): Refusal {
  return {
    rule: 'settled',
    release: release.number,
    status: release.status,
    end: release.end,
    approvedBy: release.approvals.map((approval) => approval.by),
  };
}

/** How many approvals of a release count, and how many it needs. `release`: its number. */
export function progressOf(
  { policy, now }: Facts,
  release: Release,
): { release: number; count: number; required: number } {
  const { count, required } = approvalsGate(release, policy, now);
  return { release: release.number, count, required };
}
