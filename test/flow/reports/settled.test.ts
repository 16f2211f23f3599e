import type { Release } from '../../../src/domain/documents/values/release.ts';
import { startReports } from '../../../src/flow/reports/start-reports.ts';
import { githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import type { ForgeWorld } from '../../support/forges/world.ts';
import { THOROUGH } from '../../support/thorough.ts';
import { mortal } from './mortal.ts';
import { DEPLOYING, openReportStage, type ReportStage, type Scene } from './scene.ts';

let stage: ReportStage;
let world: ForgeWorld;

beforeAll(async () => {
  stage = await openReportStage();
}, 60_000);
afterAll(() => stage.close());
afterEach(() => world.close());

const WORLDS: [string, () => Promise<ForgeWorld>][] = [
  ['GitHub', () => githubWorld('fineGrained')],
  ['GitLab', gitlabWorld],
];

const FAILED: Partial<Release> = { status: 'failed', deployedAt: null, end: null };
const RUNS_STILL = ['in_progress', 'running', 'pending', 'queued'];

/** The states of what was deployed in the scene, oldest first. */
const states = (scene: Scene) =>
  (world.deployments() ?? [])
    .filter(({ environment }) => environment === scene.name)
    .map(({ state }) => state);

/** Tells whatever there is, by processes that live, also if one that died has it claimed. */
async function tellAll(scene: Scene): Promise<void> {
  while ((await scene.reports()).wakeAt !== null) await scene.tellLater();
}

/** Kills a process after each step of what it tells in a scene of its own, until one comes to its end. */
async function killedAtEachStep(
  prepare: (scene: Scene) => Promise<void>,
  settle: (scene: Scene, steps: number) => Promise<void>,
): Promise<void> {
  let died = true;
  let steps = 0;
  while (died) {
    steps += 1;
    const scene = stage.scene(world);
    await prepare(scene);
    died = await scene.tell(mortal(scene.process(), steps)).then(
      () => false,
      () => true,
    );
    await settle(scene, steps);
  }
  expect(steps).toBeGreaterThan(4);
}

describe.each(WORLDS)('a process that is killed while it tells %s', (forge, open) => {
  test.each<[string, Partial<Release>, boolean, state: Record<string, string>]>([
    ['that a release runs', {}, true, { GitHub: 'success', GitLab: 'success' }],
    ['of one that failed', FAILED, false, { GitHub: 'failure', GitLab: 'failed' }],
    ['of one that was replaced', { status: 'superseded' }, false, { GitHub: 'inactive', GitLab: 'success' }],
    ['of one that is deployed', DEPLOYING, false, { GitHub: 'in_progress', GitLab: 'running' }],
  ])('%s leaves one deployment, whichever step was its last', async (_what, change, runs, expected) => {
    world = await open();
    await killedAtEachStep(
      (scene) => scene.has(1, change, runs),
      async (scene, steps) => {
        await tellAll(scene);
        expect([steps, states(scene)]).toEqual([steps, [expected[forge]]]);
      },
    );
  });
});

describe.each(WORLDS)(
  'a process that is killed while it tells %s what replaced a release',
  (_forge, open) => {
    test('leaves one deployment of each, whichever step was its last, also if the older one is told again', async () => {
      world = await open();
      await killedAtEachStep(
        async (scene) => {
          await scene.has(1);
          await scene.tell();
          await scene.has(1, { status: 'superseded' }, false);
          await scene.has(2);
        },
        async (scene, steps) => {
          await scene.send({ type: 'tellForge', product: 'shop', release: 1 });
          await tellAll(scene);
          expect([steps, states(scene)]).toMatchObject([steps, [expect.any(String), 'success']]);
        },
      );
    });
  },
);

describe.each(THOROUGH ? WORLDS : WORLDS.slice(1))('what %s keeps of releases that ended', (_forge, open) => {
  beforeEach(async () => {
    world = await open();
  });

  test('has none that runs still, although more ended while it was away than wait to be told', async () => {
    const scene = stage.scene(world);
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    expect(states(scene)).toHaveLength(1);
    world.server.fault = { kind: 'reset' };
    await scene.has(1, FAILED, false);
    for (let number = 2; number <= 230; number += 1)
      await scene.send({ type: 'tellForge', product: 'shop', release: number });
    await scene.has(231);
    await scene.tell();
    world.server.fault = null;
    await tellAll(scene);
    expect(states(scene).filter((state) => RUNS_STILL.includes(state))).toEqual([]);
    expect(states(scene)).toHaveLength(2);
    expect(states(scene).at(-1)).toBe('success');
  });

  test('is not made anew when an old acceptance is revoked, which would pass for what runs', async () => {
    const scene = stage.scene(world);
    await scene.has(1);
    await scene.tell();
    await scene.has(2);
    await scene.send({ type: 'tellForge', product: 'shop', release: 1 });
    await scene.tell();
    const before = states(scene);
    expect((await scene.reports()).releases.map(({ release }) => release)).toEqual([2]);
    const by = { kind: 'robot', id: 'slipway', name: 'Slipway' } as const;
    await scene.has(1, { revoked: { at: 1, by, release: null } } as Partial<Release>, false);
    await scene.tell();
    expect(states(scene)).toEqual(before);
  });

  test.each<[string, ('statuses' | 'deployments')[]]>([
    ['deployments', ['statuses']],
    ['nothing', []],
  ])('is settled although %s were left out of the report in between', async (_what, report) => {
    const scene = stage.scene(world);
    const { settings } = scene.services;
    const shop = settings.products[0]!;
    const configure = async (uses: typeof report) => {
      settings.forges![0]!.report = uses;
      await startReports(scene.services, shop, [scene.id]);
      await tellAll(scene);
    };
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    await configure(report);
    expect(states(scene)).toHaveLength(1);
    await scene.has(1, FAILED, false, report.length > 0);
    await tellAll(scene);
    await configure(['statuses', 'deployments']);
    expect(states(scene).filter((state) => RUNS_STILL.includes(state))).toEqual([]);
  });

  test('is told by the environment as it was, once that is no longer configured', async () => {
    const scene = stage.scene(world);
    await scene.has(1, DEPLOYING, false);
    await scene.tell();
    const [shop] = scene.services.settings.products;
    expect(shop!.environments.map(({ policy }) => policy.name)).not.toContain(scene.name);
    await scene.has(1, FAILED, false);
    await scene.tell();
    expect(states(scene).filter((state) => RUNS_STILL.includes(state))).toEqual([]);
  });

  test('waits where the repository is no longer there, and says what to do', async () => {
    const scene = stage.scene(world);
    scene.services.settings.products[0]!.forge!.project = 'acme/gone';
    await scene.has(1);
    await scene.tell();
    const [status] = scene.services.troubles.list('shop');
    const { name } = world.settings;
    expect(status).toMatchObject({
      says: `${name} is not told of commit statuses of acme/gone: it has no such repository, or does not show it to the account`,
      todo: `write its present name into the configuration, or let the account see acme/gone, or leave statuses out of the report of forges.${name}`,
    });
    scene.services.settings.products[0]!.forge!.project = 'acme/storefront';
    await tellAll(scene);
    expect(states(scene)).toEqual(['success']);
    expect(scene.services.troubles.list('shop')).toEqual([]);
  });
});
