/** What an approval rule still needs. */
export interface Need {
  /** How many more people; at least 1. */
  missing: number;
  /** As in the rule. If only one person is missing, everybody from all rules that could use them. null: any member. */
  from: string[] | null;
}

/** What the requester of an accepted command should know. Plain facts; the text is made in `chat`. */
export type Warning =
  /** Today's members cannot give all approvals: at most `count` of `required`. */
  | { kind: 'outOfReach'; count: number; required: number; needs: Need[]; self: boolean; authors: boolean }
  /** Slack did not say who is in a group that the approval rules name. */
  | { kind: 'groupUnknown'; group: string }
  /** The earliest possible start is after the expiry. Both in milliseconds since the epoch. */
  | { kind: 'expiresFirst'; startsAt: number; expiresAt: number };
