/** Somebody of the demo's workspace. */
export interface DemoPerson {
  /** Slack user id. */
  id: string;
  name: string;
}

export const ADA: DemoPerson = { id: 'U0ADA', name: 'Ada' };
export const LIN: DemoPerson = { id: 'U0LIN', name: 'Lin' };
export const MO: DemoPerson = { id: 'U0MO', name: 'Mo' };

export const PEOPLE: readonly DemoPerson[] = [ADA, LIN, MO];
