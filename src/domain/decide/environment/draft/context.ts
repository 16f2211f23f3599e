import type { Authorship } from '../../../approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../../approvals/policy.ts';
import type { Acceptance } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/release.ts';
import type { GroupMembers } from '../../../people/groups.ts';

/** How one commit stands to another in the history of the repository. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

/** Facts of other documents, of git and of the configuration, read just before the decision (RULES 22). */
export interface Context {
  /** The clock of this process: gates, approvals, freezes and every other end are decided by it. Milliseconds since the epoch. */
  now: number;
  /** The clock that leases are counted by, the same in all processes whatever their own clocks say (RULES 35); absent: `now`. */
  leaseNow?: number;
  policy: EnvironmentPolicy;
  /** The build of the commit that the command makes a release of; 'pending' for all other commands. */
  built: 'pending' | 'succeeded' | 'failed';
  /**
   * The commit that the command is about, in the environment below: its newest acceptance, revoked or not;
   * null: never accepted there, or nothing is below.
   */
  order: Acceptance | null;
  /** How `sha` stands to `to`. Pairs that are missing are unknown: git could not be asked. */
  relations: readonly { sha: string; to: string; relation: Relation }[];
  /** Acceptances here from the memory outside the document: the newest, and those of commits the command may revoke. */
  acceptances: readonly Acceptance[];
  /** A release that has left the document, where the command names one. */
  past: Release | null;
  /** Members of the user groups that the policy names and this command asks about; a group that is missing has none. */
  groups: readonly GroupMembers[];
  /** Who of those that this command asks about wrote commits that the release would add; empty: the policy bars no authors. */
  authors: readonly Authorship[];
  /** Who wrote some of it and is no member, as `Release.unknownAuthors`; null: this command does not ask. */
  unknownAuthors: string[] | null;
  /** Proven: the guard of the latest attempt is gone (RULES 4). */
  guardGone: boolean;
  /** How long after a lease's end nobody else acts; absent: `MARGIN_MS`. */
  marginMs?: number;
}

/** null: unknown. */
export function relationOf(context: Context, sha: string, to: string): Relation | null {
  if (sha === to) return 'same';
  return context.relations.find((pair) => pair.sha === sha && pair.to === to)?.relation ?? null;
}
