/** Characters for the entries of an answer: the rest of a message's 12,000 is for its first and last lines. */
export const ENTRIES_MAX = 10_500;

/** The first entries, each whole, as many as fit into `room` characters of JSON. */
export function fitting<T>(entries: readonly T[], room = ENTRIES_MAX): T[] {
  let left = room;
  const shown: T[] = [];
  for (const entry of entries) {
    left -= JSON.stringify(entry).length + 1;
    if (left < 0) break;
    shown.push(entry);
  }
  return shown;
}
