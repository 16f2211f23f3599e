import type { Fault } from '../../support/forges/server.ts';
import type { Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

const KINDS = {
  broken: 20,
  reset: 20,
  lost: 25,
  late: 20,
  limited: 8,
  page: 4,
  refused: 3,
  silent: 4,
} as const;

function faultOf(kind: keyof typeof KINDS, choices: Choices): Fault {
  const answer = (status: number, headers: Record<string, string> = {}, text = '{}'): Fault => ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text,
  });
  switch (kind) {
    case 'broken':
      return answer(choices.pick([500, 502, 503]) ?? 500);
    case 'reset':
      return { kind: 'reset' };
    case 'lost':
      return { kind: 'lost', at: /./ };
    case 'late':
      return { kind: 'late', wait: () => pause(choices.between(50, 4_000)) };
    case 'limited':
      return answer(429, { 'retry-after': String(choices.between(1, 3)) });
    case 'page':
      return answer(200, { 'content-type': 'text/html' }, '<!DOCTYPE html><p>Please log in</p>');
    case 'refused':
      return answer(422, {}, '{"reason":"not today"}');
    case 'silent':
      return { kind: 'silence' };
    default:
      return kind satisfies never;
  }
}

/** Makes the systems that carry out steps fail, now this way and now that, until it is stopped; then they are well again. */
export async function remoteFaults(stage: Stage, choices: Choices, stop: AbortSignal): Promise<void> {
  const { systems, weather } = stage.remote;
  while (!stop.aborted) {
    const act = choices.act();
    const name = act.pick(Object.keys(systems) as (keyof typeof systems)[]) ?? 'http';
    const kind = act.weighted(KINDS);
    stage.timeline.did(`faults of other systems: ${kind}`, name);
    weather.set(systems[name], faultOf(kind, act.act()));
    // A call that gets no answer is given up after twenty seconds.
    await pause(kind === 'silent' ? act.between(20, 300) : act.between(200, 3_000), stop);
    weather.set(systems[name], null);
    await pause(act.between(200, 3_000), stop);
  }
  weather.clear();
}
