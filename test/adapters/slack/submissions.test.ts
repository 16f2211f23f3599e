import type { Dialogs } from '../../../src/adapters/slack/controllers/caller.ts';
import { answerClick, answerLock } from '../../../src/adapters/slack/controllers/change.ts';
import { askReason } from '../../../src/adapters/slack/controllers/dialogs/reasons.ts';
import {
  answerSubmission,
  answerSubmitted,
  type Submission,
  type SubmittedDialog,
} from '../../../src/adapters/slack/controllers/dialogs/submissions.ts';
import { submitPrepare } from '../../../src/adapters/slack/controllers/prepare/submit-prepare.ts';
import { decodeMetadata, type ModalMetadata, shownLock } from '../../../src/chat/blocks/action-values.ts';
import type { Reasoned } from '../../../src/chat/command/reason.ts';
import { defaultRoles } from '../../../src/domain/approvals/approvals.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { StoreError } from '../../../src/ports/store.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { HOUR, oneRule } from '../../chat/build.ts';
import { openChat, openStage, type Stage } from '../../flow/support.ts';
import { losing } from './inbox/losing.ts';

const [ADA, LIN, MO] = ['UADA', 'ULIN', 'UMO'];
const PLACES = ['qa', 'prod'] as const;

let stage: Stage;
let sandbox: Sandbox;
let services: ChatServices;
let shas: string[];
let asked = 0;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  const people = [ADA, LIN, MO].map((id) => ({ id, name: id.slice(1), email: `${id}@example.com` }));
  const opened = await openChat(people);
  sandbox = opened.sandbox;
  services = opened.chat(stage.services);
  services.people = services.chat;
  shas = ['one', 'two'].map((text) => stage.repository.commit({ 'app.txt': text }, text));
  stage.repository.push();
  await services.mirror('shop').fetch();
  const [product] = services.settings.products;
  if (!product) throw new TypeError('a stage has a product');
  const [lowest] = product.environments;
  const prod = PLACES.map((name) => ({
    ...lowest,
    policy: {
      ...lowest.policy,
      name,
      mode: 'approval' as const,
      approvals: oneRule(1, null),
      roles: defaultRoles([]),
    },
  }));
  services.settings = { products: [{ ...product, environments: [lowest, ...prod] }] };
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  await stage.close();
});

const inPlace = (environment: string | null) => ({ product: 'shop', environment });
const lockOf = async (name: string) =>
  (await services.store.load('environments', environmentId('shop', name)))?.lock ?? null;

/** The metadata of the dialog that the request opens for this person, or the answer in its place. */
async function opens(user: string, request: Reasoned, shown?: Parameters<typeof askReason>[4]) {
  let metadata: ModalMetadata | null = null;
  const dialogs: Dialogs = {
    async open(_name, read) {
      const made = await read();
      if (!('type' in made)) return made;
      metadata = decodeMetadata(made.private_metadata ?? '');
      return null;
    },
  };
  asked += 1;
  const caller = { id: `click-${asked}`, user, channel: '', teams: [], dialogs };
  const said = await askReason(services, caller, request, 'clicked', shown);
  return { metadata: metadata as ModalMetadata | null, said };
}

/** What is held by a dialog when it is submitted. */
interface Holds {
  reason?: string;
  place?: string;
  commit?: string;
  until?: string;
}

interface Open {
  id: string;
  user: string;
  name: SubmittedDialog;
  metadata: ModalMetadata;
}

function opened(user: string, name: SubmittedDialog, metadata: ModalMetadata): Open {
  asked += 1;
  return { id: `slack:view:V${asked}`, user, name, metadata };
}

function submit(
  { id, user, name, metadata }: Open,
  { reason, place, commit, until = 'none' }: Holds,
  { store = services.store, again = false } = {},
): Promise<Submission> {
  const chosen = (value: string | undefined) => (value === undefined ? {} : { selected_option: { value } });
  const values = {
    reason: { reason: { value: reason ?? null } },
    place: { place: chosen(place) },
    commit: { commit: { value: commit ?? null } },
    until: { until: chosen(until) },
  };
  const blocks = Object.keys(values).map((block_id) => ({
    type: 'input',
    block_id,
    label: { text: block_id },
  }));
  const view = { id, state: { values }, blocks };
  const caller = { id, user, channel: '', teams: [], again };
  return answerSubmission({ ...services, store }, caller, name, { metadata, view });
}

/** The store, which reads nothing. */
const unreadable = () =>
  new Proxy(services.store, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      return name === 'load' ? () => Promise.reject(new StoreError('gone')) : own.bind(target);
    },
  });

const textOf = (submission: Submission) =>
  submission.kind === 'errors'
    ? Object.values(submission.errors).join(' ')
    : 'said' in submission
      ? (submission.said?.text ?? '')
      : '';

