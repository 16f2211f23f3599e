/** A person of the workspace, as Slack knew them at the moment of the command. */
export interface Person {
  kind: 'person';
  /** Slack's user id. */
  id: string;
  /** Display name, shown without a mention. */
  name: string;
  /** A full, active member of this workspace: no guest, bot, stranger of a shared channel or deactivated one. */
  member: boolean;
}

/** Slipway itself: what it does without being asked by a person. */
export interface Robot {
  kind: 'robot';
  name: string;
}

export type Actor = Person | Robot;

export const ROBOT: Robot = { kind: 'robot', name: 'Slipway' };

/** True when both are the same person; the robot is never "the same person" as anybody. */
export function samePerson(a: Actor, b: Actor): boolean {
  return a.kind === 'person' && b.kind === 'person' && a.id === b.id;
}
