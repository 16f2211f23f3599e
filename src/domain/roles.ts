/** What a person may be allowed to do in an environment (DESIGN §7, `roles`). */
export const ROLES = ['prepare', 'deploy', 'rollback', 'lock', 'override', 'adopt'] as const;
export type Role = (typeof ROLES)[number];
