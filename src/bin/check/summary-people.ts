import type { ApprovalRule, EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { Role } from '../../domain/people/people.ts';
import { durationText } from '../../domain/time/duration.ts';
import type { EnvironmentSettings } from '../../flow/settings/settings.ts';

type Row = readonly [name: string, text: string];

/** The printed label of each role. */
const ROLE_ROWS: Record<Role, string> = {
  prepare: 'prepare',
  deploy: 'deploy by',
  rollback: 'roll back',
  lock: 'lock',
  override: 'override',
  adopt: 'adopt',
};

/** Who may do what in an environment, with defaults spelled out. */
export function peopleRows(environment: EnvironmentSettings): Row[] {
  const { policy } = environment;
  const role = (name: Role): Row => [ROLE_ROWS[name], anyOr(policy.roles[name], name)];
  const accept: Row = ['accept', acceptText(environment)];
  const others = (['rollback', 'lock', 'override', 'adopt'] as const).map(role);
  const cancel: Row = ['cancel', cancelText(policy)];
  // Continuous environments need no prepare or deploy. A person retries after a failed deploy, and redeploys after a
  // drift.
  if (policy.mode === 'continuous') {
    const again = anyOr(policy.roles.deploy, 'deploy');
    return [accept, ['retry', again], ['redeploy', again], cancel, ...others];
  }
  const deployers = anyOr(policy.roles.deploy, 'deploy');
  const deploy: Row = [
    ROLE_ROWS.deploy,
    policy.startApproved ? `the last approval, or ${deployers}` : deployers,
  ];
  return [role('prepare'), ['approve', approveText(environment)], deploy, accept, cancel, ...others];
}

/** RULES 31: who may cancel before a deploy has begun, after that, and a rollback. */
function cancelText({ mode, roles }: EnvironmentPolicy): string {
  const { prepare, deploy, rollback } = roles;
  const running = deploy === null ? 'any member' : `${deploy.join(', ')}, or whoever started it`;
  const both = prepare === null || deploy === null ? null : [...new Set([...prepare, ...deploy])];
  const waiting = both === null ? 'any member' : `${both.join(', ')}, or whoever requested it`;
  const one =
    mode === 'continuous' || deploy === null ? running : `${waiting}; once its deploy has begun, ${running}`;
  return rollback === null ? one : `${one}; a rollback: ${rollback.join(', ')}, or whoever started it`;
}

function anyOr(from: readonly string[] | null, role: Role): string {
  if (from?.length === 0) return `nobody is named: roles: { ${role}: [...] }`;
  return from === null ? 'any member' : from.join(', ');
}

function approveText({ policy }: EnvironmentSettings): string {
  const { rules, self, authors, validForMs } = policy.approvals;
  const lasts = durationText(validForMs);
  if (rules.length === 0) return `nobody has to; a request expires after ${lasts}`;
  const who = rules.map(ruleText).join(', and ');
  const each = rules.length > 1 ? ' (one person counts for one of these)' : '';
  const kept = [...(self ? [] : ['the requester']), ...(authors ? [] : ['authors of the commits'])];
  const not = [
    ...(self ? ['the requester too'] : []),
    ...(kept.length > 0 ? [`but ${kept.join(' or ')}`] : []),
  ];
  return `${who}${each}, ${not.join(', ')}${self ? '' : stuckText(rules)}; valid for ${lasts}`;
}

function ruleText({ required, from }: ApprovalRule): string {
  if (from !== null) return `${required} of ${from.join(', ')}`;
  return required === 1 ? 'any member' : `any ${required} members`;
}

/** A note for rules that name just enough people: if one of them makes the request, it can never be approved. */
function stuckText(rules: readonly ApprovalRule[]): string {
  const tight = rules.some(
    ({ required, from }) =>
      from !== null && from.length === required && from.every((name) => !name.startsWith('@')),
  );
  return tight ? ' (so a request by one of them can never be approved)' : '';
}

function acceptText({ policy, verify }: EnvironmentSettings): string {
  const who = policy.acceptFrom === null ? 'any member but the requester' : policy.acceptFrom.join(', ');
  if (policy.mode === 'approval') return who;
  return verify === null ? 'the deploy itself' : `the verification itself; if it does not pass, ${who}`;
}
