import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../src/domain/documents/environment.ts';
import type { Bake } from '../../src/domain/documents/values/bake.ts';
import type { Release } from '../../src/domain/documents/values/release.ts';
import { ROBOT } from '../../src/domain/people/people.ts';
import { LEASE_MS } from '../../src/domain/time/lease.ts';
import { apply } from '../../src/flow/commands/apply.ts';
import { KINDS } from '../../src/flow/commands/kinds.ts';
import { build } from '../../src/flow/pipeline/build.ts';
import { deploy } from '../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../src/flow/remote/follow.ts';
import type { Services } from '../../src/flow/services/services.ts';
import { takeOver } from '../../src/flow/upkeep/sweep.ts';
import { memorySystem } from '../support/executors/memory.ts';
import { makeRelease, openStage, requestBuild, type Stage } from './support.ts';

const ID = 'shop/integration';
const MINUTE = 60_000;
const BAKE = { forMs: 3 * MINUTE, everyMs: MINUTE, failures: 2, yields: false };
const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;

let stage: Stage;
let services: Services;
let head = 0;

const command = (ask: object, by = services) =>
  apply(by, 'environments', ID, { id: by.newId(), actor: ROBOT, ...ask } as never);
/** The same services in another process. */
const another = (): Services => ({ ...services, worker: services.newId() });
const environment = async (): Promise<Environment> => (await services.store.load('environments', ID))!;

async function releaseOf(number: number): Promise<Release> {
  const { open, ended } = await environment();
  return [...ended.map((entry) => entry.release), ...open].find((each) => each.number === number)!;
}
const newest = async () => releaseOf((await environment()).releases);
const bakeOf = async (): Promise<Bake> => (await newest()).bake!;

/** What a sweep makes of it after so long: a tick if one is due, and the work that there is then. */
async function sweepAfter(ms: number, by = services): Promise<void> {
  stage.clock.aheadMs += ms;
  const tick = KINDS.environments.tick(by, await environment());
  if (tick) await apply(by, 'environments', ID, tick);
  const { wakeUps } = KINDS.environments;
  if (wakeUps(by, await environment()).some(({ lane }) => lane === 'deploy' || lane === 'rollback')) {
    await deploy(by, ID);
  }
}

describe('a bake of a command', () => {
  let sha: string;

  beforeAll(async () => {
    stage = await openStage({
      deploy: 'true',
      verify: 'echo "$SLIPWAY_RELEASE" >> "$OUT/checks"; . "$OUT/result"',
    });
    services = stage.services;
    const [shop] = services.settings.products;
    shop!.env = { OUT: services.dataDirectory };
    shop!.environments[0].policy.bake = BAKE;
    sha = stage.repository.commit({ 'app.txt': 'x' }, 'X');
    stage.repository.push();
    await build(services, await requestBuild(services, sha));
  }, 60_000);
  afterAll(() => stage.close());

  const says = (result: 'passes' | 'fails') =>
    writeFileSync(join(services.dataDirectory, 'result'), result === 'passes' ? 'true' : 'exit 3');

  /** It is deployed, and its first check has passed. */
  async function baking(): Promise<void> {
    says('passes');
    head += 1;
    await makeRelease(services, sha, head);
    await command({ type: 'buildEnded', sha, succeeded: true });
    await deploy(services, ID);
    expect(await newest()).toMatchObject({ status: 'verifying', bake: { checks: 1, failedInRow: 0 } });
  }

  test('is accepted after its time, also with a check that failed', async () => {
    await baking();
    await sweepAfter(MINUTE - 1_000);
    expect(await bakeOf()).toMatchObject({ checks: 1 });
    says('fails');
    await sweepAfter(1_000);
    expect(await newest()).toMatchObject({ status: 'verifying', bake: { checks: 2, failedInRow: 1 } });
    says('passes');
    await sweepAfter(MINUTE);
    await sweepAfter(MINUTE);
    expect(await newest()).toMatchObject({ status: 'accepted', bake: { checks: 4 } });
  });

  test('whose process is killed between two checks, and in one, goes on where it was', async () => {
    await baking();
    await sweepAfter(MINUTE);
    const passed = (await bakeOf()).passedMs;
    expect(passed).toBeLessThan(2 * MINUTE);
    // Nobody is there for an hour.
    stage.clock.aheadMs += 60 * MINUTE;
    const next = another();
    await takeOver(next);
    const { releases: release } = await environment();
    const leaseUntil = next.clock.leaseNow() + LEASE_MS;
    await command({ type: 'begin', release, step: 'verify', worker: next.worker, leaseUntil }, next);
    stage.clock.aheadMs += 60 * MINUTE;
    const last = another();
    await takeOver(last);
    expect(await newest()).toMatchObject({ status: 'verifying', bake: { checks: 2, passedMs: passed } });
    await deploy(last, ID);
    const { passedMs, checks } = await bakeOf();
    expect(checks).toBe(3);
    expect(passedMs - passed).toBeLessThan(MINUTE + 30_000);
    expect(passedMs - passed).toBeGreaterThanOrEqual(MINUTE);
    expect((await newest()).status).toBe('verifying');
  });

  test('is cancelled between two checks', async () => {
    // The one before still bakes.
    const { releases: release } = await environment();
    await command({ type: 'cancel', actor: ADA, release, reason: 'looks bad' });
    await sweepAfter(MINUTE);
    expect(await newest()).toMatchObject({ status: 'unverified', bake: { checks: 3 } });
  });
});

