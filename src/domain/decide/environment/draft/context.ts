import type { Authorship } from '../../../approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../../approvals/policy.ts';
import type { Acceptance } from '../../../documents/environment.ts';
import type { Asked } from '../../../documents/values/approval.ts';
import type { Crossed } from '../../../documents/values/past.ts';
import type { Release } from '../../../documents/values/release.ts';
import type { GroupMembers } from '../../../people/groups.ts';
import type { CurrentWaits } from '../../../time/current-waits.ts';
import type { RemoteWaits } from '../../../time/remote-waits.ts';

/** How one commit relates to another in the history of the repository. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

/** Facts from other documents, from git and from the configuration, read just before the decision (RULES 22). */
export interface Context {
  /**
   * The clock of this process. Gates, approvals, freezes and all other ends are decided by it. Milliseconds since the
   * epoch.
   */
  now: number;
  /** The shared lease clock, the same in all processes whatever their own clocks say (RULES 35); absent: `now`. */
  leaseNow?: number;
  policy: EnvironmentPolicy;
  /**
   * The state of the build of the commit that the command makes or begins a release of; 'pending' for all other commands.
   * 'discarded': what its last success made is no longer kept, and a step here needs it (RULES 49).
   */
  built: 'pending' | 'succeeded' | 'failed' | 'discarded';
  /**
   * The newest acceptance, revoked or not, that the command's commit has in the environment below; null: it was never
   * accepted there, or there is no environment below.
   */
  order: Acceptance | null;
  /** How `sha` relates to `to`. Pairs that are missing are unknown, because git could not be read. */
  relations: readonly { sha: string; to: string; relation: Relation }[];
  /** Acceptances of this environment from the store: the newest, and those of commits that the command may revoke. */
  acceptances: readonly Acceptance[];
  /**
   * What a rollback from `leaves` to `to` goes past of the commits that touched irreversible paths. Absent: the product
   * names no such paths, or the command begins no rollback.
   */
  irreversible?: { leaves: string; to: string; crossed: Crossed };
  /** The release that the command names, if it has left the document; null otherwise. */
  past: Release | null;
  /** Members of the user groups that the policy names and this command needs; a missing group counts as empty. */
  groups: readonly GroupMembers[];
  /** Whether the people concerned wrote commits that the release would add; empty: the policy bars no authors. */
  authors: readonly Authorship[];
  /** Authors who are no members, as `Release.unknownAuthors`; null: this command does not need them. */
  unknownAuthors: string[] | null;
  /**
   * Who wants to be told that their approval is awaited, of those who may be able to give it; absent: the command asks for
   * no approval.
   */
  readers?: readonly Asked[];
  /** True: the product's forge is told of its releases. Absent: nothing is told. */
  reports?: boolean;
  /** True: what is deployed and accepted is kept in a repository. Absent: it is not. */
  records?: boolean;
  /** True: the guard of the latest attempt is proven gone (RULES 4). */
  guardGone: boolean;
  /** How long after a lease has ended nobody else may act; absent: `MARGIN_MS`. */
  marginMs?: number;
  /** How attempts of other systems are followed; absent: `REMOTE_WAITS`. */
  remoteWaits?: RemoteWaits;
  /** How it is asked which commit really runs; absent: `CURRENT_WAITS`. */
  currentWaits?: CurrentWaits;
}

/** How `sha` relates to `to`; null: unknown. */
export function relationOf(context: Context, sha: string, to: string): Relation | null {
  if (sha === to) return 'same';
  return context.relations.find((pair) => pair.sha === sha && pair.to === to)?.relation ?? null;
}

/** What a rollback along this way goes past of the irreversible commits. */
export function crossedOn({ irreversible }: Context, leaves: string, to: string): Crossed {
  if (irreversible === undefined) return [];
  return irreversible.leaves === leaves && irreversible.to === to ? irreversible.crossed : null;
}
