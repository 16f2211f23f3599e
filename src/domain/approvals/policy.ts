import type { BakePolicy } from '../documents/values/bake.ts';
import type { Roles } from '../people/people.ts';
import type { FreezeWindow } from '../time/freeze.ts';

/** One rule of an approval policy: this many different people from `from` must approve. */
export interface ApprovalRule {
  /** Number of people; at least 1. */
  required: number;
  /** Slack user ids and `@handles` of user groups; null: any member. */
  from: string[] | null;
}

/** Who must approve before a commit may go to an environment. One person fills a slot of one rule only. */
export interface ApprovalPolicy {
  /** All rules must be met; empty: no approval is needed. */
  rules: ApprovalRule[];
  /** True: people may approve their own request. */
  self: boolean;
  /** False: people who wrote some of the added commits may not approve, and an unknown author requires a stand-in. */
  authors: boolean;
  /** How long an approval, and the request for it, stays valid. */
  validForMs: number;
}

/** The part of an environment's configuration that decisions need. */
export interface EnvironmentPolicy {
  product: string;
  name: string;
  mode: 'continuous' | 'approval';
  /** Name of the environment below, whose accepted commits may be deployed here; null: this is the lowest. */
  below: string | null;
  /** The environment above; null: this is the topmost. */
  above: { name: string; mode: 'continuous' | 'approval' } | null;
  approvals: ApprovalPolicy;
  /** Slack user ids and `@handles` of user groups that may accept or fail; null: any member but the requester. */
  acceptFrom: string[] | null;
  roles: Roles;
  /** How long a commit must have been accepted below before it may be deployed here; 0: no wait. */
  soakMs: number;
  /** When nothing may be deployed here. */
  freeze: FreezeWindow[];
  /** True: the last approval starts the deploy, as if somebody had pressed Deploy. */
  startApproved: boolean;
  /** True: the environment was removed from the configuration. Its history is kept; nothing new is deployed there. */
  retired: boolean;
  /** True: a verify command is configured. */
  verify: boolean;
  /** The verification is repeated for a while. Absent: it is done once. */
  bake?: BakePolicy;
  /** True: an interrupted deploy is retried automatically, at most twice (RULES 6). */
  idempotent: boolean;
  /** 'rollback': after a failed deploy or verification Slipway rolls back by itself (RULES 46). Absent: people decide. */
  onFailure?: 'rollback';
  /** How often it is asked which commit really runs there; absent: it is not. */
  current?: { everyMs: number };
  /** Where the environment can be visited; null: no link. */
  url: string | null;
}

/**
 * Approvals are bound to this fingerprint: another one means another policy and voids them. The order of the rules
 * matters, because an approval stores the indices of its rules.
 */
export function policyFingerprint({ rules, self, authors, validForMs }: ApprovalPolicy): string {
  const written = rules.map(({ required, from }) => [required, from === null ? null : [...from].sort()]);
  return JSON.stringify([written, self, authors, validForMs]);
}
