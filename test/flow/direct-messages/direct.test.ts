import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { LockCommand } from '../../../src/domain/documents/commands/lock.ts';
import type { CardSubject } from '../../../src/domain/documents/values/card-subject.ts';
import type { LockAnswer, Notice } from '../../../src/domain/documents/values/notice.ts';
import type { Switches } from '../../../src/domain/documents/values/switches.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { type Actor, type Person, ROBOT } from '../../../src/domain/people/people.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { recordCard } from '../../../src/flow/cards/record-card.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { readersOf } from '../../../src/flow/direct-messages/readers.ts';
import { isForNobody, readersOfCommits } from '../../../src/flow/direct-messages/unwanted.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { DamagedDocument, type Store } from '../../../src/ports/store.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import type { Fault } from '../../../src/sandbox/workspace/faults.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const person = (name: string): Person => ({
  kind: 'person',
  id: `U${name.toUpperCase()}`,
  name,
  member: true,
});
const [ADA, LIN, MO] = [person('Ada'), person('Lin'), person('Mo')];
const PLACE = environmentId('shop', 'integration');

const lockOf = (owner: Person) => ({
  owner,
  reason: 'database migration',
  at: 0,
  until: null,
  askedBy: [],
  remindAt: 0,
  reminders: 0,
  card: 'l',
});

