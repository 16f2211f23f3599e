import type { Roles } from '../people/roles.ts';
import type { FreezeWindow } from '../time/freeze.ts';

/** One rule of several: so many different people of these must say yes. */
export interface ApprovalRule {
  /** How many; at least 1. */
  required: number;
  /** Slack user ids and `@handles` of user groups; null: any member. */
  from: string[] | null;
}

/** Who must say yes before a commit may go to an environment. One person fills a place in one rule only. */
export interface ApprovalPolicy {
  /** All of them must be met; empty: nobody is asked. */
  rules: ApprovalRule[];
  /** True: people may approve their own request. */
  self: boolean;
  /** False: who wrote some of the commits that would be added may not approve; an author nobody knows asks for one more. */
  authors: boolean;
  /** How long an approval, and the request for it, lasts. */
  validForMs: number;
}

/** The configuration of one environment as far as decisions need it. */
export interface EnvironmentPolicy {
  product: string;
  name: string;
  mode: 'continuous' | 'approval';
  /** Name of the environment below, from whose accepted commits this one takes; null: the lowest. */
  below: string | null;
  /** The environment above; null: the topmost. */
  above: { name: string; mode: 'continuous' | 'approval' } | null;
  approvals: ApprovalPolicy;
  /** Slack user ids and `@handles` of user groups that may accept or fail; null: any member but the requester. */
  acceptFrom: string[] | null;
  roles: Roles;
  /** How long a commit was accepted below before it may be deployed here; 0: no time. */
  soakMs: number;
  /** When nothing is deployed here. */
  freeze: FreezeWindow[];
  /** True: the last approval presses Deploy. */
  startApproved: boolean;
  /** True: it was removed from the configuration. Its history is kept, nothing new goes there. */
  retired: boolean;
  /** True when there is a verify command. */
  verify: boolean;
  /** True: an interrupted deploy is tried again by itself, at most twice (RULES 6). */
  idempotent: boolean;
  /** Where it can be seen; null: no link. */
  url: string | null;
}

/**
 * Approvals are bound to this: another fingerprint is another policy, and voids them. The order of rules counts, as an
 * approval remembers them by their place.
 */
export function policyFingerprint({ rules, self, authors, validForMs }: ApprovalPolicy): string {
  const written = rules.map(({ required, from }) => [required, from === null ? null : [...from].sort()]);
  return JSON.stringify([written, self, authors, validForMs]);
}
