import type { Approval, Release } from '../documents/release.ts';
import type { Need } from '../documents/warning.ts';
import { type GroupMembers, isAmong, isGroup, peopleOf } from '../people/groups.ts';
import type { Actor } from '../people/people.ts';
import type { Roles } from '../people/roles.ts';
import { matchToRules } from './matching.ts';
import type { ApprovalPolicy, ApprovalRule } from './policy.ts';

/** How far the approvals are. */
export interface Tally {
  /** People who count: who fill a place, or stand in. */
  count: number;
  /** How many it takes: the places of all rules together, and the stand-ins. */
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

/**
 * True: some of the commits were written by nobody knows whom, where authors may not approve. Whoever approves may be that
 * author, so the rules must be met without any one of the approvers: somebody stands in (RULES 30).
 */
export function needsStandIn(
  { unknownAuthors }: Pick<Release, 'unknownAuthors'>,
  { authors }: Pick<ApprovalPolicy, 'authors'>,
): boolean {
  return !authors && unknownAuthors !== null && unknownAuthors.length > 0;
}

type Fits = readonly number[];

/** How far the rules are: done when every place is filled and no rule is alone. */
interface Standing {
  /** Places filled, by a largest matching. */
  placed: number;
  /** Rules that would miss one of their people: they could not fill one place more. */
  alone: number;
}

function standingOf(fits: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): Standing {
  const slots = rules.map(({ required }) => required);
  const placed = placedIn(fits, slots);
  if (!standIn) return { placed, alone: 0 };
  const alone = slots.filter((required, rule) => {
    const oneMore = slots.map((each, at) => (at === rule ? each + 1 : each));
    return required > 0 && placedIn(fits, oneMore) === placed;
  });
  return { placed, alone: alone.length };
}

function placedIn(fits: readonly Fits[], slots: readonly number[]): number {
  return matchToRules(fits, slots).filter((rule) => rule !== null).length;
}

function isFurther(a: Standing, b: Standing): boolean {
  return a.placed > b.placed || a.alone < b.alone;
}

/** How far these get the rules, whoever came first. `standIn`: see `needsStandIn`. */
export function tally(
  approvals: readonly Pick<Approval, 'fits'>[],
  rules: readonly ApprovalRule[],
  standIn = false,
): Tally {
  return tallyOf(
    approvals.map(({ fits }) => fits),
    rules,
    standIn,
  );
}

function tallyOf(all: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): Tally {
  const fits = thoseThatCount(all, rules, standIn);
  const wanted = wantedBy(fits, rules, standIn);
  const needs =
    wanted.length === 1
      ? lastNeed(fits, rules, standIn)
      : rules
          .map(({ from }, rule) => ({ missing: wanted.filter((one) => one === rule).length, from }))
          .filter(({ missing }) => missing > 0);
  return { count: fits.length, required: fits.length + wanted.length, needs };
}

/** Who adds nothing to those before adds nothing later either. */
function thoseThatCount(all: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): Fits[] {
  const kept: Fits[] = [];
  let standing = standingOf(kept, rules, standIn);
  for (const fits of all) {
    const next = standingOf([...kept, fits], rules, standIn);
    if (!isFurther(next, standing)) continue;
    kept.push(fits);
    standing = next;
  }
  return kept;
}

/** For each person who is still missing the rule that asks for them: first for a place, then as a stand-in. */
function wantedBy(fits: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): number[] {
  const filled = matchToRules(
    fits,
    rules.map(({ required }) => required),
  );
  const wanted = rules.flatMap(({ required }, rule) =>
    Array.from({ length: required - filled.filter((one) => one === rule).length }, () => rule),
  );
  const aloneWith = (more: readonly number[]) =>
    standingOf([...fits, ...more.map((rule) => [rule])], rules, standIn).alone;
  for (let alone = aloneWith(wanted); alone > 0; ) {
    const tried = rules.map((_, rule) => aloneWith([...wanted, rule]));
    alone = Math.min(...tried);
    wanted.push(tried.indexOf(alone));
  }
  return wanted;
}

/** The last one may be of more than one rule: who fills a place elsewhere can be moved. */
function lastNeed(fits: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): Need[] {
  const open = rules.filter((_, rule) => wantedBy([...fits, [rule]], rules, standIn).length === 0);
  const from = open.some((rule) => rule.from === null)
    ? null
    : [...new Set(open.flatMap((rule) => rule.from ?? []))];
  return [{ missing: 1, from }];
}

/** The rules of which one more person would count, whoever fills which place now. */
export function openRules(
  approvals: readonly Pick<Approval, 'fits'>[],
  rules: readonly ApprovalRule[],
  standIn = false,
): ApprovalRule[] {
  const fits = approvals.map((approval) => approval.fits);
  const now = standingOf(fits, rules, standIn);
  return rules.filter((_, rule) => isFurther(standingOf([...fits, [rule]], rules, standIn), now));
}

/** What is known of those who could approve. */
export interface Electorate {
  requester: Actor;
  groups: readonly GroupMembers[];
  /** Who of them wrote some of the commits; who is missing is not kept from approving as far as known. */
  authors: readonly Authorship[];
  /** The rules must be met without any one of them; absent: they need not. */
  standIn?: boolean;
}

/**
 * How far the rules can get with those who are in the groups today: the requester and authors are left out where the
 * policy bars them, approvals given stay. null: they can be met, as far as is known: any member may fill a rule that names
 * nobody, and a group that is not known is taken for large enough.
 */
export function outOfReach(
  policy: ApprovalPolicy,
  { requester, groups, authors, standIn = false }: Electorate,
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
    unlimited[rule] ? Array.from({ length: required + (standIn ? 1 : 0) }, () => [rule]) : [],
  );
  const all = [
    ...given.map(({ fits }) => fits),
    ...free.map((id) => fitsOf(id, rules, groups)),
    ...strangers,
  ];
  const reached = tallyOf(all, rules, standIn);
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
