import type { Deed } from '../../support/executors/configured.ts';
import type { Member } from '../fleet/fleet.ts';
import { hasSocket } from '../fleet/processes.ts';
import type { Moment } from '../remote/weather.ts';
import type { Stage } from '../stage.ts';
import type { Choices } from './choices.ts';

/** What is waited for: mostly what changes something there. */
const DEEDS: Record<'changes' | 'any', readonly Deed[]> = {
  changes: ['start', 'cancel'],
  any: ['start', 'look', 'cancel'],
};
const MOMENTS: Record<Moment, number> = { unheard: 25, unanswered: 40, answered: 35 };

/** Who has just called another system, and what for; null: nobody did in time. */
export async function caller(
  stage: Stage,
  members: readonly Member[],
  choices: Choices,
  withinMs: number,
): Promise<{ member: Member; what: string } | null> {
  const deeds = DEEDS[choices.weighted({ changes: 65, any: 35 })];
  const moment = choices.weighted(MOMENTS);
  const caught = await stage.remote.weather.catch(deeds, moment, withinMs);
  const member = caught && members.find(({ pid }) => hasSocket(pid, caught.call.from));
  return member ? { member, what: `${moment} ${caught.deed} elsewhere` } : null;
}
