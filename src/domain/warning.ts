/** What somebody who was not refused should know all the same. Times in milliseconds since the epoch. */
export type Warning =
  /** The request ends before anything could begin, even if everybody acted at once. */
  { kind: 'expiresFirst'; startsAt: number; expiresAt: number };
