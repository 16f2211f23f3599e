import type { ApprovalRule } from '../../domain/approvals/policy.ts';
import type { MayDo, RuleChange } from '../../domain/approvals/who-may.ts';
import { duration } from '../../domain/time/duration.ts';
import { listed } from './clean.ts';

/** Writes user ids and `@handles` for the reader: "Ada, release-managers or Mo". */
export type WriteNames = (ids: readonly string[]) => string;

/** More rules than anybody reads in one line. */
const RULES_SHOWN = 3;

const MAY: Record<MayDo, string> = {
  prepare: 'prepare',
  deploy: 'deploy',
  rollback: 'roll back',
  lock: 'lock',
  override: 'override a freeze',
  adopt: 'adopt',
  accept: 'accept',
};

/** "prod: 2 members must approve, before 1 member": one difference in who may do what, without a full stop. */
export function ruleChangeWords(change: RuleChange, names: WriteNames): string {
  return `${change.environment}: ${wordsOf(change, names)}`;
}

function wordsOf(change: RuleChange, names: WriteNames): string {
  switch (change.kind) {
    case 'added':
      return 'it is new';
    case 'removed':
      return 'it is no longer in the configuration';
    case 'mode':
      return change.to === 'continuous'
        ? 'new commits go there by themselves now, and nobody approves them'
        : 'people prepare and deploy what goes there now';
    case 'approvals':
      return `${approvers(change.to, names)} must approve, before ${approvers(change.from, names)}`;
    case 'self':
      return `people ${change.may ? 'may now' : 'may no longer'} approve their own request`;
    case 'authors':
      return `authors of the commits ${change.may ? 'may now' : 'may no longer'} approve them`;
    case 'validFor':
      return `an approval is valid for ${duration(change.toMs)}, before ${duration(change.fromMs)}`;
    case 'people':
      return `${who(change.to, names)} may ${MAY[change.may]}, before ${who(change.from, names)}`;
    default:
      return change satisfies never;
  }
}

function who(people: readonly string[] | null, names: WriteNames): string {
  if (people === null) return 'any member';
  return people.length === 0 ? 'nobody' : names(people);
}

function approvers(rules: readonly ApprovalRule[], names: WriteNames): string {
  if (rules.length === 0) return 'nobody';
  const shown = rules.slice(0, RULES_SHOWN).map(({ required, from }) => {
    if (from === null) return required === 1 ? '1 member' : `${required} members`;
    return `${required} of ${names(from)}`;
  });
  const more = rules.length - shown.length;
  return listed(more > 0 ? [...shown, `${more} more rules`] : shown);
}
