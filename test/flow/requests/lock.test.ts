import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SETTLED_KEPT } from '../../../src/domain/documents/document.ts';
import type { ShownLock } from '../../../src/domain/documents/values/lock.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { type LockOutcome, type LockWish, lockOffers, requestLock } from '../../../src/flow/requests/lock.ts';
import { MemberUnknown } from '../../../src/flow/services/errors.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { openChat, openStage, type Stage } from '../support.ts';

const person = (name: string): Person => ({ kind: 'person', id: `U${name}`, name, member: true });
const [ADA, LIN, MO] = [person('ADA'), person('LIN'), person('MO')];
const HOUR = 3_600_000;
const PROD = { product: 'shop', environment: 'integration' };
const ALL = { product: 'shop', environment: null };

let stage: Stage;
let opened: Awaited<ReturnType<typeof openChat>>;
let sandbox: Sandbox;
let services: ChatServices;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  opened = await openChat([ADA, LIN, MO].map(({ id, name }) => ({ id, name })));
  sandbox = opened.sandbox;
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  await stage.close();
});
beforeEach(hearAnew);

/** Nobody is remembered from before. */
function hearAnew() {
  services = opened.chat(stage.services);
}

function deactivate(who: Person, deleted: boolean) {
  const known = sandbox.workspace.people().find(({ id }) => id === who.id);
  if (known) known.deleted = deleted;
  hearAnew();
}

/** What this person was told alone. */
const told = (who: Person) => sandbox.messages(who.id);

const ask = (actor: Person, wish: LockWish, target: typeof PROD | typeof ALL = PROD, shown?: ShownLock) =>
  requestLock(services, { id: services.newId(), actor }, target, wish, shown);

/** The lock that it led to, as its message shows it. */
function shownBy(outcome: LockOutcome): ShownLock | undefined {
  const lock = outcome.kind === 'accepted' ? outcome.lock : null;
  return lock ? { card: lock.card, since: lock.at } : undefined;
}

test('the lock of a deactivated person is free to take, and that of an unknown person is not', async () => {
  expect(await ask(ADA, { type: 'lock', reason: 'migration', forMs: null })).toMatchObject({
    kind: 'accepted',
  });
  expect(await ask(LIN, { type: 'unlock' })).toMatchObject({
    kind: 'refused',
    refusal: { rule: 'notLockOwner' },
  });
  deactivate(ADA, true);
  sandbox.faults.plan('users.info', { kind: 'server_error' }, 1);
  await expect(ask(LIN, { type: 'unlock' })).rejects.toThrow(MemberUnknown);
  expect(await ask(LIN, { type: 'unlock' })).toMatchObject({ kind: 'accepted', lock: null });
  deactivate(ADA, false);
});

test('a lock cannot be handed to a non-member', async () => {
  await ask(ADA, { type: 'lock', reason: 'migration', forMs: null });
  deactivate(LIN, true);
  expect(await ask(ADA, { type: 'handOver', to: LIN.id })).toMatchObject({ refusal: { rule: 'notMember' } });
  deactivate(LIN, false);
  expect(await ask(ADA, { type: 'handOver', to: LIN.id })).toMatchObject({ lock: { owner: { id: LIN.id } } });
  await ask(LIN, { type: 'unlock' });
});

test('a click on an ended lock does not affect the current one', async () => {
  const first = await ask(ADA, { type: 'lock', reason: 'one', forMs: null });
  const shown = shownBy(first);
  await ask(ADA, { type: 'unlock' });
  expect(await ask(ADA, { type: 'unlock' }, PROD, shown)).toMatchObject({ refusal: { rule: 'notLocked' } });
  await ask(ADA, { type: 'lock', reason: 'two', forMs: null });
  expect(await ask(ADA, { type: 'unlock' }, PROD, shown)).toMatchObject({ refusal: { rule: 'ownLock' } });
  expect(await ask(ADA, { type: 'unlock' })).toMatchObject({ kind: 'accepted' });
});

/** Services with which something happens after the first read. */
function withMeanwhile(meanwhile: () => Promise<void>): ChatServices {
  const { store } = services;
  let done = false;
  const load: Store['load'] = async (kind, id) => {
    const read = await store.load(kind, id);
    if (!done) {
      done = true;
      await meanwhile();
    }
    return read;
  };
  const reading = new Proxy(store, {
    get(target, name: keyof Store) {
      return name === 'load' ? load : target[name].bind(target);
    },
  });
  return { ...services, store: reading };
}

test.each<[LockWish, Person]>([
  [{ type: 'unlock' }, ADA],
  [{ type: 'unlock' }, MO],
  [{ type: 'takeOver', reason: 'mine', forMs: null }, MO],
  [{ type: 'askToUnlock' }, MO],
])(
  'rule 8: a click on a lock that ends during the request does not affect the next one: %j',
  async (wish, by) => {
    const first = await ask(ADA, { type: 'lock', reason: 'one', forMs: null });
    const shown = shownBy(first);
    if (by === MO) deactivate(ADA, true);
    const raced = withMeanwhile(async () => {
      await ask(ADA, { type: 'unlock' });
      await ask(by === ADA ? ADA : LIN, { type: 'lock', reason: 'two', forMs: null });
    });
    const asker = { id: services.newId(), actor: by };
    expect(await requestLock(raced, asker, PROD, wish, shown)).toMatchObject({
      refusal:
        by === ADA
          ? { rule: 'ownLock', lock: { reason: 'two' } }
          : { rule: 'notLocked', now: { lock: { reason: 'two' } } },
    });
    const { lock } = (await services.store.load('environments', 'shop/integration')) ?? {};
    expect(lock).toMatchObject({ reason: 'two', askedBy: [] });
    deactivate(ADA, false);
    await ask(by === ADA ? ADA : LIN, { type: 'unlock' });
  },
);

