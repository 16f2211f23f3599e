import type { CardCommand } from '../../../src/domain/documents/commands/card.ts';
import type { CardSubject } from '../../../src/domain/documents/values/card-subject.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { checkChannel } from '../../../src/flow/cards/channels.ts';
import { DIRECT_TRIES } from '../../../src/flow/cards/delivery.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { Clock } from '../../../src/flow/services/clock.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { statusView } from '../../../src/flow/views/status.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { lockOf } from '../../chat/build.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;
const LONG_MS = 3_600_000;

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

describe('a card that Slack refuses', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let services: ChatServices;
  let asNew: () => ChatServices;
  let heads = 0;
  /** The card that a test is about, and what it shows. */
  let CARD: string;
  let SUBJECT: Extract<CardSubject, { kind: 'release' }>;
  let DM: string;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
  }, 60_000);
  afterAll(() => stage.close());

  beforeEach(async () => {
    const opened = await openChat([
      { id: 'U0ADA', name: 'Ada' },
      { id: 'U0LIN', name: 'Lin' },
    ]);
    sandbox = opened.sandbox;
    const began = Date.now();
    stage.clock.aheadMs = 0;
    const now = () => began + stage.clock.aheadMs;
    asNew = () => opened.chat({ ...stage.services, now, clock: new Clock({ now, monotonic: now }) });
    services = asNew();
    ({ card: CARD, subject: SUBJECT } = await newRelease());
    DM = `dm-${heads}`;
    await show(CARD);
  });
  afterEach(() => sandbox.close());

  async function newRelease() {
    heads += 1;
    await makeRelease(services, heads.toString(16).padStart(40, '0'), heads);
    const number = (await services.store.load('environments', 'shop/integration'))?.releases ?? 0;
    const environment = environmentId('shop', 'integration');
    const subject = { kind: 'release', environment, number } as const;
    return { card: `shop@head-${heads}`, subject };
  }

  const tell = (card: string, command: Bare<CardCommand>) =>
    apply(services, 'cards', card, { ...command, id: services.newId(), actor: ROBOT } as CardCommand);
  const show = (card: string, subject: CardSubject = SUBJECT, progress = false) =>
    tell(card, { type: 'show', product: 'shop', subject, progress });
  const reply = (id: string) => {
    const event = { kind: 'retried', by: ROBOT } as const;
    return tell(CARD, {
      type: 'reply',
      product: 'shop',
      subject: SUBJECT,
      reply: { id, at: services.now(), event, release: null },
    });
  };
  const stored = async (card = CARD) => {
    const found = await services.store.load('cards', card);
    if (!found) throw new Error(`no card ${card}`);
    return found;
  };
  const posts = () => sandbox.messages('#shop');
  const markOf = ({ metadata }: { metadata: unknown }) =>
    (metadata as { event_payload?: { card?: string; reply?: string } } | null)?.event_payload;
  const cardsIn = () => posts().filter((post) => markOf(post)?.reply === undefined);
  const calls = (method: string) => sandbox.faults.callsOf(method).length;
  const refuse = (method: string, error: string, times?: number) =>
    sandbox.faults.plan(method, { kind: 'error', error }, times);
  const boardSays = async (card = CARD) =>
    (await statusView(services, 'shop')).undeliverable.filter((words) => words.includes(card)).join(' ');
  const pass = (ms: number) => {
    stage.clock.aheadMs += ms;
  };

  describe('because somebody deleted it', () => {
    const deleteCard = () => {
      const [card] = cardsIn();
      if (!card) throw new Error('no card is there');
      sandbox.workspace.remove(card);
      return card.ts;
    };

    it('is posted again once, with its next change, and its thread continues there', async () => {
      await postCard(services, CARD);
      await reply('r1');
      await postCard(services, CARD);
      const gone = deleteCard();
      await show(CARD);
      await reply('r2');
      await postCard(services, CARD);
      await postCard(services, CARD);
      const [card, ...others] = cardsIn();
      expect(others).toEqual([]);
      expect(card?.ts).not.toBe(gone);
      expect(await stored()).toMatchObject({ ts: card?.ts, undeliverable: null, replies: [], claim: null });
      expect(
        posts()
          .filter((post) => post.threadTs === card?.ts)
          .map((post) => markOf(post)?.reply),
      ).toEqual(['r2']);
      expect(posts().filter((post) => markOf(post)?.reply === 'r1')).toHaveLength(1);
    });

    it('is also noticed by a reply alone', async () => {
      await postCard(services, CARD);
      deleteCard();
      await reply('r1');
      await postCard(services, CARD);
      const [card, ...others] = cardsIn();
      expect(others).toEqual([]);
      expect(
        posts()
          .filter((post) => post.threadTs === card?.ts)
          .map((post) => markOf(post)?.reply),
      ).toEqual(['r1']);
    });

    it('is posted again even if a worker died meanwhile', async () => {
      await postCard(services, CARD);
      deleteCard();
      await show(CARD);
      await reply('r1');
      await tell(CARD, { type: 'claimCard', worker: 'dead', until: services.now() + 20_000 });
      await tell(CARD, { type: 'workersGone', except: services.worker });
      await postCard(services, CARD);
      expect(cardsIn()).toHaveLength(1);
      expect(posts()).toHaveLength(2);
      expect((await stored()).replies).toEqual([]);
    });

    it('does not fill the channel when deleted again and again, or never found by Slack', async () => {
      await postCard(services, CARD);
      refuse('chat.update', 'message_not_found');
      const before = calls('chat.postMessage');
      for (let round = 0; round < 20; round += 1) {
        await show(CARD, SUBJECT, true);
        pass(QUICK.cardProgressMs);
        await postCard(services, CARD);
      }
      expect(calls('chat.postMessage') - before).toBeLessThan(10);
      sandbox.faults.clear();
      pass(LONG_MS);
      await show(CARD);
      await postCard(services, CARD);
      await postCard(services, CARD);
      expect(await stored()).toMatchObject({ undeliverable: null, claim: null, wakeAt: null });
    });
  });

  describe('because the channel is unavailable', () => {
    test.each(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action'])(
      'with %s waits, is shown in status, and is posted by itself when the channel is back',
      async (error) => {
        refuse('chat.postMessage', error);
        await postCard(services, CARD);
        const waits = await stored();
        expect(waits).toMatchObject({ fault: 'channel', claims: 0, failures: 1 });
        expect(waits.wakeAt).toBe(waits.time + (QUICK.cardAwayMs[0] ?? 0));
        expect(await boardSays()).toContain(error);
        pass(QUICK.cardAwayMs[0] ?? 0);
        await postCard(services, CARD);
        expect(calls('chat.postMessage')).toBe(2);
        sandbox.faults.clear();
        pass(LONG_MS);
        await postCard(services, CARD);
        expect(cardsIn()).toHaveLength(1);
        expect(await stored()).toMatchObject({ fault: null, undeliverable: null, failures: 0 });
        expect(calls('conversations.history')).toBe(0);
      },
    );

    it('is tried at growing intervals, and at once after a change, but not after progress', async () => {
      refuse('chat.postMessage', 'is_archived');
      const waits: number[] = [];
      for (let tries = 0; tries < 5; tries += 1) {
        await postCard(services, CARD);
        const { time, wakeAt } = await stored();
        waits.push((wakeAt ?? 0) - time);
        pass(LONG_MS);
      }
      expect(waits).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
      await postCard(services, CARD);
      const asked = calls('chat.postMessage');
      await show(CARD, SUBJECT, true);
      await postCard(services, CARD);
      expect(calls('chat.postMessage')).toBe(asked);
      await show(CARD);
      await postCard(services, CARD);
      expect(calls('chat.postMessage')).toBe(asked + 1);
    });

    it('is tried again after another successful post there, and nothing else is', async () => {
      await postCard(services, CARD);
      refuse('chat.postMessage', 'not_in_channel');
      refuse('chat.update', 'edit_window_closed');
      const others = [await newRelease(), await newRelease(), await newRelease()];
      for (const { card, subject } of others) {
        await show(card, subject);
        await postCard(services, card);
      }
      await show(CARD);
      await postCard(services, CARD);
      expect((await stored()).fault).toBe('message');
      sandbox.faults.clear();
      const [first, ...waiting] = others;
      if (first) await show(first.card, first.subject);
      if (first) await postCard(services, first.card);
      for (const { card } of waiting) expect(await stored(card)).toMatchObject({ wakeAt: 0, fault: null });
      expect((await stored()).fault).toBe('message');
    });

    it('is not tried again after a successful edit, as an app that left a channel can still edit there', async () => {
      await postCard(services, CARD);
      refuse('chat.postMessage', 'not_in_channel');
      const { card, subject } = await newRelease();
      await show(card, subject);
      await postCard(services, card);
      await show(CARD);
      await postCard(services, CARD);
      expect((await stored(card)).fault).toBe('channel');
    });
  });

  it('waits without doubt if this process may not post, which does not count against the card', async () => {
    for (const error of ['invalid_auth', 'token_revoked', 'missing_scope', 'no_permission']) {
      refuse('chat.postMessage', error, 1);
      await show(CARD);
      await postCard(services, CARD);
      expect(await stored()).toMatchObject({ fault: 'process', claims: 0 });
      expect(await boardSays()).toContain(error);
    }
    await show(CARD);
    await postCard(services, CARD);
    expect(cardsIn()).toHaveLength(1);
    expect(calls('conversations.history')).toBe(0);
  });

  describe('because its content is wrong', () => {
    test.each(['invalid_blocks', 'msg_blocks_too_long', 'msg_too_long', 'invalid_arguments'])(
      'with %s is shown as plain text, and drawn again with the next change',
      async (error) => {
        refuse('chat.postMessage', error, 1);
        await postCard(services, CARD);
        const [plain] = cardsIn();
        expect(plain?.blocks).toEqual([]);
        expect(plain?.text).toContain('shop/integration');
        expect(plain?.text).toContain('/release status');
        expect(await stored()).toMatchObject({ undeliverable: null, wakeAt: null });
        await show(CARD);
        await postCard(services, CARD);
        expect(cardsIn()[0]?.blocks).not.toEqual([]);
        refuse('chat.update', error, 1);
        await show(CARD);
        await postCard(services, CARD);
        expect(cardsIn()[0]?.blocks).toEqual([]);
      },
    );

    it('is not retried if its plain text is refused too, and later changes are posted', async () => {
      await postCard(services, CARD);
      refuse('chat.postMessage', 'invalid_blocks', 2);
      await reply('bad');
      await reply('good');
      await show(CARD);
      await postCard(services, CARD);
      expect(posts().map((post) => markOf(post)?.reply)).toEqual([undefined, 'good']);
      const waits = await stored();
      expect(waits).toMatchObject({ fault: 'request', wanted: waits.shown, claim: null });
      expect((waits.wakeAt ?? 0) - waits.time).toBe(QUICK.cardAwayMs[0]);
      pass(LONG_MS);
      await postCard(services, CARD);
      expect(posts().map((post) => markOf(post)?.reply)).toEqual([undefined, 'good', 'bad']);
      expect(await stored()).toMatchObject({ fault: null, replies: [], wakeAt: null });
    });

    test.each(['edit_window_closed', 'cant_update_message', 'invalid_blocks'])(
      'does not delay replies when its edit is refused with %s',
      async (error) => {
        await postCard(services, CARD);
        refuse('chat.update', error);
        await show(CARD);
        await reply('r1');
        await postCard(services, CARD);
        expect(posts().map((post) => markOf(post)?.reply)).toEqual([undefined, 'r1']);
        expect((await stored()).undeliverable).toContain(error);
        sandbox.faults.clear();
        pass(LONG_MS);
        await postCard(services, CARD);
        expect(await stored()).toMatchObject({ undeliverable: null, wakeAt: null });
      },
    );
  });

  describe('because its recipient is gone', () => {
    const notice = () => {
      const lock = lockOf({ owner: ADA });
      return show(DM, {
        kind: 'notice',
        place: 'shop/integration',
        notice: { kind: 'lockReminder', to: ADA, lock, over: false },
      });
    };

    test.each(['user_not_found', 'account_inactive', 'cannot_dm_bot', 'user_disabled'])(
      'ends at once with %s, and is reported',
      async (error) => {
        refuse('chat.postMessage', error);
        await notice();
        await postCard(services, DM);
        expect(await stored(DM)).toMatchObject({ fault: 'person', wakeAt: null, claim: null });
        expect(await boardSays(DM)).toMatch(new RegExp(`Ada .*gave up.*${error}`));
        await notice();
        pass(24 * LONG_MS);
        await tell(DM, { type: 'deliverAgain' });
        await postCard(services, DM);
        expect(calls('chat.postMessage')).toBe(1);
        expect(await boardSays(DM)).toBe('');
      },
    );

    it('distinguishes a deactivated recipient from our own deactivated account', async () => {
      refuse('auth.test', 'account_inactive');
      refuse('chat.postMessage', 'account_inactive');
      await notice();
      await postCard(services, DM);
      expect((await stored(DM)).fault).toBe('process');
    });

    it("ends when the person's account was deactivated", async () => {
      sandbox.workspace.setDeleted('U0ADA', true);
      await notice();
      await postCard(services, DM);
      expect((await stored(DM)).fault).toBe('person');
      expect(calls('chat.postMessage')).toBe(0);
      expect(await boardSays(DM)).toMatch(/Ada .*gave up.*no full member/);
    });

    it('ends after a while when the conversation does not exist', async () => {
      refuse('chat.postMessage', 'channel_not_found');
      await notice();
      for (let tries = 0; tries < DIRECT_TRIES + 5; tries += 1) {
        await postCard(services, DM);
        pass(LONG_MS);
      }
      expect(calls('chat.postMessage')).toBe(DIRECT_TRIES);
      expect((await stored(DM)).wakeAt).toBeNull();
    });
  });

  it('RULES 23: a post of somebody else with our mark neither counts as ours nor is removed', async () => {
    const [channel] = sandbox.workspace.channels();
    const metadata = { event_type: 'slipway_card', event_payload: { card: CARD } };
    const theirs = { text: 'theirs', blocks: [], metadata };
    const foreign = sandbox.workspace.post(channel?.id ?? '', 'U0LIN', theirs, null);
    await tell(CARD, { type: 'claimCard', worker: 'dead', until: services.now() + 20_000 });
    await tell(CARD, { type: 'workersGone', except: services.worker });
    await postCard(services, CARD);
    const ours = posts().filter(({ user }) => user === sandbox.workspace.bot.userId);
    expect(ours).toHaveLength(1);
    expect((await stored()).ts).toBe(ours[0]?.ts);
    pass(QUICK.cardDoubtMs);
    await postCard(services, CARD);
    expect(posts().map(({ ts }) => ts)).toEqual([foreign.ts, ours[0]?.ts]);
    expect(foreign.text).toBe('theirs');
    expect(calls('chat.delete')).toBe(0);
  });

  describe('the channel of the configuration', () => {
    const look = async () => {
      const [product] = services.settings.products;
      if (product) await checkChannel(services, product);
      return services.troubles.list('shop').map(({ says, todo }) => `${says}: ${todo}`);
    };
    const change = (what: Parameters<Sandbox['workspace']['changeChannel']>[1], which = '#shop') =>
      sandbox.workspace.changeChannel(which, what);

    it('is reported as archived, not joined or missing, with advice, until it is repaired', async () => {
      expect(await look()).toEqual([]);
      change({ archived: true });
      expect(await look()).toEqual([
        expect.stringMatching(/#shop is archived.*unarchive #shop.*\/invite @slipway/),
      ]);
      change({ archived: false, joined: false });
      expect(await look()).toEqual([
        expect.stringMatching(/not in the channel #shop.*\/invite @slipway.*#shop/),
      ]);
      change({ joined: true });
      expect(await look()).toEqual([]);
      sandbox.workspace.deleteChannel('#shop');
      expect(await look()).toEqual([
        expect.stringMatching(/no channel #shop.*\/invite @slipway.*slipway\.yml/),
      ]);
    });

    it('that was renamed is still used after a start, and its new name is reported', async () => {
      await look();
      change({ name: 'shop-two' });
      services = asNew();
      await postCard(services, CARD);
      expect(sandbox.messages('#shop-two')).toHaveLength(1);
      expect(await look()).toEqual([expect.stringMatching(/#shop is now called #shop-two.*"#shop-two"/)]);
      change({ name: 'shop' }, '#shop-two');
      expect(await look()).toEqual([]);
    });

    it('whose name now belongs to another channel is that other channel', async () => {
      await look();
      change({ name: 'shop-old' });
      sandbox.workspace.addChannel('#shop');
      services = asNew();
      expect(await look()).toEqual([]);
      await postCard(services, CARD);
      expect(posts()).toHaveLength(1);
      expect(sandbox.messages('#shop-old')).toEqual([]);
    });

    it('is found behind a thousand others, even if it is archived', async () => {
      for (let index = 0; index < 2_100; index += 1) sandbox.workspace.addChannel(`#other-${index}`);
      sandbox.workspace.deleteChannel('#shop');
      sandbox.workspace.addChannel('#shop');
      change({ archived: true });
      expect(await look()).toEqual([expect.stringContaining('#shop is archived')]);
      expect(calls('conversations.list')).toBe(3);
    });

    it('given by its id is used whatever its name', async () => {
      const [channel] = sandbox.workspace.channels();
      const [product] = services.settings.products;
      if (product) product.channel = channel?.id ?? '';
      change({ name: 'anything' });
      expect(await look()).toEqual([]);
      await postCard(services, CARD);
      expect(sandbox.messages('#anything')).toHaveLength(1);
    });
  });
});
