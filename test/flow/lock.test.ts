import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Person } from '../../src/domain/people.ts';
import { announce } from '../../src/flow/announce.ts';
import { askOfLock, type LockWish } from '../../src/flow/ask-lock.ts';
import { carry } from '../../src/flow/carry.ts';
import type { ChatParts } from '../../src/flow/parts.ts';
import { type Chat, ChatError, type Message } from '../../src/ports/chat.ts';
import { openStage, type Stage } from './support.ts';

const person = (name: string): Person => ({ kind: 'person', id: `U${name}`, name, member: true });
const [ADA, LIN] = [person('ADA'), person('LIN')];
const HOUR = 3_600_000;
const PROD = { product: 'shop', environment: 'integration' };
const ALL = { product: 'shop', environment: null };

/** A chat that remembers what was posted, and where; people can be deactivated, and it can be away. */
class Desk implements Chat {
  posts: { channel: string; text: string; inThread: boolean }[] = [];
  gone = new Set<string>();
  away = false;
  channel = async (name: string) => name;
  direct = async (id: string) => `to ${id}`;
  async post(channel: string, { text }: Message, _mark: unknown, thread?: unknown) {
    this.posts.push({ channel, text, inThread: thread !== undefined });
    return { channel, ts: String(this.posts.length) };
  }
  async update() {}
  find = async () => [];
  async remove() {}
  permalink = async () => 'https://chat.example.com/1';
  async member(id: string) {
    if (this.away) throw new ChatError('unknown', 'no answer');
    return { id, name: id.slice(1), member: !this.gone.has(id), email: null };
  }
  groupId = async (handle: string) => `S${handle}`;
  groupMembers = async () => [];
}

let stage: Stage;
let desk: Desk;
let parts: ChatParts;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
}, 60_000);
afterAll(() => stage.close());
beforeEach(() => {
  desk = new Desk();
  parts = { ...stage.parts, chat: desk };
});

const ask = (actor: Person, wish: LockWish, target: typeof PROD | typeof ALL = PROD, shown?: string) =>
  askOfLock(parts, { id: parts.newId(), actor }, target, wish, shown);

test('the lock of somebody who was deactivated is free to take; where nobody knows, it is not', async () => {
  expect(await ask(ADA, { type: 'lock', reason: 'migration', forMs: null })).toMatchObject({
    kind: 'accepted',
  });
  expect(await ask(LIN, { type: 'unlock' })).toMatchObject({
    kind: 'refused',
    refusal: { rule: 'notLockOwner' },
  });
  desk.gone.add(ADA.id);
  desk.away = true;
  await expect(ask(LIN, { type: 'unlock' })).rejects.toThrow(ChatError);
  desk.away = false;
  expect(await ask(LIN, { type: 'unlock' })).toMatchObject({ kind: 'accepted', lock: null });
});

test('nobody hands a lock to somebody who is no member', async () => {
  await ask(ADA, { type: 'lock', reason: 'migration', forMs: null });
  desk.gone.add(LIN.id);
  expect(await ask(ADA, { type: 'handOver', to: LIN.id })).toMatchObject({ refusal: { rule: 'notMember' } });
  desk.gone.clear();
  expect(await ask(ADA, { type: 'handOver', to: LIN.id })).toMatchObject({ lock: { owner: { id: LIN.id } } });
  await ask(LIN, { type: 'unlock' });
});

test('a click on a lock that has ended does nothing to the one that holds now', async () => {
  const first = await ask(ADA, { type: 'lock', reason: 'one', forMs: null });
  const shown = first.kind === 'accepted' ? first.lock?.card : undefined;
  await ask(ADA, { type: 'unlock' });
  await ask(ADA, { type: 'lock', reason: 'two', forMs: null });
  expect(await ask(ADA, { type: 'unlock' }, PROD, shown)).toMatchObject({ refusal: { rule: 'notLocked' } });
  expect(await ask(ADA, { type: 'unlock' })).toMatchObject({ kind: 'accepted' });
});

test('a lock of all environments ends by time, in the product and in each of them', async () => {
  const locked = await ask(ADA, { type: 'lock', reason: 'quarter end', forMs: HOUR }, ALL);
  expect(locked).toMatchObject({ kind: 'accepted', untold: [], lock: { reason: 'quarter end' } });
  expect((await parts.store.load('environments', 'shop/integration'))?.productLock?.owner).toEqual(ADA);
  stage.clock.aheadMs += 2 * HOUR;
  await carry(parts, { kind: 'products', id: 'shop' });
  expect((await parts.store.load('products', 'shop'))?.lock).toBeNull();
  expect((await parts.store.load('environments', 'shop/integration'))?.productLock).toBeNull();
});

test('its owner is asked after four hours, then daily, each time in a message that notifies', async () => {
  const locked = await ask(ADA, { type: 'lock', reason: 'migration', forMs: null });
  const lock = locked.kind === 'accepted' ? locked.lock : null;
  const nag = `${lock?.card}-reminder-${lock?.at}`;
  const place = { kind: 'environments', id: 'shop/integration' } as const;
  const later = async (ms: number) => {
    stage.clock.aheadMs += ms;
    await carry(parts, place);
    await announce(parts, nag);
  };
  await later(HOUR);
  expect(desk.posts).toEqual([]);
  await later(4 * HOUR);
  expect(desk.posts).toMatchObject([{ channel: `to ${ADA.id}`, inThread: false }]);
  await later(25 * HOUR);
  expect(desk.posts).toMatchObject([{}, { channel: `to ${ADA.id}`, inThread: true }]);
  expect(desk.posts[1]?.text).toContain('shop/integration is still locked by you');
  await ask(ADA, { type: 'unlock' });
  await later(0);
  expect(desk.posts).toHaveLength(2);
});
