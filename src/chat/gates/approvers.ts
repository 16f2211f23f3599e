import { namedApprovers } from '../../domain/approvals/approvals.ts';
import { approversLeft, stillAsked } from '../../domain/approvals/asked.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { isGroup } from '../../domain/people/groups.ts';
import { foreign, type Inline, inline, join } from '../text/inline.ts';
import { countOfGroup, peopleAmong } from '../text/people.ts';
import { namesOf } from '../text/references.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';

/**
 * People and groups of whom one more approval would count; null: any member. Without a release: everybody who is named.
 */
export function approversWanted(
  here: EnvironmentView,
  release: Release | null | undefined,
  now: number,
): string[] | null {
  return release ? approversLeft(here.policy, release, now) : namedApprovers(here.policy.approvals.rules);
}

/** The same, with groups replaced by their members where Slack has said who they are. */
export function peopleWhoMayApprove(
  from: readonly string[],
  here: EnvironmentView,
  release: Release | null | undefined,
  context: RenderContext,
): string[] {
  return without(here, release, context)(peopleAmong(from, context));
}

/**
 * Whose approval opens the gate: "Any of 6 release-managers", "Any other member", "Lin", "Lin or Mo"; null:
 * nobody's.
 */
export function whoMayApprove(
  here: EnvironmentView,
  release: Release | null | undefined,
  context: RenderContext,
): string | null {
  const from = approversWanted(here, release, context.now);
  if (from === null) return 'Any other member';
  const group = countOfGroup(from, context, without(here, release, context));
  if (group !== null) return group.startsWith('0 ') ? null : `Any of ${group}`;
  const people = peopleWhoMayApprove(from, here, release, context);
  if (people.length === 0) return null;
  const names = namesOf(people, context, 'or');
  return people.some(isGroup) ? `Any of ${names}` : names;
}

/** How many addresses are named, and the maximum length of each. */
const ADDRESSES = 3;
const ADDRESS_MAX = 60;

/** Addresses of commit authors that belong to no member (RULES 30): "1234+name@users.noreply.github.com and others". */
export function unknownNames({ unknownAuthors }: Pick<Release, 'unknownAuthors'>): Inline {
  const all = unknownAuthors ?? [];
  const named = all.slice(0, ADDRESSES).map((address): Inline => [foreign(address, ADDRESS_MAX)]);
  return inline`${join(named, ', ')}${all.length > named.length ? ' and others' : ''}`;
}

function without(
  here: EnvironmentView,
  release: Release | null | undefined,
  { now }: RenderContext,
): (people: string[]) => string[] {
  return (people) => (release ? (stillAsked(people, here.policy, release, now) ?? people) : people);
}
