import fc from 'fast-check';
import { findRelease } from '../../../src/domain/documents/environment.ts';
import {
  goesByPeople,
  isRunning,
  isWaiting,
  type Status,
} from '../../../src/domain/documents/values/release.ts';
import { untold } from '../../../src/domain/documents/values/report.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import { saysOf } from '../../../src/domain/reports/says.ts';
import { runs } from '../../support/thorough.ts';
import type { Action } from '../support/actions.ts';
import type { Crew } from '../support/crew.ts';
import { drain } from '../support/story.ts';
import { Watcher } from '../support/watch.ts';
import { actions, play, setups, start } from './play.ts';
import { PRODUCT, type Setup } from './world.ts';

/** More of them find more: `WORLDS=5000 SEED=7`. */
const SEQUENCES = Number(process.env.WORLDS ?? runs(400));
const SEED = Number(process.env.SEED ?? 20_261_124);

function watched(setup: Setup, told: number, acts: Action[]): { crew: Crew; watcher: Watcher } {
  const crew = start(setup, told);
  const watcher = new Watcher(crew);
  play(crew, acts, () => watcher.real());
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
    // The forge has what each release says, and no deployment runs there for ever.
    const { releases } = world.load('reports', environment.id);
    for (const { release: number, deployment, ...rest } of releases) {
      const release =
        findRelease(environment, number) ?? world.history.get(`${environment.id}#${number}`)?.release;
      expect(untold({ release: number, deployment, ...rest })).toEqual([]);
      expect(deployment?.state ?? null).toBe(release && saysOf(environment, release).deployment);
      expect(deployment?.state).not.toBe('running');
    }
    // The repository of records has what runs.
    const { deployed, accepted } = environment;
    expect(world.files.get(environment.id) ?? { deployed: null, accepted: null }).toEqual({
      deployed,
      accepted,
    });
    const begun = environment.open.filter((each) => each.begun && each.kind !== 'adopted');
    expect(begun.filter(({ number }) => !releases.some(({ release }) => release === number))).toEqual([]);
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
  let rollbacks = 0;

  it(
    'keeps every promise at every step, and loses nothing',
    () => {
      fc.assert(
        fc.property(setups, fc.nat(3), actions, (setup, told, acts) => {
          const { crew, watcher } = watched(setup, told, acts);
          drain(crew);
          watcher.real();
          atRest(crew);
          decisions += watcher.steps;
          rollbacks += watcher.rollbacks;
          for (const status of watcher.statuses) reached.add(status);
        }),
        { numRuns: SEQUENCES, seed: SEED },
      );
    },
    Math.max(120_000, SEQUENCES * 200),
  );

  it('reaches every state', () => {
    expect(decisions).toBeGreaterThan(SEQUENCES * 20);
    expect(rollbacks).toBeGreaterThan(SEQUENCES / 100);
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
