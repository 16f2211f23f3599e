import { work } from '../../../src/app/work.ts';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { Attempt } from '../../../src/domain/documents/values/release.ts';
import type { Remote } from '../../../src/domain/documents/values/remote.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { KINDS } from '../../../src/flow/commands/kinds.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { Follower } from '../../../src/flow/remote/follow.ts';
import { ringRemotes } from '../../../src/flow/remote/ring.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { StepSettings } from '../../../src/flow/settings/steps.ts';
import { takeOver } from '../../../src/flow/upkeep/sweep.ts';
import { type MemorySystem, memorySystem } from '../../support/executors/memory.ts';
import { describeTiers, type Tier } from '../../support/services/tiers.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

const ID = 'shop/integration';
const SHA = 'a'.repeat(40);
const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;
const LIMIT_MS = 60_000;
const START_OVER = QUICK.remoteStartMs + QUICK.marginMs;

/** Never answers: the process is gone. */
const killed = () => new Promise<void>(() => {});

describeTiers('a step that another system carries out', (tier: Tier) => {
  let stage: Stage;
  let services: Services;
  let system: MemorySystem;

  async function open(how: { idempotent?: boolean; verify?: boolean } = {}): Promise<void> {
    system = memorySystem();
    const steps = how.verify ? (['deploy', 'verify'] as const) : (['deploy'] as const);
    stage = await openStage({ deploy: 'exit 1' }, undefined, { system, steps, timeoutMs: LIMIT_MS, tier });
    services = stage.services;
    services.settings.products[0]!.secrets = ['S3CRET'];
    services.settings.products[0]!.environments[0].policy.idempotent = how.idempotent ?? false;
    await makeRelease(services, SHA);
    await command({ type: 'buildEnded', sha: SHA, succeeded: true });
  }
  afterEach(() => stage.close());

  const command = (ask: object) =>
    apply(services, 'environments', ID, { id: services.newId(), actor: ROBOT, ...ask } as never);
  const cancel = () => command({ type: 'cancel', actor: ADA, release: 1, reason: null });

  /** The same services in another process. */
  const another = (): Services => ({ ...services, worker: services.newId() });
  const follow = (by: Services = another()) => new Follower(by, 2).follow(ID);

  async function environment(): Promise<Environment> {
    return (await services.store.load('environments', ID))!;
  }
  async function release() {
    const { open, ended } = await environment();
    return [...ended.map((entry) => entry.release), ...open].find(({ number }) => number === 1)!;
  }
  const attempt = async (): Promise<Attempt> => (await release()).attempts.at(-1)!;
  const remote = async (): Promise<Remote> => (await attempt()).remote!;

  /** A worker begins it, and the system runs it. */
  async function started(how: Parameters<typeof open>[0] = {}): Promise<string> {
    await open(how);
    await deploy(services, ID);
    return (await remote()).key;
  }

  /** Follows whenever it is due, for so long. */
  async function goOn(ms: number): Promise<void> {
    const end = services.clock.leaseNow() + ms;
    for (;;) {
      const now = services.clock.leaseNow();
      const { lookAt = null } = (await attempt()).remote ?? {};
      if (lookAt === null || lookAt > end) {
        stage.clock.aheadMs += Math.max(0, end - now);
        return;
      }
      stage.clock.aheadMs += Math.max(0, lookAt - now);
      await follow();
    }
  }

  test('is begun, started once and given back; whoever is alive follows it to its end', async () => {
    const key = await started({ verify: true });
    expect(system.asked).toEqual([`start ${key}`]);
    expect(await attempt()).toMatchObject({
      outcome: null,
      remote: { run: { id: `run of ${key}`, url: `https://deploy.acme.test/${key}` } },
    });
    await follow();
    expect(system.asked).toHaveLength(1);
    system.lastLine = 'rolling out S3CRET';
    system.waits = 'a reviewer';
    await goOn(QUICK.remoteQuickMs);
    expect(await attempt()).toMatchObject({
      lastLine: 'rolling out ***',
      remote: { waits: 'a reviewer' },
    });
    system.become(key, 'succeeded');
    await goOn(QUICK.remoteQuickMs);
    expect((await environment()).deployed).toMatchObject({ sha: SHA });
    await deploy(another(), ID);
    const verification = (await remote()).key;
    expect(verification).not.toBe(key);
    system.become(verification, 'succeeded');
    await goOn(QUICK.remoteQuickMs);
    expect((await release()).status).toBe('accepted');
    expect(system.asked.filter((call) => call.startsWith('start'))).toHaveLength(2);
  });

  test('is due in the lane `follow` when its system is to be asked, and in no other', async () => {
    await started();
    const lanes = async () =>
      KINDS.environments
        .wakeUps(services, await environment())
        .map(({ lane }) => lane)
        .filter((lane) => lane !== 'tell');
    // Before its time, however long the start took.
    stage.clock.aheadMs -= 60_000;
    expect(await lanes()).toEqual([]);
    stage.clock.aheadMs += 60_000 + QUICK.remoteQuickMs;
    expect(await lanes()).toEqual(['follow']);
  });

  test('is begun, followed and ended by the lanes of a worker', async () => {
    await open();
    const atATime = { builds: 1, deploys: 1 };
    const working = work({ role: 'worker', services }, { alone: tier === 'embedded', atATime });
    await working.begin();
    try {
      const running = await until('it runs', async () => (await release())?.attempts.at(-1)?.remote?.run);
      await cancel();
      await until('it is cancelled', async () => (await release()).status === 'cancelled');
      expect(system.cancels(running.id.replace('run of ', ''))).toBe(1);
    } finally {
      working.stop();
    }
  });

  describe('whose worker is killed', () => {
    const kills: [string, (by: MemorySystem) => void, starts: number][] = [
      [
        'before the call',
        (by) => {
          by.before = killed;
        },
        0,
      ],
      [
        'while the answer is on its way',
        (by) => {
          by.after = killed;
        },
        1,
      ],
    ];
    test.each(kills)('%s, is looked for by others, and never started again', async (_, kill, starts) => {
      await open();
      kill(system);
      void deploy(services, ID);
      await until('it is started', () => system.asked.length === 1);
      const { key } = await remote();
      system.before = () => {};
      system.after = () => {};
      await follow();
      expect(system.asked).toEqual([`start ${key}`]);
      // The next process of the embedded tier knows at its start that this one is gone.
      if (tier === 'embedded') await takeOver(another());
      await goOn(tier === 'embedded' ? 1 : START_OVER + 1);
      expect(system.asked[1]).toBe(`find ${key}`);
      expect((await release()).status).toBe('deploying');
      if (starts === 1) {
        expect((await remote()).run).toEqual({ id: `run of ${key}`, url: expect.any(String) });
        system.become(key, 'succeeded');
      }
      await goOn(2 * QUICK.remoteFindMs);
      expect((await release()).status).toBe(starts === 1 ? 'accepted' : 'errored');
      expect(system.starts(key)).toBe(starts);
    });

    test('before the call, is begun again under another id where that is harmless', async () => {
      await open({ idempotent: true });
      system.before = killed;
      void deploy(services, ID);
      await until('it is started', () => system.asked.length === 1);
      system.before = () => {};
      const first = (await remote()).key;
      await goOn(START_OVER + 2 * QUICK.remoteFindMs);
      expect((await release()).status).toBe('queued');
      await deploy(another(), ID);
      const second = (await remote()).key;
      expect([system.starts(first), system.starts(second)]).toEqual([0, 1]);
    });

    test('and comes back too late, has what it started ended', async () => {
      await open({ idempotent: true });
      let wake = () => {};
      system.before = (call) =>
        call === 'start'
          ? new Promise<void>((resolve) => {
              wake = resolve;
            })
          : undefined;
      const late = deploy(services, ID);
      await until('it is started', () => system.asked.length === 1);
      const first = (await remote()).key;
      await goOn(START_OVER + 2 * QUICK.remoteFindMs);
      system.before = (call, key) => (call === 'start' && key === first ? killed() : undefined);
      await deploy(another(), ID);
      wake();
      await late;
      expect(system.cancels(first)).toBe(1);
      expect(system.cancels((await remote()).key)).toBe(0);
    });
  });

  describe('whose start had no answer, at a system that begins what it is asked about', () => {
    /** A first attempt that is interrupted while a follower is held up, and a second one that runs. */
    async function heldUp(
      until: 'its client is opened' | 'it asks',
    ): Promise<[first: string, second: string]> {
      await open({ idempotent: true });
      system = memorySystem({ findBegins: true });
      const executor = async () => system.open({ now: services.now, timeoutMs: QUICK.remoteCallMs });
      Object.assign(services, { executor });
      system.server.fault = { kind: 'reset' };
      await deploy(services, ID);
      const first = (await remote()).key;
      await goOn(LIMIT_MS - 1_000);
      let wake = () => {};
      const held = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const late = another();
      let isHeld = false;
      const hold = async () => {
        isHeld = true;
        await held;
      };
      if (until === 'its client is opened')
        late.executor = async () => {
          await hold();
          return executor();
        };
      else system.before = (call) => (call === 'find' && !isHeld ? hold() : undefined);
      stage.clock.aheadMs += 2_000;
      const following = follow(late);
      await until_(() => isHeld);
      await goOn(5_000);
      expect((await release()).status).toBe('queued');
      system.server.fault = null;
      await deploy(another(), ID);
      wake();
      await following;
      return [first, (await remote()).key];
    }
    const until_ = (isTrue: () => boolean) => until('the follower is held up', isTrue);

    test('is not begun by a follower that was held up until another attempt runs', async () => {
      const [first, second] = await heldUp('its client is opened');
      expect([system.starts(first), system.starts(second)]).toEqual([0, 1]);
    });

    test('is ended if a follower that was held up within its call has begun it', async () => {
      const [first, second] = await heldUp('it asks');
      expect([system.starts(first), system.cancels(first)]).toEqual([1, 1]);
      expect([system.starts(second), system.cancels(second)]).toEqual([1, 0]);
    });
  });

  test('is looked for where the answer to its start was lost', async () => {
    await open();
    system.server.fault = { kind: 'lost', at: /./ };
    await deploy(services, ID);
    system.server.fault = null;
    const { key, run, silent } = await remote();
    expect(run).toBeNull();
    expect(silent?.reason).toBe('its answer was lost');
    await goOn(QUICK.remoteQuickMs);
    expect(system.asked).toEqual([`start ${key}`, `find ${key}`]);
    expect((await remote()).run).not.toBeNull();
    expect((await remote()).silent).toBeUndefined();
  });

  test('is not started when the lease leaves no time for the call', async () => {
    await open();
    await deploy({ ...services, timing: { ...QUICK, remoteStartMs: QUICK.remoteCallMs } }, ID);
    expect(system.asked).toEqual([]);
    expect(await attempt()).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    expect((await environment()).uncertain).toBe(false);
  });

  test('is not started by a process that stops', async () => {
    await open();
    const stops = async () => {
      stage.stopping.abort();
      return system.open({ now: services.now, timeoutMs: QUICK.remoteCallMs });
    };
    await deploy({ ...services, executor: stops }, ID);
    expect(system.asked).toEqual([]);
    expect(await attempt()).toMatchObject({ outcome: { kind: 'errored', ran: false } });
  });

  test('whose client cannot be opened was not started, or is not known, and is asked about again', async () => {
    await open();
    const broken = { ...services, executor: () => Promise.reject(new Error('no such forge')) };
    await deploy(broken, ID);
    expect(await attempt()).toMatchObject({ outcome: { kind: 'errored', ran: false } });
    await stage.close();
    await started();
    stage.clock.aheadMs += QUICK.remoteQuickMs;
    await follow({ ...another(), executor: () => Promise.reject(new Error('no such forge')) });
    expect((await remote()).silent?.reason).toContain('could not ask');
    expect((await remote()).lookAt).toBeGreaterThan(services.clock.leaseNow());
  });

  test('that is refused did not run', async () => {
    await open();
    system.server.fault = { kind: 'answer', status: 403, headers: {}, text: '' };
    await deploy(services, ID);
    expect(await attempt()).toMatchObject({
      outcome: { kind: 'errored', reason: 'it said 403', ran: false },
    });
    expect((await environment()).uncertain).toBe(false);
  });

  test('may be asked about by two at once: one end, one reply', async () => {
    const key = await started();
    system.become(key, 'failed');
    stage.clock.aheadMs += QUICK.remoteQuickMs;
    await Promise.all([follow(), follow(), follow()]);
    expect((await release()).status).toBe('failed');
    const { effects } = await environment();
    const replies = effects.filter(({ command }) => command.type === 'reply');
    expect(replies).toHaveLength(1);
    expect(await attempt()).toMatchObject({
      outcome: { kind: 'failed', how: { kind: 'outside', says: 'the run failed' } },
    });
  });

  describe('that a person cancels', () => {
    test('is ended there at once', async () => {
      const key = await started();
      await cancel();
      await follow();
      expect(system.asked.slice(1)).toEqual([`cancel ${key}`, `look ${key}`, `log ${key}`]);
      expect((await attempt()).outcome).toEqual({ kind: 'cancelled' });
      expect((await release()).end).toMatchObject({ by: ADA });
    });

    test('while its start has no answer, is ended when its run is known', async () => {
      await open();
      system.server.fault = { kind: 'lost', at: /./ };
      await deploy(services, ID);
      system.server.fault = null;
      await cancel();
      await goOn(QUICK.remoteQuickMs);
      await follow();
      expect((await release()).status).toBe('cancelled');
      expect(system.cancels((await remote()).key)).toBe(1);
    });

    test('is asked for again while the system does not answer', async () => {
      const key = await started();
      await cancel();
      system.server.fault = { kind: 'reset' };
      await follow();
      expect((await remote()).cancel).toMatchObject({ open: true });
      system.server.fault = null;
      await goOn(QUICK.remoteSilentMs);
      expect(system.cancels(key)).toBe(1);
      expect((await release()).status).toBe('cancelled');
    });

    test('goes on where it cannot be ended there, which is said once', async () => {
      const key = await started();
      system.refuses = 'end it there: S3CRET';
      await cancel();
      await goOn(QUICK.remoteYoungMs);
      expect(system.asked.filter((call) => call === `cancel ${key}`)).toHaveLength(1);
      expect((await remote()).cancel).toMatchObject({ refused: 'end it there: ***' });
      const told = (await environment()).effects.flatMap(({ command }) =>
        command.type === 'reply' && 'reply' in command ? [command.reply.event.kind] : [],
      );
      expect(told.filter((kind) => kind === 'cancelRefused')).toHaveLength(1);
      system.become(key, 'succeeded');
      await goOn(QUICK.remoteLookMs);
      expect((await release()).status).toBe('accepted');
    });
  });

  describe('that takes too long', () => {
    test('is ended there, and failed by its limit', async () => {
      const key = await started();
      await goOn(LIMIT_MS + QUICK.remoteQuickMs);
      expect(system.cancels(key)).toBe(1);
      expect((await attempt()).outcome).toEqual({
        kind: 'failed',
        how: { kind: 'timeout', afterMs: LIMIT_MS },
      });
    });

    test('and does not end, is interrupted; its late success still counts', async () => {
      const key = await started();
      system.endures = true;
      await goOn(LIMIT_MS + QUICK.remoteEndMs + QUICK.remoteLookMs);
      expect((await attempt()).outcome).toEqual({ kind: 'interrupted' });
      expect(system.cancels(key)).toBe(1);
      system.become(key, 'succeeded');
      await goOn(2 * QUICK.remoteLaterMs);
      expect((await release()).status).toBe('accepted');
    });

    test('and whose system is silent, is never failed', async () => {
      await started();
      system.server.fault = { kind: 'reset' };
      await goOn(LIMIT_MS - 1_000);
      expect((await attempt()).outcome).toBeNull();
      await goOn(QUICK.remoteEndMs + 3_000);
      expect((await attempt()).outcome).toEqual({ kind: 'interrupted' });
      expect((await remote()).silent?.reason).toBe('it did not answer');
    });
  });

  test('that failed is looked at when the outside rings, and a success counts', async () => {
    const key = await started();
    system.become(key, 'failed');
    await goOn(QUICK.remoteQuickMs);
    expect((await release()).status).toBe('failed');
    const calls = system.asked.length;
    await goOn(3_600_000);
    expect(system.asked).toHaveLength(calls);
    system.become(key, 'succeeded');
    const shop = services.settings.products[0]!;
    expect(await ringRemotes(services, shop, () => false)).toBe(0);
    expect(await ringRemotes(services, shop, (known) => known.key === key)).toBe(1);
    await follow();
    expect((await release()).status).toBe('accepted');
  });

  test.each(['running', 'failed'] as const)(
    'that is %s, of a system that rings at each look, is asked about at most once in a while',
    async (state) => {
      const key = await started();
      system.become(key, state);
      await goOn(QUICK.remoteQuickMs);
      const shop = services.settings.products[0]!;
      const ring = () => ringRemotes(services, shop, (known) => known.key === key);
      const before = system.asked.length;
      const from = services.clock.leaseNow();
      await ring();
      for (let looks = 0; looks < 20; looks++) {
        stage.clock.aheadMs += Math.max(0, (await remote()).lookAt! - services.clock.leaseNow());
        await follow();
        await ring();
      }
      expect(system.asked.slice(before).filter((call) => call === `look ${key}`).length).toBe(20);
      expect(services.clock.leaseNow() - from).toBeGreaterThanOrEqual(19 * QUICK.remoteRingMs);
    },
  );

  test('leaves the end of its output as a log, masked, once', async () => {
    const key = await started();
    system.print(key, 'one\nS3CRET\nthree');
    system.become(key, 'failed');
    stage.clock.aheadMs += QUICK.remoteQuickMs;
    await Promise.all([follow(), follow()]);
    const { lines } = await services.logs.tail(`${ID}/1`, 10);
    expect(lines).toEqual(['one', '***', 'three']);
  });

  test.each<[what: string, step: StepSettings]>([
    ['by a command now', { run: 'true', timeoutMs: 1_000 }],
    [
      'by another server now',
      {
        remote: { system: 'http', url: 'https://another.acme.test/', secret: 'x' },
        timeoutMs: 1_000,
      },
    ],
  ])('is carried out %s: that is said, and nobody else is asked', async (_, step) => {
    await started();
    services.settings.products[0]!.environments[0].deploy = step;
    stage.clock.aheadMs += QUICK.remoteQuickMs;
    await follow();
    const { reason } = (await remote()).silent!;
    expect(reason).toContain('begun at the deploy server (https://deploy.acme.test/)');
    expect(reason).toContain('slipway.yml no longer');
    expect(system.asked).toHaveLength(1);
  });
});
