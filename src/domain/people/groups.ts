/** A Slack user group that a policy names, with its present members. */
export interface GroupMembers {
  /** Handle, with `@`. */
  group: string;
  /** Slack user ids. */
  members: readonly string[];
}

/** `@release-managers` is a group, `U0123ABCD` is a person. */
export function isGroup(name: string): boolean {
  return name.startsWith('@');
}

/**
 * True: `id` is one of `from` (user ids and groups), or anybody is allowed (null). A group whose members are unknown
 * counts as empty.
 */
export function isAmong(
  from: readonly string[] | null,
  id: string,
  groups: readonly GroupMembers[],
): boolean {
  return from === null || peopleOf(from, groups).has(id);
}

/** User ids of everybody in `from`, with known groups replaced by their members. */
export function peopleOf(from: readonly string[], groups: readonly GroupMembers[]): Set<string> {
  const people = new Set<string>();
  for (const name of from) {
    if (!isGroup(name)) people.add(name);
    else {
      for (const { group, members } of groups) {
        if (group === name) for (const member of members) people.add(member);
      }
    }
  }
  return people;
}
