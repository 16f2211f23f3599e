import { carryAll, flow, getOn, places, post, tell, work, write } from './actions.ts';
import type { Crew } from './crew.ts';
import { lin } from './given.ts';

/**
 * The first commit of the history is accepted everywhere, the second too or, with `topWaits`, all but in the topmost
 * environment, the third where no person is asked.
 */
export function story(crew: Crew, topWaits: boolean): Crew {
  for (const commit of crew.world.commits.slice(0, 3)) {
    crew.push(commit);
    flow(crew, 0, 4);
    if (commit === crew.world.commits[2]) break;
    const asked = topWaits && commit === crew.world.commits[1] ? [1] : [1, 2];
    for (const at of asked) {
      // Long enough accepted below.
      crew.world.real += 6_000;
      for (let i = 0; i < 6; i += 1) {
        getOn(crew, at, 0);
        flow(crew, 0, 1);
      }
    }
    crew.world.real += 1_000;
  }
  flow(crew, 0, 3);
  return crew;
}

/** Nothing is lost from here on: wakes due documents until nothing is due, ever. */
export function drain(crew: Crew): void {
  const { world } = crew;
  world.gitAnswers = true;
  for (const worker of crew.workers) worker.stuck = false;
  for (const late of crew.pending.splice(0)) crew.settle(late.read, late.deadline);
  // Nobody would ever stop asking what runs.
  for (const [at, { current: _current, ...policy }] of world.policies.entries()) world.policies[at] = policy;
  // A lock is asked about every day for as long as it holds.
  for (const { id, lock } of world.environments()) {
    const unlock = { type: 'unlock', ownerGone: true, id: crew.newId(), actor: lin } as const;
    if (lock) world.apply('environments', id, unlock);
  }
  for (let round = 0; round < 400; round += 1) {
    while (crew.jobs.length > 0) crew.step(crew.jobs[0]!, round);
    const all = places(crew).map((place) => ({ place, wakeAt: world.load(place.kind, place.id).wakeAt }));
    const times = all.map(({ wakeAt }) => wakeAt).filter((wakeAt) => wakeAt !== null);
    if (times.length === 0) return;
    const next = Math.min(...times);
    if (next > world.wall()) world.real += next - world.wall();
    for (const { place } of all.filter(({ wakeAt }) => wakeAt !== null && wakeAt <= world.wall())) {
      const timed = world.load(place.kind, place.id).wakeAt !== 0;
      if (timed && (place.kind === 'environments' || place.kind === 'builds')) {
        world.apply(place.kind, place.id, crew.robot({ type: 'tick' }));
      }
      carryAll(crew, place);
      work(crew, place, round);
      if (place.kind === 'cards') post(crew, place.id);
      if (place.kind === 'reports') tell(crew, place.id);
      if (place.kind === 'records') write(crew, place.id);
    }
    // The sweep wakes again after its interval.
    world.real += 1_000;
  }
  throw new Error(
    `never at rest: ${JSON.stringify(places(crew).filter(({ kind, id }) => world.load(kind, id).wakeAt !== null))}`,
  );
}
