import type { Deed } from '../../support/executors/configured.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Orphans } from '../fleet/orphans.ts';
import { hasSocket } from '../fleet/processes.ts';
import type { Moment } from '../remote/weather.ts';
import type { Stage } from '../stage.ts';
import { type Chaos, isOver, killMember } from './chaos.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

/** What is waited for: mostly what changes something elsewhere. */
const DEEDS: Record<'changes' | 'any', readonly Deed[]> = {
  changes: ['start', 'cancel'],
  any: ['start', 'look', 'cancel'],
};
const MOMENTS: Record<Moment, number> = { unheard: 25, unanswered: 40, answered: 35 };

/** How long one choice of a call is waited for, before another one is. */
const CALL_MS = 3_000;

/** Kills whoever calls another system, within that call, now and then. */
export async function ambush(
  stage: Stage,
  fleet: Fleet,
  orphans: Orphans,
  choices: Choices,
  bounds: Chaos,
): Promise<void> {
  while (!isOver(stage, bounds)) {
    const act = choices.act();
    const deeds = DEEDS[act.weighted({ changes: 65, any: 35 })];
    const moment = act.weighted(MOMENTS);
    const caught = await stage.remote.weather.catch(deeds, moment, CALL_MS);
    if (caught === null) continue;
    // An answer is read at once, and what it says is written a little later.
    if (moment === 'answered') await pause(act.chance(0.5) ? 0 : act.between(0, 60));
    const member = fleet.members.find(({ pid }) => hasSocket(pid, caught.call.from));
    if (member && !isOver(stage, bounds))
      await killMember(stage, orphans, member, `${moment} ${caught.deed} elsewhere`);
    // What was begun is to come on before the next one.
    await pause(act.between(2_000, 15_000), bounds.stop);
  }
}