describe('the dialog that takes a lock over', () => {
  const click = (user: string, type: 'unlock' | 'askToUnlock', environment = 'prod') => {
    asked += 1;
    const caller = { id: `click-${asked}`, user, channel: '', teams: [] };
    return answerLock(services, caller, { target: inPlace(environment), wish: { type } });
  };
  const takes = (user: string, reason: string) =>
    submit(opened(user, 'takeOver', { environment: 'shop/prod' }), { reason });

  test('takes the lock that it showed, and none that another owner has by now', async () => {
    await submit(opened(ADA, 'lock', { environment: 'shop/prod' }), {
      place: 'shop/prod',
      reason: 'migration',
    });
    const request = {
      kind: 'takeover',
      product: 'shop',
      environment: 'prod',
      reason: null,
      forMs: null,
    } as const;
    const { metadata } = await opens(MO, request);
    const shown = metadata && shownLock(metadata);
    expect(shown).toEqual({ card: (await lockOf('prod'))?.card, since: (await lockOf('prod'))?.at });
    stage.clock.aheadMs += 60_000;
    await takes(LIN, 'rollback needed');
    const before = await lockOf('prod');
    const refused = await submit(opened(MO, 'takeOver', metadata!), { reason: 'mine' });
    expect(refused.kind).toBe('refused');
    expect(textOf(refused)).toMatch(
      /^Refused: the lock that you were shown is over: shop\/prod is locked by LIN now \(since [^)]+\): “rollback needed”\./,
    );
    expect(await lockOf('prod')).toEqual(before);
    // Nor does the button of the old lock open the dialog.
    expect((await opens(MO, request, shown ?? undefined)).said?.text).toContain('locked by LIN now');
    // An older program did not say since when: its dialog may have shown another owner.
    const { since: _since, ...older } = { ...metadata!, lock: before?.card };
    expect(await submit(opened(MO, 'takeOver', older), { reason: 'mine' })).toEqual({ kind: 'unreadable' });
    expect(await lockOf('prod')).toEqual(before);
    const anew = await opens(MO, request);
    expect((await submit(opened(MO, 'takeOver', anew.metadata!), { reason: 'mine' })).kind).toBe('done');
    expect(await lockOf('prod')).toMatchObject({ owner: { id: MO }, reason: 'mine' });
  });

  test('who asks to unlock it twice is confirmed once', async () => {
    expect((await click(ADA, 'askToUnlock'))?.text).toMatch(/^Asked MO at/);
    expect((await click(ADA, 'askToUnlock'))?.text).toMatch(
      /^Refused: you have asked MO to unlock shop\/prod already/,
    );
    await click(MO, 'unlock');
  });
});

test('the dialog that overrides a freeze overrides the one that it showed, and no later one', async () => {
  const prod = services.settings.products[0]?.environments.find(({ policy }) => policy.name === 'prod');
  if (!prod) throw new TypeError('there is a prod');
  const { policy } = prod;
  const until = (hours: number, reason: string): FreezeWindow => {
    const text = (ms: number) => new Date(ms).toISOString().slice(0, 19);
    const [from, to] = [text(services.now() - HOUR), text(services.now() + hours * HOUR)];
    return { kind: 'dated', from, to, timezone: 'UTC', reason };
  };
  const freeze = (window: FreezeWindow) => {
    prod.policy = { ...policy, freeze: [window], roles: { ...policy.roles, override: [LIN] } };
  };
  freeze(until(1, 'Weekend'));
  const { id } = opened(ADA, 'hotfix', { environment: 'shop/prod' });
  const caller = { id, user: ADA, channel: '', teams: [] };
  const ask = {
    kind: 'prepare',
    product: 'shop',
    environment: 'prod',
    commit: shas[0] ?? '',
    note: null,
  } as const;
  expect(await answerClick(services, caller, ask)).toBeNull();
  const waiting = (await services.store.load('environments', environmentId('shop', 'prod')))?.open.at(-1);
  const asks = {
    kind: 'override',
    product: 'shop',
    environment: 'prod',
    release: waiting?.number ?? 0,
    reason: null,
  } as const;
  const { metadata } = await opens(LIN, asks);
  freeze(until(2, 'Quarter end'));
  const refused = await submit(opened(LIN, 'overrideFreeze', metadata!), { reason: 'tax' });
  expect(textOf(refused)).toMatch(
    /^Refused: the freeze that you were shown is over: shop\/prod is frozen until .*“Quarter end”/,
  );
  const { freeze: _freeze, ...older } = metadata!;
  expect((await submit(opened(LIN, 'overrideFreeze', older), { reason: 'tax' })).kind).toBe('unreadable');
  const anew = await opens(LIN, asks);
  expect((await submit(opened(LIN, 'overrideFreeze', anew.metadata!), { reason: 'tax' })).kind).toBe('done');
  prod.policy = policy;
  await submit(opened(ADA, 'cancel', { environment: 'shop/prod', release: waiting?.number }), {});
});

