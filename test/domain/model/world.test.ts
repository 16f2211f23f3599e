import fc from 'fast-check';
import {
  goesByPeople,
  isRunning,
  isWaiting,
  type Status,
} from '../../../src/domain/documents/values/release.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import { runs } from '../../support/thorough.ts';
import { ACTIONS, type Action } from '../support/actions.ts';
import { Crew } from '../support/crew.ts';
import { drain, story } from '../support/story.ts';
import { Watcher } from '../support/watch.ts';
import { PRODUCT, type Setup } from './world.ts';

/** More of them find more: `WORLDS=5000 SEED=7`. */
const SEQUENCES = Number(process.env.WORLDS ?? runs(600));
const SEED = Number(process.env.SEED ?? 20_261_124);

/** How often each thing happens. */
const WEIGHTS: Record<keyof typeof ACTIONS, number> = {
  push: 4,
  fetch: 2,
  fetched: 2,
  begin: 4,
  build: 2,
  step: 8,
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

const setups: fc.Arbitrary<Setup> = fc.record({
  history,
  twoContinuous: fc.boolean(),
  embedded: fc.boolean(),
  idempotent: fc.boolean(),
  cards: fc.nat(9).map((n) => n === 0),
  frozen: fc.nat(4).map((n) => n === 0),
});

/** What most sequences go on from. */
const stories = new Map<string, Crew>();

function start(setup: Setup, told: number): Crew {
  if (told === 0) return new Crew(setup);
  const { history: _history, ...key } = setup;
  const topWaits = told === 1;
  const name = JSON.stringify({ ...key, topWaits });
  const crew = stories.get(name) ?? story(new Crew({ ...setup, history: [[], [0], [1]] }), topWaits);
  stories.set(name, crew);
  return Crew.after(setup, crew);
}

const actions = fc.array(fc.tuple(fc.nat(DECK.length - 1), fc.nat(999), fc.nat(999)), {
  minLength: 10,
  maxLength: 32,
  size: 'max',
});

function play(setup: Setup, told: number, acts: Action[]): { crew: Crew; watcher: Watcher } {
  const crew = start(setup, told);
  const watcher = new Watcher(crew);
  for (const [kind, a, b] of acts) {
    ACTIONS[DECK[kind]!]!(crew, a, b);
    watcher.real();
  }
  return { crew, watcher };
}

/** No forgotten work: at rest, every push, delivery and release has come to an end that somebody can see. */
function atRest(crew: Crew): void {
  const { world } = crew;
  const product = world.load('products', PRODUCT);
  expect(product).toMatchObject({ looked: product.asked, pending: [], concluded: [], effects: [] });
  expect([...crew.deliveries.values()].every((outcome) => outcome !== null)).toBe(true);
  if (crew.branch !== null) expect(product.heads.at(-1)?.sha).toBe(crew.branch);
  for (const environment of world.environments()) {
    expect(environment.open.filter(isRunning)).toEqual([]);
    expect(environment.open.filter((each) => isWaiting(each) && goesByPeople(each))).toEqual([]);
    const stuck = environment.open.filter((each) => each.status === 'queued' && !each.held);
    expect(stuck.filter((each) => each.build === 'succeeded')).toEqual([]);
    expect(environment.relationsOwed && environment.open.some(isWaiting)).toBe(false);
  }
  const head = product.heads.at(-1);
  if (!head) return;
  const build = world.load('builds', buildId(PRODUCT, head.sha));
  expect(['succeeded', 'failed', 'errored']).toContain(build.status);
  const integration = world.load('environments', environmentId(PRODUCT, 'integration'));
  if (build.status === 'succeeded') expect(integration.newestHead).toBe(head.number);
}

describe(`a world in which everything goes wrong, ${SEQUENCES} times, seed ${SEED}`, () => {
  const reached = new Set<Status>();
  let decisions = 0;

  it(
    'keeps every promise at every step, and forgets nothing',
    () => {
      fc.assert(
        fc.property(setups, fc.nat(3), actions, (setup, told, acts) => {
          const { crew, watcher } = play(setup, told, acts);
          drain(crew);
          watcher.real();
          atRest(crew);
          decisions += watcher.steps;
          for (const status of watcher.statuses) reached.add(status);
        }),
        { numRuns: SEQUENCES, seed: SEED },
      );
    },
    Math.max(120_000, SEQUENCES * 200),
  );

  it('has been everywhere', () => {
    expect(decisions).toBeGreaterThan(SEQUENCES * 20);
    expect([...reached].sort()).toEqual([
      'accepted',
      'approved',
      'cancelled',
      'deploying',
      'errored',
      'expired',
      'failed',
      'faulty',
      'prepared',
      'queued',
      'rejected',
      'superseded',
      'testing',
      'unverified',
      'verifying',
    ]);
  });
});
