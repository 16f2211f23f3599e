import type { ApprovalPolicy, EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import type { Acceptance } from '../../../src/domain/documents/environment.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { Person, Roles } from '../../../src/domain/people/people.ts';

export const HOUR = 3_600_000;
export const START = 1_700_000_000_000;

export const sha = (letter: string): string => letter.repeat(40);
export const A = sha('a');
export const B = sha('b');
export const C = sha('c');
export const D = sha('d');

export function person(id: string, member = true): Person {
  return { kind: 'person', id, name: id.toLowerCase(), member };
}
export const ada = person('ADA');
export const lin = person('LIN');
export const mo = person('MO');
export const eve = person('EVE');
export const guest = person('GUEST', false);

/** No role is kept for anybody. */
export const ANYONE: Roles = {
  prepare: null,
  deploy: null,
  rollback: null,
  lock: null,
  override: null,
  adopt: null,
};

/** One rule, which Lin and Mo can meet, or others. */
export function approvalsOf(
  change: Partial<ApprovalPolicy> & { required?: number; from?: string[] | null } = {},
): ApprovalPolicy {
  const { required = 1, from = [lin.id, mo.id], ...rest } = change;
  return {
    rules: required === 0 ? [] : [{ required, from }],
    self: false,
    authors: true,
    validForMs: 24 * HOUR,
    ...rest,
  };
}

export function policyOf(change: Partial<EnvironmentPolicy> = {}): EnvironmentPolicy {
  return {
    product: 'shop',
    name: 'prod',
    mode: 'approval',
    below: 'preprod',
    above: null,
    approvals: approvalsOf(),
    acceptFrom: null,
    roles: ANYONE,
    soakMs: 0,
    freeze: [],
    startApproved: false,
    retired: false,
    verify: true,
    idempotent: false,
    url: null,
    ...change,
  };
}

export const continuousPolicy = (change: Partial<EnvironmentPolicy> = {}) =>
  policyOf({
    name: 'integration',
    mode: 'continuous',
    below: null,
    above: { name: 'prod', mode: 'approval' },
    approvals: approvalsOf({ rules: [] }),
    ...change,
  });

export function acceptedBelow(commit: string, change: Partial<Acceptance> = {}): Acceptance {
  return {
    environment: environmentId('shop', 'preprod'),
    sha: commit,
    ref: null,
    release: 7,
    kind: 'promotion',
    at: START,
    by: mo,
    card: 'shop/preprod#7',
    revoked: null,
    revision: 3,
    ...change,
  };
}

/** Nothing that `decide` is given may be changed by it. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

export const SUCCEEDED: AttemptOutcome = { kind: 'succeeded' };
export const FAILED: AttemptOutcome = { kind: 'failed', how: { kind: 'exit', code: 1 } };
export const CANCELLED: AttemptOutcome = { kind: 'cancelled' };
export const INTERRUPTED: AttemptOutcome = { kind: 'interrupted' };
export const BROKE: AttemptOutcome = { kind: 'errored', reason: 'network', ran: true };
export const DID_NOT_RUN: AttemptOutcome = { kind: 'errored', reason: 'no tree', ran: false };
