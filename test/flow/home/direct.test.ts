import type { CardSubject } from '../../../src/domain/documents/values/card-subject.ts';
import type { Notice } from '../../../src/domain/documents/values/notice.ts';
import type { Switches } from '../../../src/domain/documents/values/switches.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { type Person, ROBOT } from '../../../src/domain/people/people.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { recordCard } from '../../../src/flow/cards/record-card.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { readersOf } from '../../../src/flow/home/readers.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const person = (name: string): Person => ({
  kind: 'person',
  id: `U${name.toUpperCase()}`,
  name,
  member: true,
});
const [ADA, LIN, MO] = [person('Ada'), person('Lin'), person('Mo')];
const PLACE = environmentId('shop', 'integration');

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
    const lock = {
      owner: MO,
      reason: 'x',
      at: 0,
      until: null,
      askedBy: [],
      remindAt: 0,
      reminders: 0,
      card: 'l',
    };
    const asked: Notice = { kind: 'unlockAsked', to: MO, by: LIN, lock, waiting: [], answer: null };
    await tell('lock', asked);
    await switched(MO, { lock: false });
    await tell('lock later', asked);
    expect(directs(MO)).toHaveLength(1);
  });

  it('that ask for what is settled by now are not sent', async () => {
    // The release is no candidate: it needs nobody's approval.
    await tell('asked', { kind: 'approvalAsked', to: LIN, release: 1, named: true });
    expect(directs(LIN)).toEqual([]);
    expect(await services.store.load('cards', 'asked')).toMatchObject({ ts: null, wakeAt: null });
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
});
