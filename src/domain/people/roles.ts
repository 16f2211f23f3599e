/** What a person may be allowed to do in an environment (DESIGN §7, `roles`). */
export const ROLES = ['prepare', 'deploy', 'rollback', 'lock', 'override', 'adopt'] as const;
export type Role = (typeof ROLES)[number];

/** Who has each role: Slack user ids and `@handles` of user groups; null: any member. */
export type Roles = Record<Role, string[] | null>;
