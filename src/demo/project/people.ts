/** A person in the demo's workspace. */
export interface DemoPerson {
  /** Slack user id. */
  id: string;
  name: string;
}

export const ADA: DemoPerson = { id: 'U0ADA', name: 'Ada' };
export const LIN: DemoPerson = { id: 'U0LIN', name: 'Lin' };
export const MO: DemoPerson = { id: 'U0MO', name: 'Mo' };

/** The full members of the demo's workspace. */
export const PEOPLE: readonly DemoPerson[] = [ADA, LIN, MO];

/** Who accepts what was deployed to the storefront: tests it, and says that it works. */
export const TESTERS = { id: 'S0TESTERS', handle: 'testers', name: 'Testers', members: [MO.id] };

/** The Enterprise Grid of the demo's workspace. */
export const GRID = 'E0GRID';

/** People in the channel who are not full members of the workspace. Every request of theirs is refused. */
export const OUTSIDERS = [
  { id: 'U0PAT', name: 'Pat (partner)', team: 'T0PARTNER' },
  { id: 'U0GUS', name: 'Gus (guest)', isRestricted: true },
  { id: 'U0CLEO', name: 'Cleo (sister workspace)', team: 'T0SISTER', gridTeams: ['T0SISTER'] },
] as const;