describe('direct messages', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let services: ChatServices;
  let clicks = 0;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const opened = await openChat([
      { id: ADA.id, name: 'Ada', email: 'ada@example.com' },
      { id: LIN.id, name: 'Lin', email: 'lin@example.com' },
      { id: MO.id, name: 'Mo' },
    ]);
    sandbox = opened.sandbox;
    services = opened.chat(stage.services);
    await makeRelease(services, 'a'.repeat(40));
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    await stage.close();
  });
  beforeEach(() => sandbox.faults.clear());

  const directs = (to: Person) => sandbox.messages(sandbox.workspace.channel(to.id)?.id ?? '');

  async function switched({ id }: Person, switches: Switches): Promise<void> {
    clicks += 1;
    const command = {
      id: services.newId(),
      actor: ROBOT,
      type: 'switched',
      switches,
      clickedAt: clicks,
    } as const;
    await apply(services, 'people', id, command);
  }

  async function tell(card: string, notice: Notice): Promise<void> {
    const subject: CardSubject = { kind: 'notice', place: PLACE, notice };
    await recordCard(services, card, { type: 'show', product: 'shop', subject, progress: false });
    await postCard(services, card);
  }

  const reached = (to: Person): Notice => ({ kind: 'commitReached', to, release: 1, at: services.now() });

  it('are sent once, and only while they are switched on', async () => {
    await tell('off', reached(ADA));
    expect(directs(ADA)).toEqual([]);
    expect(await services.store.load('cards', 'off')).toMatchObject({ ts: null, wakeAt: null });
    await switched(ADA, { reached: true });
    await tell('on', reached(ADA));
    await postCard(services, 'on');
    expect(directs(ADA)).toHaveLength(1);
    await switched(ADA, { reached: false });
    await tell('off again', reached(ADA));
    await tell('on', reached(ADA));
    expect(directs(ADA)).toHaveLength(1);
  });

  it('about a lock are sent until they are switched off', async () => {
    const asked: Notice = {
      kind: 'unlockAsked',
      to: MO,
      by: LIN,
      lock: lockOf(MO),
      waiting: [],
      answer: null,
    };
    await tell('lock', asked);
    await switched(MO, { lock: false });
    await tell('lock later', asked);
    expect(directs(MO)).toHaveLength(1);
  });

  describe('that nobody wants leave no document behind', () => {
    const isForNobodyNow = (card: string, notice: Notice) => {
      const subject: CardSubject = { kind: 'notice', place: PLACE, notice };
      const command = {
        id: 'x',
        actor: ROBOT,
        type: 'show',
        product: 'shop',
        subject,
        progress: false,
      } as const;
      return isForNobody(services, { to: { kind: 'cards', id: card }, command });
    };

    it.each([true, false])('when somebody asks for their lock, and they want to know: %p', async (wanted) => {
      await switched(MO, { lock: wanted });
      const asking = { ...services, people: services.chat };
      const asks = async (actor: Person, command: Unsent<LockCommand>) =>
        (await apply(asking, 'environments', PLACE, { id: services.newId(), actor, ...command })).aggregate;
      const { lock } = await asks(MO, { type: 'lock', reason: 'mine', forMs: null });
      const before = await services.store.ids('cards', null, 1_000);
      await asks(LIN, { type: 'askToUnlock' });
      await asks(MO, { type: 'keepLock' });
      await dispatchEffects(services, { kind: 'environments', id: PLACE });
      const made = (await services.store.ids('cards', null, 1_000)).filter((id) => !before.includes(id));
      const questions = made.filter((id) => id.startsWith(lock?.card ?? '-') && id.endsWith(LIN.id));
      expect(questions).toHaveLength(wanted ? 1 : 0);
      // Whoever asks gets the answer, as they asked for it.
      expect(made.some((id) => id.includes('-answer-'))).toBe(true);
      expect((await services.store.load('environments', PLACE))?.effects).toEqual([]);
      await asks(MO, { type: 'unlock', ownerGone: false });
    });

    it('when a commit is deployed, and nobody wants to know where theirs are', async () => {
      for (const one of [ADA, LIN, MO]) await switched(one, {});
      const deployed: Notice = { kind: 'commitsDeployed', release: 1, at: services.now() };
      expect(await isForNobodyNow('deployed', deployed)).toBe(true);
      await switched(LIN, { reached: true });
      expect(await isForNobodyNow('deployed', deployed)).toBe(false);
    });

    it('but what was sent is kept right', async () => {
      await switched(ADA, { reached: true });
      await tell('kept', reached(ADA));
      await switched(ADA, {});
      expect(await isForNobodyNow('kept', reached(ADA))).toBe(false);
      expect(await isForNobodyNow('never made', reached(ADA))).toBe(true);
    });
  });

  it('that ask for what is settled by now are not sent', async () => {
    // The release is no candidate: it needs nobody's approval.
    await tell('asked', { kind: 'approvalAsked', to: LIN, release: 1, named: true });
    expect(directs(LIN)).toEqual([]);
    expect(await services.store.load('cards', 'asked')).toMatchObject({ ts: null, wakeAt: null });
  });

  it('about a lock are not sent once they ask for nothing', async () => {
    const answer: LockAnswer = { kind: 'unlocked', by: MO, at: 1, owner: null };
    const about = { to: MO, lock: lockOf(MO) };
    const asked: Extract<Notice, { kind: 'unlockAsked' }> = {
      kind: 'unlockAsked',
      ...about,
      by: LIN,
      waiting: [],
      answer: null,
    };
    await switched(MO, { lock: false });
    await tell('asked while off', asked);
    await switched(MO, {});
    await tell('asked', asked);
    await tell('reminded', { kind: 'lockReminder', ...about, over: false });
    const before = directs(MO).length;
    await tell('asked while off', { ...asked, answer });
    await tell('answered first', { ...asked, answer });
    await tell('over first', { kind: 'lockReminder', ...about, over: true });
    expect(directs(MO)).toHaveLength(before);
    // What was posted says so.
    await tell('asked', { ...asked, answer });
    await tell('reminded', { kind: 'lockReminder', ...about, over: true });
    expect(
      directs(MO)
        .slice(-2)
        .map(({ blocks }) => JSON.stringify(blocks).includes('button')),
    ).toEqual([false, false]);
  });

  it.each(['user_not_found', 'account_inactive', 'cannot_dm_bot', 'user_disabled'])(
    'that Slack does not take for %s end, and hold up nothing',
    async (error) => {
      await switched(LIN, { reached: true });
      sandbox.faults.plan('chat.postMessage', { kind: 'error', error }, 1);
      await tell(`to nobody: ${error}`, reached(LIN));
      expect(await services.store.load('cards', `to nobody: ${error}`)).toMatchObject({
        ts: null,
        fault: 'person',
        wakeAt: null,
      });
      const before = directs(LIN).length;
      await tell(`then: ${error}`, reached(LIN));
      expect(directs(LIN)).toHaveLength(before + 1);
    },
  );

  describe('for somebody who is no full member any more', () => {
    const GONE = 'Slipway’s messages are for full members of this workspace.';
    const lock = lockOf(MO);
    const answer = { kind: 'kept', by: LIN, at: 0, owner: LIN } as const;

    beforeEach(async () => {
      await switched(MO, { ended: true, reached: true, group: true });
      becomes({});
    });
    afterAll(() => becomes({}));

    /** What Slack says of Mo from now on. */
    function becomes(is: { isRestricted?: true; deleted?: true }): void {
      Object.assign(sandbox.workspace.person(MO.id)!, { isRestricted: false, deleted: false, ...is });
      // It is remembered for a minute.
      stage.clock.aheadMs += 61_000;
    }

    async function ended(): Promise<Notice> {
      const release = (await services.store.load('environments', PLACE))!.open[0]!;
      return { kind: 'releaseEnded', to: MO, release };
    }

    it.each<[string, () => Promise<Notice>]>([
      ['how a release ended', ended],
      ['a commit', async () => reached(MO)],
      [
        'a request for their lock',
        async () => ({ kind: 'unlockAsked', to: MO, by: LIN, lock, waiting: [], answer: null }),
      ],
      ['the answer to their request', async () => ({ kind: 'unlockAnswered', to: MO, lock, answer })],
      ['their lock', async () => ({ kind: 'lockReminder', to: MO, lock, over: false })],
    ])('about %s are not sent, and are edited to say nothing', async (what, make) => {
      const notice = await make();
      await tell(`before: ${what}`, notice);
      const posted = directs(MO).at(-1)!;
      expect(JSON.stringify(posted)).toContain('integration');
      becomes({ isRestricted: true });
      const before = directs(MO).length;
      await tell(`after: ${what}`, notice);
      expect(directs(MO)).toHaveLength(before);
      expect(await services.store.load('cards', `after: ${what}`)).toMatchObject({ ts: null, wakeAt: null });
      await tell(`before: ${what}`, notice);
      const edited = directs(MO).at(-1)!;
      expect([edited.ts, edited.text]).toEqual([posted.ts, GONE]);
      expect(JSON.stringify(edited.blocks)).not.toMatch(/integration|shop|Lin|button/);
    });

    it.each<[string, () => void]>([
      ['deactivated', () => becomes({ deleted: true })],
      [
        'unknown to Slack',
        () => {
          becomes({});
          sandbox.faults.plan('users.info', { kind: 'error', error: 'user_not_found' });
        },
      ],
    ])('and is %s are not sent', async (what, happens) => {
      happens();
      const before = directs(MO).length;
      await tell(what, reached(MO));
      expect(directs(MO)).toHaveLength(before);
      expect(await services.store.load('cards', what)).toMatchObject({ ts: null, wakeAt: null });
    });

    it('are edited once where a process ended before it could record the post', async () => {
      const notice = reached(MO);
      const subject: CardSubject = { kind: 'notice', place: PLACE, notice };
      await recordCard(services, 'cut', { type: 'show', product: 'shop', subject, progress: false });
      const until = services.clock.leaseNow() + 1_000;
      await recordCard(services, 'cut', { type: 'claimCard', worker: 'gone', until });
      await services.chat.post(MO.id, { text: 'shop/integration', blocks: [] }, { card: 'cut' });
      const before = directs(MO).length;
      becomes({ isRestricted: true });
      await postCard(services, 'cut');
      await postCard(services, 'cut');
      expect(directs(MO)).toHaveLength(before);
      expect(directs(MO).at(-1)!.text).toBe(GONE);
      const edits = sandbox.faults.calls.filter(
        ({ method, args }) =>
          method === 'chat.update' && args.text === GONE && args.ts === directs(MO).at(-1)!.ts,
      );
      expect(edits).toHaveLength(1);
    });

    it.each<[string, Fault]>([
      ['asks to wait', { kind: 'rate_limited', retryAfterSeconds: 30 }],
      ['does not answer', { kind: 'cut' }],
    ])('wait while Slack %s when it is asked who they are', async (what, fault) => {
      sandbox.faults.plan('users.info', fault);
      const before = directs(MO).length;
      await tell(what, reached(MO));
      expect(directs(MO)).toHaveLength(before);
      expect((await services.store.load('cards', what))?.wakeAt).not.toBeNull();
      sandbox.faults.clear();
      stage.clock.aheadMs += 31_000;
      await postCard(services, what);
      expect(directs(MO)).toHaveLength(before + 1);
    });
  });

  it('about an approval are for whom the rules name, and of groups for those who chose it', async () => {
    await switched(ADA, { awaited: false, group: true });
    await switched(LIN, { group: true });
    await switched(MO, {});
    const rules = [{ required: 1, from: [ADA.id, '@managers', MO.id] }];
    const approvals = { rules, self: false, authors: true, validForMs: 1 };
    const { policy } = services.settings.products[0]!.environments[0];
    const groups = [{ group: '@managers', members: [LIN.id, ADA.id, MO.id] }];
    const asking = { ...services, people: services.chat };
    expect(await readersOf(asking, { ...policy, approvals }, groups)).toEqual([
      { to: MO, named: true },
      { to: LIN, named: false },
    ]);
    expect(await readersOf(asking, { ...policy, approvals: { ...approvals, rules: [] } }, groups)).toEqual(
      [],
    );
  });

  it('are as usual for whose profile is damaged, and hold up nobody else', async () => {
    await switched(ADA, { awaited: false });
    await switched(LIN, { reached: true });
    const { store } = services;
    const damaged = new Proxy(store, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== 'function') return own;
        if (name !== 'load') return own.bind(target);
        const load: Store['load'] = async (kind, id) => {
          if (kind === 'people' && id === ADA.id) throw new DamagedDocument(kind, id, 'it is damaged');
          return target.load(kind, id);
        };
        return load;
      },
    });
    const reading = { ...services, store: damaged, people: services.chat };
    const rules = [{ required: 1, from: [ADA.id, MO.id] }];
    const approvals = { rules, self: false, authors: true, validForMs: 1 };
    const { policy } = services.settings.products[0]!.environments[0];
    expect((await readersOf(reading, { ...policy, approvals }, [])).map(({ to }) => to.id)).toEqual([
      ADA.id,
      MO.id,
    ]);
    expect(await readersOfCommits(reading)).toEqual([LIN.id]);
  });

  it('about an approval are put anew by a new message, and lose their buttons once it would be refused', async () => {
    const [environment] = services.settings.products[0]!.environments;
    const before = environment.policy;
    const rule = (from: string[], self = false) => {
      const approvals = { rules: [{ required: 1, from }], self, authors: true, validForMs: 3_600_000 };
      environment.policy = { ...before, mode: 'approval', approvals };
    };
    sandbox.workspace.userGroups.push({ id: 'S1', handle: 'managers', name: 'Managers', members: [LIN.id] });
    services = { ...services, people: services.chat };
    await switched(LIN, { group: true });
    const asks = async (actor: Actor, ask: Unsent<EnvironmentCommand>) => {
      await apply(services, 'environments', PLACE, {
        ...ask,
        id: services.newId(),
        actor,
      } as EnvironmentCommand);
      await dispatchEffects(services, { kind: 'environments', id: PLACE });
    };
    const told = directs(LIN).length;
    /** What Lin was told about it, by message. */
    const said = async () => {
      for (const again of ['', '-1']) await postCard(services, `${card}:approve-${LIN.id}${again}`);
      const messages = directs(LIN).slice(told);
      return messages.map(({ text, blocks }) => [text, JSON.stringify(blocks).includes('"Approve"')]);
    };
    rule(['@managers']);
    await asks(ADA, { type: 'prepare', sha: 'b'.repeat(40), ref: null, note: null });
    const { number: release, card } = (await services.store.load('environments', PLACE))!.open.at(-1)!;
    const asked = [expect.stringContaining('Approve the deploy of bbbbbbb'), true];
    expect(await said()).toEqual([asked]);
    await asks(LIN, { type: 'approve', release });
    expect(await said()).toEqual([[expect.stringContaining('Settled: approved by Lin'), false]]);
    rule(['@managers'], true);
    await asks(ROBOT, { type: 'tick' });
    const replaced = [expect.stringContaining('Replaced: your approval is asked for anew'), false];
    expect(await said()).toEqual([replaced, asked]);
    rule([MO.id]);
    await asks(ROBOT, { type: 'tick' });
    const barred = [expect.stringContaining('You cannot approve it: only Mo can approve'), false];
    expect(await said()).toEqual([barred, barred]);
    // While Slack does not say who is in the group, nobody is told that they are not.
    stage.clock.aheadMs += 61_000;
    sandbox.faults.plan('usergroups.users.list', { kind: 'rate_limited', retryAfterSeconds: 30 });
    rule(['@managers', ADA.id]);
    await asks(ROBOT, { type: 'tick' });
    expect(await said()).toEqual([barred, barred]);
    sandbox.faults.clear();
    stage.clock.aheadMs += 31_000;
    expect(await said()).toEqual([replaced, asked]);
    environment.policy = before;
  });
});
