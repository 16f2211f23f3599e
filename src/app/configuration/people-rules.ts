import { neverMet } from '../../domain/approvals/approvals.ts';
import type { ApprovalRule } from '../../domain/approvals/policy.ts';
import { ROLES } from '../../domain/people/people.ts';
import { list, record } from './file/raw.ts';
import type { PlacedError } from './problems/explain.ts';
import type { Path } from './problems/problem.ts';
import { MOST_APPROVALS } from './schema.ts';

/** Errors between the fields of `approvals`. Reads the raw document, as `rules.ts` does. */
export function approvalErrors(environment: Record<string, unknown>, path: Path): PlacedError[] {
  if (environment.approvals === undefined) return [];
  const at = [...path, 'approvals'];
  if (environment.mode === 'continuous') {
    return [
      {
        path: at,
        what: 'a continuous environment needs no approvals',
        todo: 'remove it, or write mode: approval',
      },
    ];
  }
  const approvals = record(environment.approvals);
  if (approvals.rules === undefined) {
    return [
      ...numberErrors([approvals], () => [...at, 'required']),
      ...twice(approvals.from, [...at, 'from']),
    ];
  }
  const rules = list(approvals.rules).map(record);
  const beside = (['required', 'from'] as const).filter((field) => approvals[field] !== undefined);
  return [
    ...beside.map((field) => ({
      path: [...at, field],
      what: 'cannot be used together with rules',
      todo: 'move it into rules, as one more of them',
    })),
    ...numberErrors(rules, (rule) => [...at, 'rules', rule, 'required']),
    ...rules.flatMap((rule, index) => twice(rule.from, [...at, 'rules', index, 'from'])),
  ];
}

/** Errors in the people named by `accept` and `roles`. */
export function peopleErrors(environment: Record<string, unknown>, path: Path): PlacedError[] {
  const roles = record(environment.roles);
  return [
    ...twice(record(environment.accept).from, [...path, 'accept', 'from']),
    ...ROLES.flatMap((role) => twice(roles[role], [...path, 'roles', role])),
  ];
}

/** Rules that no number of approvals could satisfy. */
function numberErrors(
  written: readonly Record<string, unknown>[],
  pathOf: (rule: number) => Path,
): PlacedError[] {
  const rules = written.map(readRule);
  const total = rules.reduce((sum, { required }) => sum + required, 0);
  if (rules.length > 1 && total > MOST_APPROVALS) {
    const what = `all rules together require ${total} approvals`;
    return [{ path: pathOf(0).slice(0, -2), what, todo: `require at most ${MOST_APPROVALS}` }];
  }
  const never = neverMet(rules);
  if (never === null) return [];
  const { required, from } = rules[never.rule] ?? { required: 0, from: [] };
  const people = new Set(from).size;
  const may = people === 1 ? 'one person' : `${people} people`;
  const others = rules.length > 1 && people >= required;
  const left = required - never.missing;
  const leftOver = left === 0 ? 'none' : left === 1 ? 'only one' : `only ${left}`;
  const asked = required === 1 ? '1 approval is required' : `${required} approvals are required`;
  return [
    {
      path: pathOf(never.rule),
      what: others
        ? `${asked}, but the other rules leave ${leftOver} of the ${may} named: one person counts for one rule`
        : `${asked}, but only ${may} may give them`,
      todo: others
        ? 'name more people under from, or require fewer approvals'
        : `name more people under from, or require at most ${people}`,
    },
  ];
}

/** The schema reports a list that is empty or has the wrong shape. Here it counts as anybody. */
function readRule({ required = 1, from }: Record<string, unknown>): ApprovalRule {
  const named = list(from).filter((name) => typeof name === 'string');
  return {
    required:
      typeof required === 'number' && Number.isInteger(required) && required > 0 && required <= MOST_APPROVALS
        ? required
        : 0,
    from: named.length === 0 ? null : named,
  };
}

function twice(people: unknown, path: Path): PlacedError[] {
  const named = list(people);
  return named.flatMap((person, index) =>
    typeof person === 'string' && named.indexOf(person) < index
      ? { path: [...path, index], what: `${person} is named twice`, todo: 'name each person once' }
      : [],
  );
}
