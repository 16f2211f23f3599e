import type { CardCommand } from '../../../src/domain/documents/commands/card.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const CARD = 'shop@head-1';
const SUBJECT = { kind: 'release', environment: environmentId('shop', 'integration'), number: 1 } as const;

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

describe('RULES 23: a call of a dead worker takes effect late', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let services: ChatServices;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    const opened = await openChat();
    sandbox = opened.sandbox;
    services = opened.chat(stage.services);
    await makeRelease(services, 'a'.repeat(40));
    await tell({ type: 'show', product: 'shop', subject: SUBJECT, progress: false });
  }, 60_000);
  afterEach(async () => {
    await sandbox.close();
    await stage.close();
  });

  const tell = (command: Bare<CardCommand>) =>
    apply(services, 'cards', CARD, { ...command, id: services.newId(), actor: ROBOT } as CardCommand);

  async function claimedByTheDead() {
    await tell({ type: 'claimCard', worker: 'dead', until: services.now() + 20_000 });
    await tell({ type: 'workersGone', except: services.worker });
  }

  const lateMessage = { text: 'late', blocks: [] };
  const texts = () => sandbox.messages('#shop').map(({ text }) => text);

  it('after another worker posted the card: the second card is removed, and the thread stays with the first', async () => {
    await claimedByTheDead();
    await postCard(services, CARD);
    const card = await services.store.load('cards', CARD);
    expect(card).toMatchObject({ claim: null, wakeAt: (card?.time ?? 0) + QUICK.cardDoubtMs });
    const channel = await services.chat.channel('#shop');
    await services.chat.post(channel, lateMessage, { card: CARD });
    await services.chat.post(channel, lateMessage, { card: 'shop@head-2' });
    await postCard(services, CARD);
    expect(texts()).toHaveLength(3);

    stage.clock.aheadMs = QUICK.cardDoubtMs;
    await postCard(services, CARD);
    const [first, other, ...more] = sandbox.messages('#shop');
    expect(first?.ts).toBe(card?.ts);
    expect(other?.metadata?.event_payload).toEqual({ card: 'shop@head-2' });
    expect(more).toEqual([]);
    expect(await services.store.load('cards', CARD)).toMatchObject({
      doubtUntil: null,
      wakeAt: null,
      claim: null,
    });
  });

  it('after another worker posted the reply: the second reply is removed', async () => {
    await postCard(services, CARD);
    for (const id of ['r1', 'r2']) {
      const event = { kind: 'retried', by: ROBOT } as const;
      const reply = { id, at: services.now(), event, release: null };
      await tell({ type: 'reply', product: 'shop', subject: SUBJECT, reply });
    }
    await claimedByTheDead();
    await postCard(services, CARD);
    const card = await services.store.load('cards', CARD);
    const [channel, ts] = [card?.channel ?? '', card?.ts ?? ''];
    await services.chat.post(channel, lateMessage, { card: CARD, reply: 'r1' }, { ts, broadcast: true });
    expect(texts()).toHaveLength(4);

    stage.clock.aheadMs = QUICK.cardDoubtMs;
    await postCard(services, CARD);
    expect(texts()).toHaveLength(3);
    expect(texts()).not.toContain('late');
  });

  it('before it could record the card of a push in a burst: the card is kept right, though it would be left out', async () => {
    await makeRelease(services, 'b'.repeat(40), 2);
    await tell({ type: 'show', product: 'shop', subject: null, progress: false, quietUntil: services.now() });
    await claimedByTheDead();
    const channel = await services.chat.channel('#shop');
    const { ts } = await services.chat.post(channel, lateMessage, { card: CARD });
    await postCard(services, CARD);
    expect(await services.store.load('cards', CARD)).toMatchObject({ ts });
    expect(texts()).not.toContain('late');
    expect(texts()).toHaveLength(1);
  });

  it('never, and the card of a push in a burst is overtaken: it is left out', async () => {
    await makeRelease(services, 'b'.repeat(40), 2);
    await tell({ type: 'show', product: 'shop', subject: null, progress: false, quietUntil: services.now() });
    await claimedByTheDead();
    await postCard(services, CARD);
    expect(await services.store.load('cards', CARD)).toMatchObject({ ts: null, claim: null });
    expect(texts()).toEqual([]);
  });

  it('and cannot be looked for without its channel: the card is not reported as undeliverable', async () => {
    await claimedByTheDead();
    await postCard(services, CARD);
    stage.clock.aheadMs = QUICK.cardDoubtMs;
    sandbox.faults.plan('conversations.history', { kind: 'error', error: 'channel_not_found' });
    await postCard(services, CARD);
    expect(await services.store.load('cards', CARD)).toMatchObject({ doubtUntil: null, undeliverable: null });
  });
});
