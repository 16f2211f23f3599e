/** What a process of Slipway does (DESIGN §6); all but the first need the services tier. */
export const ROLES = ['all', 'bot', 'worker'] as const;
export type Role = (typeof ROLES)[number];
