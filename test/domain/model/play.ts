import fc from 'fast-check';
import { ACTIONS, type Action } from '../support/actions.ts';
import { Crew } from '../support/crew.ts';
import { story } from '../support/story.ts';
import type { Setup } from './world.ts';

/** How often each thing happens. */
const WEIGHTS: Record<keyof typeof ACTIONS, number> = {
  push: 4,
  fetch: 2,
  fetched: 2,
  begin: 4,
  build: 2,
  step: 8,
  look: 5,
  outside: 3,
  ring: 1,
  says: 4,
  renew: 3,
  settle: 3,
  sendOne: 4,
  recordAndDie: 1,
  carry: 3,
  carryEverything: 3,
  work: 3,
  flow: 6,
  post: 1,
  ask: 5,
  askLater: 2,
  getOn: 14,
  rollback: 3,
  hotfix: 2,
  lock: 2,
  pause: 1,
  override: 1,
  reject: 1,
  prepare: 5,
  wish: 2,
  retryBuild: 1,
  tick: 2,
  wait: 4,
  setClockBack: 1,
  kill: 2,
  freeze: 1,
  changePolicy: 1,
  changeMode: 1,
  adopt: 2,
  gitFails: 1,
};
const DECK = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array.from({ length: weight }, () => name));

const history = fc
  .array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(3)), { minLength: 1, maxLength: 3 })
  .map((drawn) => [
    [],
    [0],
    [1],
    ...drawn.map(([one, two, merges], at) =>
      merges === 0 ? [one % (at + 3), two % (at + 3)] : [merges === 1 ? one % (at + 3) : at + 2],
    ),
  ]);

export const setups: fc.Arbitrary<Setup> = fc.record({
  history,
  twoContinuous: fc.boolean(),
  embedded: fc.boolean(),
  idempotent: fc.boolean(),
  rollsBack: fc.boolean(),
  irreversible: fc.nat(5),
  remote: fc.boolean(),
  bake: fc.constantFrom('none', 'none', 'wait', 'replace'),
  cards: fc.nat(9).map((n) => n === 0),
  frozen: fc.nat(4).map((n) => n === 0),
});

/** What most sequences go on from. */
const stories = new Map<string, Crew>();

/** A crew whose world has just begun (0), or in which something was accepted everywhere (1: but on top). */
export function start(setup: Setup, told: number): Crew {
  if (told === 0) return new Crew(setup);
  // The story is told without a bake, which takes its time.
  const { history: _history, bake: _bake, ...key } = setup;
  const topWaits = told === 1;
  const name = JSON.stringify({ ...key, topWaits });
  const crew =
    stories.get(name) ?? story(new Crew({ ...key, bake: 'none', history: [[], [0], [1]] }), topWaits);
  stories.set(name, crew);
  return Crew.after(setup, crew);
}

export const actions = fc.array(fc.tuple(fc.nat(DECK.length - 1), fc.nat(999), fc.nat(999)), {
  minLength: 10,
  maxLength: 32,
  size: 'max',
});

/** Does to the crew what was drawn; `then` is called after each action. */
export function play(crew: Crew, acts: readonly Action[], then: () => void): void {
  for (const [kind, a, b] of acts) {
    ACTIONS[DECK[kind]!]!(crew, a, b);
    then();
  }
}
