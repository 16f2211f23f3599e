import type { FreezeWindow } from './freeze.ts';

/** Who must say yes before a commit may go to an environment. One rule; several at once come later. */
export interface ApprovalRule {
  /** How many different people; 0: none needed. */
  required: number;
  /** Slack user ids; null: any member. */
  from: string[] | null;
  /** True: people may approve their own request. */
  self: boolean;
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
  approvals: ApprovalRule;
  /** Slack user ids that may accept or fail; null: any member but the requester. */
  acceptFrom: string[] | null;
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

/** Approvals are bound to this: another fingerprint is another policy, and voids them. */
export function policyFingerprint({ required, from, self, validForMs }: ApprovalRule): string {
  return JSON.stringify([required, from === null ? null : [...from].sort(), self, validForMs]);
}
