/** What a rule still asks for. */
export interface Need {
  /** How many more people. */
  missing: number;
  /** As in the rule; of the last place, as in all the rules that it may be in. null: any member. */
  from: string[] | null;
}

/** What was done all the same, but its requester should know. Plain facts; the words are made in `chat`. */
export type Warning =
  /** Today's members cannot give all approvals: `count` of `required` at most. */
  | { kind: 'outOfReach'; count: number; required: number; needs: Need[]; self: boolean; authors: boolean }
  /** Slack did not say who is in a group that the approval rules name. */
  | { kind: 'groupUnknown'; group: string }
  /** The earliest possible start lies after the expiry. Milliseconds since the epoch. */
  | { kind: 'expiresFirst'; startsAt: number; expiresAt: number };
