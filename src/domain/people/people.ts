/** A person in the workspace, as Slack described them at the moment of the command. */
export interface Person {
  kind: 'person';
  /** Slack's user id. */
  id: string;
  /** Display name, shown without a mention. */
  name: string;
  /**
   * True for a full, active member of this workspace; false for guests, bots, deactivated people and people of other
   * workspaces.
   */
  member: boolean;
}

/** Slipway itself, as the actor of what no person asked for. */
export interface Robot {
  kind: 'robot';
  name: string;
}

export type Actor = Person | Robot;

/** The only robot: Slipway. */
export const ROBOT: Robot = { kind: 'robot', name: 'Slipway' };

/** True: both are the same person. The robot is never the same person as anybody. */
export function samePerson(a: Actor, b: Actor): boolean {
  return a.kind === 'person' && b.kind === 'person' && a.id === b.id;
}

/** What a person may be allowed to do in an environment (DESIGN §7, `roles`). */
export const ROLES = ['prepare', 'deploy', 'rollback', 'lock', 'override', 'adopt'] as const;
export type Role = (typeof ROLES)[number];

/** Who has each role: Slack user ids and `@handles` of user groups; null: any member. */
export type Roles = Record<Role, string[] | null>;
