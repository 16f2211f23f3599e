import { type GroupMembers, isAmong, isGroup, peopleOf } from './groups.ts';
import { matchToRules } from './matching.ts';
import type { Actor } from './people.ts';
import type { ApprovalPolicy, ApprovalRule } from './policy.ts';
import type { Approval } from './release.ts';
import type { Roles } from './roles.ts';

/** What a rule still asks for. */
export interface Need {
  /** How many more people. */
  missing: number;
  /** As in the rule; of the last place, as in all the rules that it may be in. null: any member. */
  from: string[] | null;
}

/** How far the approvals are. */
export interface Tally {
  /** Places filled; a person fills one. */
  count: number;
  /** Places of all rules together. */
  required: number;
  /** Rules that are not met, in their order; empty: all are. */
  needs: Need[];
}

/** Whether somebody wrote some of the commits that a release would add. */
export interface Authorship {
  /** Slack user id. */
  person: string;
  /** null: Slack did not tell their e-mail address. */
  wrote: boolean | null;
}

/** The places of the rules that this person may fill. */
export function fitsOf(
  id: string,
  rules: readonly ApprovalRule[],
  groups: readonly GroupMembers[],
): number[] {
  return [...rules.keys()].filter((rule) => isAmong(rules[rule]?.from ?? null, id, groups));
}

/** How far these get the rules: as many places as a matching can fill, whoever came first. */
export function tally(approvals: readonly Pick<Approval, 'fits'>[], rules: readonly ApprovalRule[]): Tally {
  return tallyOf(
    approvals.map(({ fits }) => fits),
    rules,
  );
}

function tallyOf(fits: readonly (readonly number[])[], rules: readonly ApprovalRule[]): Tally {
  const slots = rules.map(({ required }) => required);
  const filled = matchToRules(fits, slots).filter((rule) => rule !== null);
  const needs = rules
    .map(({ required, from }, rule) => ({
      missing: required - filled.filter((one) => one === rule).length,
      from,
    }))
    .filter(({ missing }) => missing > 0);
  const count = filled.length;
  const required = slots.reduce((sum, more) => sum + more, 0);
  return { count, required, needs: required - count === 1 ? lastNeed(fits, rules) : needs };
}

/** The last place may be in more than one rule: who fills a place elsewhere can be moved. */
function lastNeed(fits: readonly (readonly number[])[], rules: readonly ApprovalRule[]): Need[] {
  const open = openFor(fits, rules);
  const from = open.some((rule) => rule.from === null)
    ? null
    : [...new Set(open.flatMap((rule) => rule.from ?? []))];
  return [{ missing: 1, from }];
}

function openFor(fits: readonly (readonly number[])[], rules: readonly ApprovalRule[]): ApprovalRule[] {
  const slots = rules.map(({ required }) => required);
  const placed = (all: readonly (readonly number[])[]) =>
    matchToRules(all, slots).filter((rule) => rule !== null).length;
  const count = placed(fits);
  return rules.filter((_, rule) => placed([...fits, [rule]]) > count);
}

/** The rules of which one more person would count, whoever fills which place now. */
export function openRules(
  approvals: readonly Pick<Approval, 'fits'>[],
  rules: readonly ApprovalRule[],
): ApprovalRule[] {
  return openFor(
    approvals.map(({ fits }) => fits),
    rules,
  );
}

/** What is known of those who could approve. */
export interface Electorate {
  requester: Actor;
  groups: readonly GroupMembers[];
  /** Who of them wrote some of the commits; who is missing is not kept from approving as far as known. */
  authors: readonly Authorship[];
}

/**
 * How far the rules can get with those who are in the groups today: the requester and authors are left out where the
 * policy bars them, approvals given stay. null: they can be met, as far as is known: any member may fill a rule that names
 * nobody, and a group that is not known is taken for large enough.
 */
export function outOfReach(
  policy: ApprovalPolicy,
  { requester, groups, authors }: Electorate,
  given: readonly Approval[] = [],
): Tally | null {
  const { rules } = policy;
  const said = new Set(given.map(({ by }) => (by.kind === 'person' ? by.id : '')));
  const own = requester.kind === 'person' && !policy.self ? requester.id : null;
  const barred = (id: string) =>
    id === own || (!policy.authors && authors.some(({ person, wrote }) => person === id && wrote !== false));
  const unlimited = rules.map(({ from }) => from === null || from.some((name) => !isKnown(name, groups)));
  const named = new Set(rules.flatMap(({ from }) => [...peopleOf(from ?? [], groups)]));
  const free = [...named].filter((id) => !said.has(id) && !barred(id));
  const strangers = rules.flatMap(({ required }, rule) =>
    unlimited[rule] ? Array.from({ length: required }, () => [rule]) : [],
  );
  const all = [
    ...given.map(({ fits }) => fits),
    ...free.map((id) => fitsOf(id, rules, groups)),
    ...strangers,
  ];
  const reached = tallyOf(all, rules);
  return reached.needs.length === 0 ? null : reached;
}

function isKnown(name: string, groups: readonly GroupMembers[]): boolean {
  return !isGroup(name) || groups.some(({ group }) => group === name);
}

/**
 * The first rule that can never be met by its own numbers, with how many places its people leave empty: rules that name
 * people only have no more than these, and one person fills one place, also where rules overlap. null: there is none.
 */
export function neverMet(rules: readonly ApprovalRule[]): { rule: number; missing: number } | null {
  const closed = rules.map(({ from }) => from !== null && !from.some(isGroup));
  const people = [...new Set(rules.flatMap(({ from }, rule) => (closed[rule] ? (from ?? []) : [])))];
  const slots = rules.map(({ required }, rule) => (closed[rule] ? required : 0));
  const filled = matchToRules(
    people.map((id) => fitsOf(id, rules, [])),
    slots,
  );
  for (const [rule, required] of slots.entries()) {
    const missing = required - filled.filter((one) => one === rule).length;
    if (missing > 0) return { rule, missing };
  }
  return null;
}

/** All whom the approval rules name; null: they name nobody. */
export function namedApprovers(rules: readonly ApprovalRule[]): string[] | null {
  const named = [...new Set(rules.flatMap(({ from }) => from ?? []))];
  return named.length === 0 ? null : named;
}

/**
 * Who has a role that the configuration does not name. What goes past the rules is for those who are named to approve here,
 * else anywhere in the product (`elsewhere`), else for nobody: "nobody named" is never "anybody" (RULES 29). All else is for any
 * member.
 */
export function defaultRoles(rules: readonly ApprovalRule[], elsewhere: readonly ApprovalRule[] = []): Roles {
  const approvers = namedApprovers(rules) ?? namedApprovers(elsewhere) ?? [];
  return { prepare: null, deploy: null, rollback: null, lock: null, override: approvers, adopt: approvers };
}
