import type { Approval } from '../documents/values/approval.ts';
import type { Release } from '../documents/values/release.ts';
import type { Need } from '../documents/warning.ts';
import { type GroupMembers, isAmong, isGroup, peopleOf } from '../people/groups.ts';
import type { Actor, Roles } from '../people/people.ts';
import { matchToRules } from './matching.ts';
import type { ApprovalPolicy, ApprovalRule } from './policy.ts';

/** Progress of the approvals. */
export interface Tally {
  /** People whose approval counts: each fills a slot of a rule, or is a stand-in. */
  count: number;
  /** People needed in all: the slots of all rules plus the stand-ins. */
  required: number;
  /** Rules that are not met yet, in the order of the policy; empty: all are met. */
  needs: Need[];
}

/** Whether a person wrote any of the commits that a release would add. */
export interface Authorship {
  /** Slack user id. */
  person: string;
  /** null: unknown, because Slack did not show their e-mail address. */
  wrote: boolean | null;
}

/** The indices of the rules that this person fits. */
export function fitsOf(
  id: string,
  rules: readonly ApprovalRule[],
  groups: readonly GroupMembers[],
): number[] {
  return [...rules.keys()].filter((rule) => isAmong(rules[rule]?.from ?? null, id, groups));
}

/**
 * True: authors may not approve here, and some of the commits have an unknown author. Any approver could be that author,
 * so the rules must still be met when any one of the approvers is left out: a stand-in is needed (RULES 30).
 */
export function needsStandIn(
  { unknownAuthors }: Pick<Release, 'unknownAuthors'>,
  { authors }: Pick<ApprovalPolicy, 'authors'>,
): boolean {
  return !authors && unknownAuthors != null && unknownAuthors.length > 0;
}

type Fits = readonly number[];

/** How far a set of people meets the rules. Met: every slot is filled and no rule lacks a stand-in. */
interface Standing {
  /** Slots filled by a largest matching. */
  placed: number;
  /** Rules without a stand-in: they could not fill one slot more, so they fail when one of their people is left out. */
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

/** How far these approvals meet the rules; their order does not matter. `standIn`: see `needsStandIn`. */
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

/**
 * The people who count. Somebody who adds nothing to those before them adds nothing later either, so one pass is enough.
 */
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

/** One entry for each person still missing: the rule that needs them. Open slots come first, then stand-ins. */
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

/** The last missing person may often fit several rules, because those who fill a slot can be moved to another rule. */
function lastNeed(fits: readonly Fits[], rules: readonly ApprovalRule[], standIn: boolean): Need[] {
  const open = rules.filter((_, rule) => wantedBy([...fits, [rule]], rules, standIn).length === 0);
  const from = open.some((rule) => rule.from === null)
    ? null
    : [...new Set(open.flatMap((rule) => rule.from ?? []))];
  return [{ missing: 1, from }];
}

/** The rules for which one more person would count, even if others have to be moved to other slots. */
export function openRules(
  approvals: readonly Pick<Approval, 'fits'>[],
  rules: readonly ApprovalRule[],
  standIn = false,
): ApprovalRule[] {
  const fits = approvals.map((approval) => approval.fits);
  const now = standingOf(fits, rules, standIn);
  return rules.filter((_, rule) => isFurther(standingOf([...fits, [rule]], rules, standIn), now));
}

/** What is known about the people who could approve. */
export interface Electorate {
  requester: Actor;
  groups: readonly GroupMembers[];
  /** Authorship of some of these people; somebody who is not listed may approve, as far as is known. */
  authors: readonly Authorship[];
  /** True: the rules must be met when any one approver is left out; absent: they need not. */
  standIn?: boolean;
}

/**
 * How far today's members of the groups can meet the rules. The requester and authors are left out where the policy bars
 * them; approvals that were already given count. null: the rules can be met, as far as is known. A rule that names nobody
 * can be filled by any member, and a group whose members are unknown is assumed to be large enough.
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
 * The first rule that can never be met, with the number of slots that stay empty; null: every rule can be met. Only rules
 * that name people alone can be too small: one person fills one slot, also where rules overlap. Groups are assumed to be
 * large enough.
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

/** Everybody whom the approval rules name: user ids and groups, without duplicates; null: they name nobody. */
export function namedApprovers(rules: readonly ApprovalRule[]): string[] | null {
  const named = [...new Set(rules.flatMap(({ from }) => from ?? []))];
  return named.length === 0 ? null : named;
}

/**
 * The roles of an environment for which the configuration names none. `override` and `adopt` bypass the rules, so they go
 * to the approvers of this environment, otherwise to the approvers named elsewhere in the product (`elsewhere`),
 * otherwise to nobody: "nobody named" never means "anybody" (RULES 29). Every other role goes to any member.
 */
export function defaultRoles(rules: readonly ApprovalRule[], elsewhere: readonly ApprovalRule[] = []): Roles {
  const approvers = namedApprovers(rules) ?? namedApprovers(elsewhere) ?? [];
  return { prepare: null, deploy: null, rollback: null, lock: null, override: approvers, adopt: approvers };
}
