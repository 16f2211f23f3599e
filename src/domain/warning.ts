/** What was done all the same, but its requester should know. Plain facts; the words are made in `chat`. */
export type Warning =
  /** The earliest possible start lies after the expiry. Milliseconds since the epoch. */
  { kind: 'expiresFirst'; startsAt: number; expiresAt: number };
