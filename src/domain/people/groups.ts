/** A Slack user group as a policy names it, with its members as Slack knows them now. */
export interface GroupMembers {
  /** With `@`. */
  group: string;
  /** Slack user ids. */
  members: readonly string[];
}

/** `@release-managers` is a group, `U0123ABCD` a person. */
export function isGroup(name: string): boolean {
  return name.startsWith('@');
}

/**
 * True: `id` is one of `from` (user ids and groups), or anybody will do (null). A group whose members are not known has
 * none.
 */
export function isAmong(
  from: readonly string[] | null,
  id: string,
  groups: readonly GroupMembers[],
): boolean {
  return from === null || peopleOf(from, groups).has(id);
}

/** User ids of all in `from`, groups that are known taken apart. */
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
