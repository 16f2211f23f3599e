import type { Choices } from '../acts/choices.ts';
import { pause } from '../acts/pause.ts';
import type { Stage } from '../stage.ts';

/** Kills Redis and MongoDB now and then and starts them again, Redis emptied the first time; until it is stopped. */
export async function serverTrouble(stage: Stage, choices: Choices, stop: AbortSignal): Promise<void> {
  const { servers } = stage.tier;
  const { timeline } = stage;
  if (!servers.redis || !servers.mongo) return;
  let first = true;
  while (!stop.aborted) {
    const act = choices.act();
    const name = act.weighted({ redis: 1, mongo: 1 });
    const emptied = name === 'redis' && (act.chance(0.3) || first);
    const away = Math.floor(act.next() * act.next() * 6_000);
    await pause(act.between(4_000, 25_000), stop);
    if (stop.aborted) return;
    timeline.did(`kill -9 of ${name}`, `away for ${away} ms`);
    await servers[name]?.stop('SIGKILL');
    await pause(away);
    await servers[name]?.start({ emptied });
    if (emptied) timeline.did('of these with Redis emptied');
    timeline.note(`${name} answers again`);
    if (emptied) first = false;
  }
}
