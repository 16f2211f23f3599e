import * as z from 'zod';
import type { WhoWeAre } from './identity.ts';

/** The workspace that the app is installed in, and its Enterprise Grid. */
type Ours = Pick<WhoWeAre, 'teamId' | 'enterpriseId'>;

const never = z.literal(false);
/** Slack leaves these out where they are not so. */
const neverOrAbsent = never.optional();

/** A full, active, human account of whatever workspace: anything else, missing or of another shape is no. */
const fullAccount = z.object({
  team_id: z.string().min(1),
  deleted: never,
  is_bot: never,
  is_restricted: never,
  is_ultra_restricted: never,
  is_stranger: neverOrAbsent,
  is_invited_user: neverOrAbsent,
  is_workflow_bot: neverOrAbsent,
  is_connector_bot: neverOrAbsent,
  enterprise_user: z.object({ enterprise_id: z.string().optional(), teams: z.array(z.string()) }).optional(),
});

/** An account of Slack's own, which is in every workspace. */
const SLACKBOT = 'USLACKBOT';

/**
 * Every workspace of ours in which Slack says that this is a full, active, human member: ours, and the others of our grid
 * that the same person is in. null: no member of ours. `user`: as `users.info` or `users.lookupByEmail` gives it.
 */
export function workspacesOf(id: string, user: unknown, ours: Ours): ReadonlySet<string> | null {
  const { data } = fullAccount.safeParse(user);
  if (!data || id === SLACKBOT) return null;
  const grid = data.enterprise_user;
  const sameGrid = grid?.enterprise_id === undefined || grid.enterprise_id === ours.enterpriseId;
  const teams = new Set([data.team_id, ...(grid && sameGrid ? grid.teams : [])]);
  return teams.has(ours.teamId) ? teams : null;
}