test('rule 8: what was shown of one owner is not done to another, who is named with what may be done about them', async () => {
  const shown = shownBy(await ask(ADA, { type: 'lock', reason: 'one', forMs: null }));
  stage.clock.aheadMs += 60_000;
  const taken = shownBy(await ask(LIN, { type: 'takeOver', reason: 'two', forMs: null }, PROD, shown));
  for (const wish of [{ type: 'takeOver', reason: 'mine', forMs: null }, { type: 'askToUnlock' }] as const) {
    const refused = await ask(MO, wish, PROD, shown);
    expect(refused).toMatchObject({
      refusal: {
        rule: 'notLocked',
        now: { lock: { owner: LIN, at: taken?.since, reason: 'two', askedBy: [] } },
      },
    });
    if (refused.kind !== 'refused') continue;
    const asker = { id: services.newId(), actor: MO };
    expect(await lockOffers(services, asker, refused.here, refused.refusal)).toEqual({
      ask: true,
      takeOver: true,
    });
  }
  expect(await ask(MO, { type: 'askToUnlock' }, PROD, taken)).toMatchObject({ kind: 'accepted' });
  expect(await ask(MO, { type: 'askToUnlock' }, PROD, taken)).toMatchObject({
    refusal: { rule: 'notLockOwner', lock: { owner: LIN }, asked: 'self' },
  });
  await ask(LIN, { type: 'unlock' });
});

test('rule 20: a click that is done again is answered with what it came to, however much was asked since', async () => {
  const shown = shownBy(await ask(ADA, { type: 'lock', reason: 'one', forMs: null }));
  const asker = { id: services.newId(), actor: ADA };
  const click = () => requestLock(services, asker, PROD, { type: 'unlock' }, shown);
  expect(await click()).toMatchObject({ kind: 'accepted' });
  for (let asked = 0; asked < SETTLED_KEPT; asked += 1) await ask(MO, { type: 'unlock' });
  await dispatchEffects(services, { kind: 'environments', id: 'shop/integration' });
  await ask(MO, { type: 'unlock' });
  const known = await services.store.load('environments', 'shop/integration');
  expect(known?.settled.some(({ id }) => id === asker.id)).toBe(false);
  expect(await click()).toMatchObject({ kind: 'accepted' });
});

test('rule 8: whoever has left is not mistaken for who has the lock by now', async () => {
  await ask(ADA, { type: 'lock', reason: 'one', forMs: null });
  deactivate(ADA, true);
  const raced = withMeanwhile(async () => {
    await ask(LIN, { type: 'takeOver', reason: 'two', forMs: null });
  });
  const asker = { id: services.newId(), actor: MO };
  expect(await requestLock(raced, asker, PROD, { type: 'unlock' })).toMatchObject({
    refusal: { rule: 'notLockOwner', lock: { owner: LIN } },
  });
  deactivate(ADA, false);
  await ask(LIN, { type: 'unlock' });
});

test('a lock on all environments expires in the product and in each of them', async () => {
  const locked = await ask(ADA, { type: 'lock', reason: 'quarter end', forMs: HOUR }, ALL);
  expect(locked).toMatchObject({ kind: 'accepted', pending: [], lock: { reason: 'quarter end' } });
  expect((await services.store.load('environments', 'shop/integration'))?.productLock?.owner).toEqual(ADA);
  stage.clock.aheadMs += 2 * HOUR;
  await dispatchEffects(services, { kind: 'products', id: 'shop' });
  expect((await services.store.load('products', 'shop'))?.lock).toBeNull();
  expect((await services.store.load('environments', 'shop/integration'))?.productLock).toBeNull();
});

test('the owner of a lock is reminded after four hours, then daily, each time by a new message', async () => {
  const locked = await ask(ADA, { type: 'lock', reason: 'migration', forMs: null });
  const lock = locked.kind === 'accepted' ? locked.lock : null;
  const nag = `${lock?.card}-reminder-${lock?.at}`;
  const place = { kind: 'environments', id: 'shop/integration' } as const;
  const later = async (ms: number) => {
    stage.clock.aheadMs += ms;
    await dispatchEffects(services, place);
    await postCard(services, nag);
  };
  await later(HOUR);
  expect(told(ADA)).toEqual([]);
  await later(4 * HOUR);
  expect(told(ADA)).toMatchObject([{ threadTs: null }]);
  await later(25 * HOUR);
  expect(told(ADA)).toMatchObject([{}, { threadTs: told(ADA)[0]?.ts }]);
  expect(told(ADA)[1]?.text).toContain('shop/integration is still locked by you');
  await ask(ADA, { type: 'unlock' });
  await later(0);
  expect(told(ADA)).toHaveLength(2);
});
