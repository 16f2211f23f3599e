import * as z from 'zod';
import type { WhoWeAre } from './identity.ts';

/** The workspace in which the app is installed, and its Enterprise Grid. */
type Ours = Pick<WhoWeAre, 'teamId' | 'enterpriseId'>;

const never = z.literal(false);
/** Slack leaves these out if they are false. */
const neverOrAbsent = never.optional();

/** A full, active, human account in any workspace. A field that is missing or of another type means no. */
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
 * The workspaces in which the person is a full, active, human member: this one, and the others of its Enterprise Grid.
 * null: not a member of this workspace. `user`: as returned by `users.info` or `users.lookupByEmail`.
 */
export function workspacesOf(id: string, user: unknown, ours: Ours): ReadonlySet<string> | null {
  const { data } = fullAccount.safeParse(user);
  if (!data || id === SLACKBOT) return null;
  const grid = data.enterprise_user;
  const sameGrid = grid?.enterprise_id === undefined || grid.enterprise_id === ours.enterpriseId;
  const teams = new Set([data.team_id, ...(grid && sameGrid ? grid.teams : [])]);
  return teams.has(ours.teamId) ? teams : null;
}