describe('a bake of what another system carries out', () => {
  const system = memorySystem();
  let first: string;
  let second: string;

  beforeAll(async () => {
    const steps = ['deploy', 'verify'] as const;
    stage = await openStage({ deploy: 'true' }, undefined, { system, steps, timeoutMs: MINUTE });
    services = stage.services;
    services.settings.products[0]!.environments[0].policy.bake = { ...BAKE, failures: 1 };
    [first, second] = ['x', 'y'].map((text) => stage.repository.commit({ 'app.txt': text }, text)) as [
      string,
      string,
    ];
    stage.repository.push();
    await services.mirror('shop').fetch();
  });
  afterAll(() => stage.close());

  /** What runs there ends, as a follower sees. */
  async function ends(state: 'succeeded' | 'failed' | 'cancelled', number?: number): Promise<string> {
    const { attempts } = number === undefined ? await newest() : await releaseOf(number);
    const { key } = attempts.at(-1)!.remote!;
    system.become(key, state);
    stage.clock.aheadMs += 20_000;
    await new Follower(another(), 2).follow(ID);
    await deploy(services, ID);
    return key;
  }

  async function baking(sha: string): Promise<void> {
    head += 1;
    await makeRelease(services, sha, head);
    await command({ type: 'buildEnded', sha, succeeded: true });
    await deploy(services, ID);
    await ends('succeeded');
  }

  test('is a run for each check', async () => {
    await baking(first);
    const keys = [await ends('succeeded')];
    while ((await newest()).status === 'verifying') {
      await sweepAfter(MINUTE);
      keys.push(await ends('succeeded'));
    }
    expect(await newest()).toMatchObject({ status: 'accepted', bake: { checks: keys.length } });
    expect(new Set(keys).size).toBe(keys.length);
    // Twenty seconds of each count, and the minutes between them.
    expect(keys).toHaveLength(3);
  });

  test('is failed by a check that failed, whatever becomes of that later', async () => {
    await baking(second);
    await ends('failed');
    expect(await newest()).toMatchObject({ status: 'unverified', bake: { checks: 1 } });
    const asked = system.asked.length;
    await ends('succeeded');
    await sweepAfter(60 * MINUTE);
    expect(await newest()).toMatchObject({ status: 'unverified' });
    expect(system.asked).toHaveLength(asked);
  });

  test.each(['between two checks', 'while one runs'])(
    'is over when a rollback is asked for %s',
    async (when) => {
      await command({ type: 'resume', actor: ADA, reason: null });
      await baking(second);
      await ends('succeeded');
      if (when === 'while one runs') await sweepAfter(MINUTE);
      const { releases: left } = await environment();
      await command({ type: 'rollback', actor: ADA, to: null, reason: 'it burns' });
      // Until what it goes back to is built, there is nothing to make way for.
      expect((await releaseOf(left)).status).toBe('verifying');
      await command({ type: 'buildEnded', sha: first, succeeded: true });
      if (when === 'while one runs') await ends('cancelled', left);
      expect(await releaseOf(left)).toMatchObject({ status: 'unverified', end: { by: ROBOT } });
      await sweepAfter(0);
      expect(await newest()).toMatchObject({ kind: 'rollback', status: 'deploying' });
      await ends('succeeded');
      expect(await releaseOf(left)).toMatchObject({ status: 'superseded' });
      while ((await newest()).status === 'verifying') {
        await sweepAfter(MINUTE);
        await ends('succeeded');
      }
      expect(await newest()).toMatchObject({ kind: 'rollback', status: 'accepted' });
    },
  );
});