describe.each(['the write', 'its answer'] as const)('a dialog of which %s was lost', (what) => {
  const isDone = what === 'its answer';
  const madeIn = async (name: string) =>
    (await services.store.load('environments', environmentId('shop', name)))?.open.length ?? 0;

  test('prepares no second hotfix for another place, and says what is known', async () => {
    const before = await Promise.all(PLACES.map(madeIn));
    const dialog = opened(ADA, 'hotfix', { environment: 'shop/qa' });
    const commit = shas[isDone ? 0 : 1]!;
    const first = await submit(
      dialog,
      { place: 'shop/qa', commit, reason: 'burns' },
      { store: losing(services.store, what) },
    );
    expect(first).toMatchObject({ kind: 'failed', tried: 'shop/qa' });
    expect(textOf(first)).toContain('does not know whether this was done');
    const bound = { ...dialog, metadata: { ...dialog.metadata, tried: 'shop/qa' } };
    const elsewhere = await submit(bound, { place: 'shop/prod', commit, reason: 'burns' });
    const same = await submit(bound, { place: 'shop/qa', commit, reason: 'burns' });
    if (isDone) {
      for (const said of [elsewhere, same]) expect(said.kind).toBe('done');
      for (const said of [elsewhere, same]) expect(textOf(said)).toMatch(/^qa#\d+ is prepared\./);
      // The dialog as it was, where Slack never got the answer.
      expect(textOf(await submit(dialog, { place: 'shop/prod', commit, reason: 'burns' }))).toMatch(
        /^qa#\d+ is prepared/,
      );
    } else {
      expect(elsewhere).toMatchObject({
        kind: 'errors',
        errors: { place: expect.stringContaining('shop/qa') },
      });
      expect(same.kind).toBe('done');
    }
    const after = await Promise.all(PLACES.map(madeIn));
    expect(after).toEqual([before[0]! + 1, before[1]!]);
  });

  test('says what a second submission came to that holds something else', async () => {
    const dialog = opened(LIN, 'hotfix', { environment: 'shop/prod' });
    const [one = '', two = ''] = shas;
    await submit(
      dialog,
      { place: 'shop/prod', commit: isDone ? one : two, reason: 'a' },
      { store: losing(services.store, what) },
    );
    const said = await submit(dialog, { place: 'shop/prod', commit: isDone ? two : one, reason: 'b' });
    expect(said.kind).toBe('done');
    const made = (await services.store.load('environments', environmentId('shop', 'prod')))?.open.at(-1);
    expect(made).toMatchObject({ sha: one, note: isDone ? 'a' : 'b' });
    if (isDone) expect(textOf(said)).toBe(`prod#${made?.number} is prepared.`);
    for (const { number } of (await services.store.load('environments', environmentId('shop', 'prod')))
      ?.open ?? []) {
      await submit(opened(LIN, 'cancel', { environment: 'shop/prod', release: number }), {});
    }
  });

  test('does not say that nothing was changed when it is sent again and cannot be looked for', async () => {
    const lock = opened(ADA, 'lock', { environment: 'shop/qa' });
    await submit(lock, { place: 'shop/qa', reason: 'a' });
    const dialog = opened(LIN, 'takeOver', { environment: 'shop/qa' });
    const first = await submit(dialog, { reason: 'mine' }, { store: losing(services.store, what) });
    expect(first).toMatchObject({ kind: 'failed', tried: 'shop/qa' });
    const bound = { ...dialog, metadata: { ...dialog.metadata, tried: 'shop/qa' } };
    const again = await submit(bound, { reason: 'mine' }, { store: unreadable() });
    expect(again).toMatchObject({ kind: 'failed', tried: 'shop/qa' });
    expect(textOf(again)).toContain('does not know whether this was done');
    expect((await submit(bound, { reason: 'mine' })).kind).toBe('done');
    expect(await lockOf('qa')).toMatchObject({ owner: { id: LIN } });
    asked += 1;
    const caller = { id: `click-${asked}`, user: LIN, channel: '', teams: [] };
    await answerLock(services, caller, { target: inPlace('qa'), wish: { type: 'unlock' } });
  });

  test('locks no second place', async () => {
    const dialog = opened(MO, 'lock', { environment: 'shop/qa' });
    const first = await submit(
      dialog,
      { place: 'shop/qa', reason: 'a' },
      { store: losing(services.store, what) },
    );
    expect(first).toMatchObject({ kind: 'failed', tried: 'shop/qa' });
    const bound = { ...dialog, metadata: { ...dialog.metadata, tried: 'shop/qa' } };
    const said = await submit(bound, { place: 'shop', reason: 'a' });
    expect(said.kind).toBe(isDone ? 'done' : 'errors');
    expect(textOf(said)).toContain('shop/qa');
    expect((await services.store.load('products', 'shop'))?.lock ?? null).toBeNull();
    expect((await submit(bound, { place: 'shop/qa', reason: 'b' })).kind).toBe('done');
    expect(await lockOf('qa')).toMatchObject({ reason: isDone ? 'a' : 'b' });
    asked += 1;
    const caller = { id: `click-${asked}`, user: MO, channel: '', teams: [] };
    await answerLock(services, caller, { target: inPlace('qa'), wish: { type: 'unlock' } });
  });

  test('prepares no second release', async () => {
    const [one = '', two = ''] = shas;
    const [sha, other] = isDone ? [one, two] : [two, one];
    const prod = environmentId('shop', 'prod');
    const before = await madeIn('prod');
    asked += 1;
    const caller = { id: `slack:view:V${asked}`, user: ADA, channel: '', teams: [] };
    const choice = { environment: prod, sha, note: null, before: prod };
    const lost = await submitPrepare({ ...services, store: losing(services.store, what) }, caller, choice);
    expect(lost).toMatchObject({ kind: 'refused', tried: { environment: prod, sha } });
    const tried = { environment: prod, sha };
    const said = await submitPrepare(services, caller, { ...choice, sha: other }, tried);
    expect(said.kind).toBe(isDone ? 'prepared' : 'refused');
    expect(said.message.text).toContain(isDone ? 'is prepared' : sha.slice(0, 7));
    expect((await submitPrepare(services, caller, choice, tried)).kind).toBe('prepared');
    expect(await madeIn('prod')).toBe(before + 1);
  });
});

test('a dialog stays while Slack does not say whether its sender is a member, and goes for who is none', async () => {
  const { id, user, metadata } = opened(LIN, 'reject', { environment: 'shop/prod', release: 1 });
  const view = { id, state: { values: {} } };
  const sends = (over: Partial<ModalMetadata>) =>
    answerSubmitted(
      services,
      { id, user, channel: '', teams: [], again: over.tried !== undefined },
      'reject',
      {
        metadata: { ...metadata, ...over },
        view,
      },
    );
  // Who they are is remembered for a minute.
  stage.clock.aheadMs += 61_000;
  sandbox.faults.plan('users.info', { kind: 'rate_limited', retryAfterSeconds: 30 }, 2);
  const first = await sends({});
  expect(first.kind).toBe('failed');
  expect(textOf(first)).toContain('Nothing was changed.');
  const bound = await sends({ tried: 'shop/prod' });
  expect(bound).toMatchObject({ kind: 'failed', tried: 'shop/prod' });
  expect(textOf(bound)).toContain('does not know whether this was done');
  sandbox.faults.clear();
  Object.assign(sandbox.workspace.person(LIN)!, { isRestricted: true });
  stage.clock.aheadMs += 61_000;
  expect((await sends({})).kind).toBe('refused');
  Object.assign(sandbox.workspace.person(LIN)!, { isRestricted: false });
  stage.clock.aheadMs += 61_000;
});

describe('a submission that an earlier process left', () => {
  test('is answered with what it came to, though the time that it names has passed', async () => {
    const dialog = opened(LIN, 'takeOver', { environment: 'shop/qa' });
    await submit(opened(ADA, 'lock', { environment: 'shop/qa' }), { place: 'shop/qa', reason: 'a' });
    expect((await submit(dialog, { reason: 'mine' })).kind).toBe('done');
    const said = await submit(dialog, { reason: '', until: 'gone' }, { again: true });
    expect(said.kind).toBe('done');
    expect(textOf(said)).toMatch(/^You took over the lock on shop\/qa\. “mine”/);
    await submit(opened(ADA, 'takeOver', { environment: 'shop/qa' }), { reason: 'back' });
    expect(textOf(await submit(dialog, { reason: 'mine' }, { again: true }))).toBe(
      'This was done, and is over: shop/qa is locked by ADA now.',
    );
  });

  test('says that it is not known what it came to where the store does not answer', async () => {
    const store = unreadable();
    const dialog = opened(LIN, 'reject', { environment: 'shop/prod', release: 1 });
    const first = await submit(dialog, { reason: 'no' }, { store });
    expect(textOf(first)).toContain('Nothing was changed.');
    const again = await submit(dialog, { reason: 'no' }, { store, again: true });
    expect(textOf(again)).toContain('does not know whether this was done');
  });
});
