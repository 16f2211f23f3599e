import { randomUUID } from 'node:crypto';
import { enterHome } from '../../../src/flow/home/enter-home.ts';
import { Homes, heldMs } from '../../../src/flow/home/homes.ts';
import { HomeWatch } from '../../../src/flow/home/watch.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const CROWD = Array.from({ length: 40 }, (_, index) => ({ id: `U${index}`, name: `Person ${index}` }));
const OPENED = { type: 'homeOpened' } as const;
const LOOK_MS = 5_000;
const QUARTER_MS = 15 * 60_000;
const READS = new Set(['users.info', 'users.conversations']);

describe('what the Home tabs that are open ask of Slack', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let chat: (services: Stage['services']) => ChatServices;
  let heads = 0;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    ({ sandbox, chat } = await openChat(CROWD));
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    await stage.close();
  });
  beforeEach(() => {
    sandbox.faults.clear();
    // What was opened in one test is over in the next.
    stage.clock.aheadMs += 9 * 3_600_000;
  });

  /** A process that has just started. */
  function started(): { services: ChatServices; watch: HomeWatch } {
    const timing = { ...stage.services.timing, homeOpenMs: 8 * 3_600_000, homeLookMs: LOOK_MS };
    const services = { ...chat({ ...stage.services, timing, worker: randomUUID() }), homes: new Homes() };
    return { services, watch: new HomeWatch(services) };
  }

  const calls = (isCounted: (method: string) => boolean) =>
    sandbox.faults.calls.filter(({ method }) => isCounted(method)).length;
  async function counting(isCounted: (method: string) => boolean, act: () => Promise<unknown>) {
    const before = calls(isCounted);
    await act();
    return calls(isCounted) - before;
  }
  const reads = (act: () => Promise<unknown>) => counting((method) => READS.has(method), act);
  const published = (act: () => Promise<unknown>) => counting((method) => method === 'views.publish', act);
  const homeOf = (person: string) => JSON.stringify(sandbox.home(person)?.view);

  async function looks(watch: HomeWatch, count: number): Promise<void> {
    for (let look = 0; look < count; look += 1) {
      stage.clock.aheadMs += LOOK_MS;
      await watch.look();
    }
  }

  /** Returns the commit that the tabs then show. */
  async function changed({ services }: { services: ChatServices }): Promise<string> {
    heads += 1;
    await makeRelease(services, String(heads).repeat(40).slice(0, 40), heads);
    return String(heads).repeat(7).slice(0, 7);
  }

  async function all({ services }: { services: ChatServices }, people = CROWD): Promise<void> {
    for (const { id } of people) await enterHome(services, id, OPENED);
  }

  it.each([
    ['while they are known', 60_000],
    ['when they were asked about long ago', QUARTER_MS],
  ])('stays far below its limits however many there are, %s', async (_when, ms) => {
    const process = started();
    await all(process);
    stage.clock.aheadMs += ms;
    expect(await reads(() => looks(process.watch, 12))).toBeLessThanOrEqual(24);
  });

  it('stays below them after a restart too, and all tabs follow again in time', async () => {
    await all(started());
    const after = started();
    expect(await reads(() => looks(after.watch, 12))).toBeLessThanOrEqual(24);
    const sha = await changed(after);
    await looks(after.watch, CROWD.length);
    expect(CROWD.filter(({ id }) => !homeOf(id).includes(sha))).toEqual([]);
  }, 30_000);

  it.each(['users.info', 'users.conversations'])(
    'waits while Slack asks to wait with %s, and shows what happens as it is known',
    async (method) => {
      const process = started();
      await all(process, CROWD.slice(0, 4));
      await looks(process.watch, 1);
      stage.clock.aheadMs += QUARTER_MS;
      sandbox.faults.plan(method, { kind: 'rate_limited', retryAfterSeconds: 60 });
      expect(await published(() => looks(process.watch, 1))).toBe(0);
      expect(await reads(() => looks(process.watch, 10))).toBe(0);
      const sha = await changed(process);
      expect(await published(() => looks(process.watch, 1))).toBe(4);
      expect(homeOf('U3')).toContain(sha);
      expect(homeOf('U3')).not.toContain('Slack did not');
      sandbox.faults.clear();
      expect(await reads(() => looks(process.watch, 2))).toBeGreaterThan(0);
    },
  );

  it('is never shown by a tab that shows less than before', async () => {
    await all(started(), CROWD.slice(0, 2));
    const shown = homeOf('U0');
    const after = started();
    sandbox.faults.plan('users.conversations', { kind: 'rate_limited', retryAfterSeconds: 30 });
    expect(await published(() => looks(after.watch, 8))).toBe(0);
    await enterHome(after.services, 'U1', OPENED);
    expect(homeOf('U0')).toBe(shown);
    sandbox.faults.clear();
    await looks(after.watch, 20);
    expect(homeOf('U1')).toContain('*shop*');
  });

  it('leaves a tab as it is while Slack asks to wait when it is asked who is in a group', async () => {
    const [shop] = stage.services.settings.products;
    const [integration] = shop!.environments;
    const approvals = { ...integration.policy.approvals, rules: [{ required: 1, from: ['@managers'] }] };
    const named = { ...integration, policy: { ...integration.policy, approvals } };
    const settings = { products: [{ ...shop!, environments: [named] as [typeof named] }] };
    const { services } = started();
    const watch = new HomeWatch({ ...services, settings });
    await watch.look();
    await enterHome({ ...services, settings }, 'U0', OPENED);
    await looks(watch, 2);
    const sha = await changed({ services });
    stage.clock.aheadMs += 60_000;
    sandbox.faults.plan('usergroups.list', { kind: 'rate_limited', retryAfterSeconds: 30 });
    expect(await published(() => looks(watch, 5))).toBe(0);
    sandbox.faults.clear();
    expect(await published(() => looks(watch, 5))).toBe(1);
    expect(homeOf('U0')).toContain(sha);
  });

  it('is seen when somebody has joined a channel since', async () => {
    const channel = sandbox.workspace.channel('#shop')!;
    const { members } = channel;
    sandbox.workspace.changeChannel(channel.id, { members: ['U0'] });
    const process = started();
    await all(process, CROWD.slice(0, 2));
    expect(homeOf('U1')).toContain('No product of yours yet.');
    sandbox.workspace.changeChannel(channel.id, { members });
    stage.clock.aheadMs += QUARTER_MS;
    await looks(process.watch, 2);
    expect(homeOf('U1')).toContain('*shop*');
  });

  it('is asked by one process alone: the one through which a tab was used last', async () => {
    const [one, other] = [started(), started()];
    const open = ({ services }: typeof one) => services.homes.open(services.now());
    for (const process of [one, other]) await looks(process.watch, 1);
    await all(one, CROWD.slice(0, 3));
    await enterHome(other.services, 'U0', OPENED);
    await enterHome(other.services, 'U1', { type: 'switched', switches: {}, clickedAt: 1 });
    await looks(one.watch, 1);
    expect(open(one)).toEqual(['U2']);
    expect(open(other)).toEqual(['U0', 'U1']);
    const restarted = started();
    await looks(restarted.watch, 3);
    for (const process of [one, other]) await looks(process.watch, 1);
    expect([open(one), open(other)]).toEqual([[], []]);
    expect(open(restarted).toSorted()).toEqual(['U0', 'U1', 'U2']);
  });

  describe('when the process that keeps a tab up to date is gone', () => {
    const open = ({ services }: ReturnType<typeof started>) => services.homes.open(services.now());
    const HELD_MS = heldMs({ homeLookMs: LOOK_MS });

    it('is asked by one other process within minutes, which shows what has changed', async () => {
      const [gone, ...others] = [started(), started(), started()];
      for (const other of others) await looks(other.watch, 1);
      await all(gone, CROWD.slice(0, 2));
      await looks(gone.watch, 1);
      const sha = await changed(gone);
      for (const other of others) await looks(other.watch, 3);
      expect(others.flatMap(open)).toEqual([]);
      stage.clock.aheadMs += HELD_MS;
      for (let round = 0; round < 6; round += 1) for (const other of others) await looks(other.watch, 1);
      expect(others.flatMap(open).toSorted()).toEqual(['U0', 'U1']);
      expect([homeOf('U0'), homeOf('U1')].filter((home) => home.includes(sha))).toHaveLength(2);
      // Frozen, not gone: it lets go before it shows anything.
      await changed(gone);
      expect(await published(() => gone.watch.look())).toBe(0);
      expect(open(gone)).toEqual([]);
    });

    it('is not asked by others while that process looks, however long that is', async () => {
      const [one, other] = [started(), started()];
      for (const process of [one, other]) await looks(process.watch, 1);
      await all(one, CROWD.slice(0, 3));
      for (let passed = 0; passed < 3 * HELD_MS; passed += 2 * LOOK_MS) {
        for (const process of [one, other]) await looks(process.watch, 1);
      }
      expect([open(one).toSorted(), open(other)]).toEqual([['U0', 'U1', 'U2'], []]);
    });

    it('is asked by nobody once the tab counts as closed, or for whom Slack shows none', async () => {
      const [one, other] = [started(), started()];
      for (const process of [one, other]) await looks(process.watch, 1);
      await all(one, CROWD.slice(0, 2));
      await looks(one.watch, 2);
      await changed(one);
      sandbox.faults.plan('views.publish', { kind: 'error', error: 'user_not_found' }, 2);
      await looks(one.watch, 2);
      expect(open(one)).toEqual([]);
      await enterHome(one.services, 'U2', OPENED);
      await looks(one.watch, 1);
      stage.clock.aheadMs += 8 * 3_600_000;
      for (const process of [other, one, other]) await looks(process.watch, 2);
      expect([open(one), open(other)]).toEqual([[], []]);
      expect(await stage.services.store.due(Number.MAX_SAFE_INTEGER, 100, [''])).toEqual([]);
    });
  });
});
