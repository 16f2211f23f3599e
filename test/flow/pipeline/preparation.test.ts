import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { requestRebuild } from '../../../src/flow/requests/rebuild.ts';
import type { ChatServices, Services } from '../../../src/flow/services/services.ts';
import type { Pool } from '../../../src/git/trees/types.ts';
import { StoreError } from '../../../src/ports/store.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import { inTrees, makeRelease, openStage, requestBuild, type Stage } from '../support.ts';

const ENVIRONMENT = 'shop/integration';
const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;

describe('while a tree is made ready', () => {
  let stage: Stage;
  let services: Services;
  let sha: string;
  let ran: string;
  /** Trees are given out only after `open`. */
  let gate: { opened: Promise<void>; open(): void; reached: boolean };

  beforeEach(async () => {
    stage = await openStage({
      build: 'echo built > made.txt',
      deploy: 'cat made.txt >> "$OUT/ran"',
      verify: 'test -e made.txt',
    });
    services = stage.services;
    ran = join(services.dataDirectory, 'ran');
    stage.services.settings.products[0]!.env = { OUT: services.dataDirectory };
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    gate = { opened, open, reached: false };
  }, 60_000);
  afterEach(async () => {
    gate.open();
    await stage.close();
  });

  /** The same, but for the pool, which waits. */
  function slow(): Services {
    const pool = services.trees('shop');
    const waiting: Pool = {
      idle: () => pool.idle(),
      async take(wanted) {
        gate.reached = true;
        await gate.opened;
        return pool.take(wanted);
      },
    };
    return { ...services, trees: () => waiting };
  }
  async function builtRelease(): Promise<void> {
    await build(services, await requestBuild(services, sha));
    expect((await services.store.load('builds', `shop@${sha}`))?.status).toBe('succeeded');
    await makeRelease(services, sha);
  }
  const environment = async () => (await services.store.load('environments', ENVIRONMENT))!;
  const leaseOf = async () => (await environment()).open[0]?.attempts.at(-1)?.leaseUntil ?? 0;
  const tell = (command: { type: 'tick' } | { type: 'workersGone'; except: string }) =>
    apply(services, 'environments', ENVIRONMENT, { id: services.newId(), actor: ROBOT, ...command });

  it('a deploy keeps its lease for longer than a lease lasts, and runs', async () => {
    await builtRelease();
    const deploying = deploy(slow(), ENVIRONMENT);
    await until('the tree is asked for', () => gate.reached);
    for (let passed = 0; passed < 2 * (QUICK.leaseMs + QUICK.marginMs); passed += QUICK.leaseMs) {
      stage.clock.aheadMs += QUICK.leaseMs;
      // Nobody looked since: the sweep does, once the worker had its chance.
      await until('the lease is renewed', async () => (await leaseOf()) > services.now());
      await tell({ type: 'tick' });
    }
    expect((await environment()).open[0]?.status).toBe('deploying');
    gate.open();
    await deploying;
    expect(await readFile(ran, 'utf8')).toBe('built\n');
    expect((await environment()).deployed?.sha).toBe(sha);
  }, 60_000);

  it('a cancel stops the deploy before it runs, and the environment is unchanged', async () => {
    await builtRelease();
    const deploying = deploy(slow(), ENVIRONMENT);
    await until('the tree is asked for', () => gate.reached);
    await apply(services, 'environments', ENVIRONMENT, {
      id: 'cancel',
      actor: ADA,
      type: 'cancel',
      release: 1,
      reason: null,
    });
    // It looks again before it begins, when it last looked a while ago.
    stage.clock.aheadMs += 2_000;
    gate.open();
    await deploying;
    expect(existsSync(ran)).toBe(false);
    const { open, uncertain } = await environment();
    expect(uncertain).toBe(false);
    expect(open[0]).toMatchObject({ status: 'errored', erroredIn: 'deploy' });
    expect(open[0]?.attempts.at(-1)?.outcome).toMatchObject({ kind: 'errored', ran: false });
  }, 60_000);

  it('a lost lease stops the deploy before it runs, and that is known', async () => {
    await builtRelease();
    const deploying = deploy(slow(), ENVIRONMENT);
    await until('the tree is asked for', () => gate.reached);
    await tell({ type: 'workersGone', except: 'another' });
    expect((await environment()).open[0]).toMatchObject({ status: 'errored' });
    expect((await environment()).uncertain).toBe(true);
    // It looks again before it begins, when it last looked a while ago.
    stage.clock.aheadMs += 2_000;
    gate.open();
    await deploying;
    expect(existsSync(ran)).toBe(false);
    expect((await environment()).uncertain).toBe(false);
  }, 60_000);

  thoroughTest(
    'a stopping process does not begin a deploy, and leaves a verification to others',
    async () => {
      await builtRelease();
      const deploying = deploy(slow(), ENVIRONMENT);
      await until('the tree is asked for', () => gate.reached);
      stage.stopping.abort();
      gate.open();
      await deploying;
      expect(existsSync(ran)).toBe(false);
      expect((await environment()).uncertain).toBe(false);
    },
    60_000,
  );

  thoroughTest(
    'a build keeps its lease for longer than a lease lasts, at the step fetch',
    async () => {
      const id = await requestBuild(services, sha);
      const building = build(slow(), id);
      await until('the tree is asked for', () => gate.reached);
      const attempt = async () => (await services.store.load('builds', id))?.attempt;
      for (let passed = 0; passed < 2 * (QUICK.leaseMs + QUICK.marginMs); passed += QUICK.leaseMs) {
        stage.clock.aheadMs += QUICK.leaseMs;
        await until(
          'the lease is renewed',
          async () => ((await attempt())?.leaseUntil ?? 0) > services.now(),
        );
        await apply(services, 'builds', id, { id: services.newId(), actor: ROBOT, type: 'tick' });
      }
      expect(await attempt()).toMatchObject({ number: 1, step: 'fetch', outcome: null });
      gate.open();
      await building;
      expect(await attempt()).toMatchObject({ number: 1, step: 'build', outcome: { kind: 'succeeded' } });
    },
    60_000,
  );

  thoroughTest(
    'a build that lost its lease runs nothing',
    async () => {
      const id = await requestBuild(services, sha);
      const building = build(slow(), id);
      await until('the tree is asked for', () => gate.reached);
      await apply(services, 'builds', id, {
        id: services.newId(),
        actor: ROBOT,
        type: 'workersGone',
        except: 'another',
      });
      gate.open();
      await building;
      expect(await readdir(inTrees(services, '1'))).not.toContain('made.txt');
      expect(await services.store.load('builds', id)).toMatchObject({ status: 'requested', attempts: 1 });
    },
    60_000,
  );

  describe('the artifact of a build', () => {
    const archives = () => join(services.dataDirectory, 'artifacts');

    it('makes the build errored, with the reason, when it cannot be stored', async () => {
      writeFileSync(archives(), 'no directory');
      const id = await requestBuild(services, sha);
      await build(services, id);
      const stored = await services.store.load('builds', id);
      expect(stored).toMatchObject({ status: 'errored', attempt: { outcome: { kind: 'errored' } } });
      expect(JSON.stringify(stored?.attempt?.outcome)).toContain('could not be kept');
    }, 60_000);

    it('is restored into another tree when the one it was built in has changed', async () => {
      await builtRelease();
      writeFileSync(inTrees(services, '1', 'made.txt'), 'somebody else');
      await deploy(services, ENVIRONMENT);
      expect(await readFile(ran, 'utf8')).toBe('built\n');
      expect((await environment()).accepted?.sha).toBe(sha);
    }, 60_000);

    it('is built again when it is gone, and the deploy goes on by itself', async () => {
      await builtRelease();
      rmSync(archives(), { recursive: true });
      rmSync(inTrees(services), { recursive: true });
      await deploy(services, ENVIRONMENT);
      expect(existsSync(ran)).toBe(false);
      expect(await environment()).toMatchObject({
        uncertain: false,
        deployed: null,
        open: [{ status: 'queued', begun: false, build: 'pending', builtAgain: true }],
      });
      await dispatchEffects(services, { kind: 'environments', id: ENVIRONMENT });
      await build(services, `shop@${sha}`);
      await dispatchEffects(services, { kind: 'builds', id: `shop@${sha}` });
      await deploy(services, ENVIRONMENT);
      expect(await readFile(ran, 'utf8')).toBe('built\n');
      expect((await services.store.load('builds', `shop@${sha}`))?.attempts).toBe(2);
    }, 60_000);

    thoroughTest(
      'says what to do when it goes just before it is restored',
      async () => {
        await builtRelease();
        rmSync(inTrees(services), { recursive: true });
        const { artifacts } = services;
        const going = new Proxy(artifacts, {
          get: (of, key) => (key === 'restore' ? async () => 'gone' : Reflect.get(of, key).bind(of)),
        });
        await deploy({ ...services, artifacts: going }, ENVIRONMENT);
        const { open, uncertain } = await environment();
        expect(existsSync(ran)).toBe(false);
        expect(uncertain).toBe(false);
        expect(open[0]?.attempts.at(-1)?.outcome).toMatchObject({
          kind: 'errored',
          ran: false,
          reason: expect.stringContaining('no longer kept'),
        });
      },
      60_000,
    );

    it('runs nothing when it is damaged, and can be built again on request, then deployed', async () => {
      await builtRelease();
      rmSync(inTrees(services), { recursive: true });
      const [archive] = readdirSync(join(archives(), 'shop')).filter((name) => name.endsWith('.tar.gz'));
      truncateSync(join(archives(), 'shop', archive!), 0);
      await deploy(services, ENVIRONMENT);
      expect(existsSync(ran)).toBe(false);
      expect((await environment()).open[0]?.attempts.at(-1)?.outcome).toEqual({
        kind: 'errored',
        ran: false,
        reason: `the artifacts of the build of ${sha.slice(0, 7)} are damaged: /release rebuild shop ${sha.slice(0, 7)} builds it again`,
      });
      const again = { id: 'rebuild', actor: ADA };
      expect(await requestRebuild(services as ChatServices, again, 'shop', sha)).toEqual({
        kind: 'accepted',
      });
      await build(services, `shop@${sha}`);
      // What is whole is not built again.
      const refused = await requestRebuild(
        services as ChatServices,
        { ...again, id: 'once more' },
        'shop',
        sha,
      );
      expect(refused).toMatchObject({ kind: 'refused', refusal: { rule: 'buildSettled' } });
      await apply(services, 'environments', ENVIRONMENT, {
        id: 'again',
        actor: ADA,
        type: 'retry',
        release: 1,
      });
      await deploy(services, ENVIRONMENT);
      expect(await readFile(ran, 'utf8')).toBe('built\n');
    }, 60_000);

    it('runs nothing when it cannot be read, and the tree is free again', async () => {
      await builtRelease();
      rmSync(inTrees(services, '1', 'made.txt'));
      const { artifacts } = services;
      const restore = async () => Promise.reject(new StoreError('no disk'));
      const unreadable = new Proxy(artifacts, {
        get: (of, key) => (key === 'restore' ? restore : Reflect.get(of, key).bind(of)),
      });
      await deploy({ ...services, artifacts: unreadable }, ENVIRONMENT);
      expect((await environment()).open[0]?.attempts.at(-1)?.outcome).toMatchObject({
        kind: 'errored',
        ran: false,
        reason: 'no disk',
      });
      const lease = await services.trees('shop').take({ sha, built: null, lockFile: '/none' });
      expect(lease.directory).toBe(inTrees(services, '1'));
      await lease.release();
    }, 60_000);
  });
});
