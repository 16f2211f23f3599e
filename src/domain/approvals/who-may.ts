import { ROLES, type Role } from '../people/people.ts';
import type { ApprovalRule, EnvironmentPolicy } from './policy.ts';

/** Who may do what in one environment, as its configuration says. */
export type WhoMay = Pick<EnvironmentPolicy, 'name' | 'mode' | 'approvals' | 'acceptFrom' | 'roles'>;

/** What a list of people is for. */
export type MayDo = Role | 'accept';

/** Slack user ids and `@handles` of user groups; null: any member. */
type People = string[] | null;

/** One difference in who may do what in an environment. */
export type RuleChange = { environment: string } & (
  | { kind: 'added' | 'removed' }
  | { kind: 'mode'; to: EnvironmentPolicy['mode'] }
  | { kind: 'approvals'; from: ApprovalRule[]; to: ApprovalRule[] }
  /** Whether people may approve their own request, and whether authors of the commits may approve. */
  | { kind: 'self' | 'authors'; may: boolean }
  | { kind: 'validFor'; fromMs: number; toMs: number }
  | { kind: 'people'; may: MayDo; from: People; to: People }
);

/** Everybody whom the changes name: user ids and `@handles` of groups, without duplicates. */
export function namedInChanges(changes: readonly RuleChange[]): string[] {
  const lists = changes.flatMap((change) => {
    if (change.kind === 'people') return [change.from, change.to];
    return change.kind === 'approvals' ? [...change.from, ...change.to].map(({ from }) => from) : [];
  });
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

/** The part of a policy that says who may do what. */
export function whoMay({ name, mode, approvals, acceptFrom, roles }: EnvironmentPolicy): WhoMay {
  return { name, mode, approvals, acceptFrom, roles };
}

/** What differs in who may do what, environment by environment: first those that are there now, lowest first. */
export function ruleChanges(before: readonly WhoMay[], after: readonly WhoMay[]): RuleChange[] {
  const known = new Map(before.map((one) => [one.name, one]));
  const left = new Set(after.map(({ name }) => name));
  return [
    ...after.flatMap((one) => {
      const was = known.get(one.name);
      return was === undefined ? [{ environment: one.name, kind: 'added' } as const] : changesOf(was, one);
    }),
    ...before.flatMap(({ name }) =>
      left.has(name) ? [] : [{ environment: name, kind: 'removed' } as const],
    ),
  ];
}

function changesOf(before: WhoMay, after: WhoMay): RuleChange[] {
  const environment = after.name;
  const [was, is] = [before.approvals, after.approvals];
  const people = (may: MayDo, from: People, to: People): RuleChange[] =>
    sameRules([{ required: 1, from }], [{ required: 1, from: to }])
      ? []
      : [{ environment, kind: 'people', may, from, to }];
  return [
    ...(before.mode === after.mode ? [] : [{ environment, kind: 'mode', to: after.mode } as const]),
    ...(sameRules(was.rules, is.rules)
      ? []
      : [{ environment, kind: 'approvals', from: was.rules, to: is.rules } as const]),
    ...(['self', 'authors'] as const).flatMap((kind) =>
      was[kind] === is[kind] ? [] : [{ environment, kind, may: is[kind] }],
    ),
    ...(was.validForMs === is.validForMs
      ? []
      : [{ environment, kind: 'validFor', fromMs: was.validForMs, toMs: is.validForMs } as const]),
    ...people('accept', before.acceptFrom, after.acceptFrom),
    ...ROLES.flatMap((role) => people(role, before.roles[role], after.roles[role])),
  ];
}

/** The order in which people are named says nothing. */
function sameRules(a: readonly ApprovalRule[], b: readonly ApprovalRule[]): boolean {
  const written = (rules: readonly ApprovalRule[]) =>
    JSON.stringify(rules.map(({ required, from }) => [required, from === null ? null : [...from].sort()]));
  return written(a) === written(b);
}
