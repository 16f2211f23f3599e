import fc from 'fast-check';
import { type LockDone, lockDoneMessage, locksMessage } from '../../../src/chat/answers/locks.ts';
import { decodeMetadata } from '../../../src/chat/blocks/action-values.ts';
import { noticeMessage } from '../../../src/chat/cards/notice.ts';
import { pushCard } from '../../../src/chat/cards/push/card.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import {
  chosenEnd,
  editReasonModal,
  endProblem,
  extendModal,
  lockModal,
  takeOverModal,
} from '../../../src/chat/dialogs/lock.ts';
import { reasonModal } from '../../../src/chat/dialogs/release.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import { mayOverride } from '../../../src/chat/text/people.ts';
import type { NoticeView } from '../../../src/chat/view-model.ts';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { Lock } from '../../../src/domain/documents/values/lock.ts';
import type { Notice } from '../../../src/domain/documents/values/notice.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { runs } from '../../support/thorough.ts';
import { unicodeText } from '../../support/unicode.ts';
import {
  ABC,
  ADA,
  acceptance,
  buttonsOf,
  commits,
  environment,
  HOUR,
  LIN,
  lockOf,
  MINUTE,
  MO,
  NEW,
  NOW,
  OLD,
  policy,
  pushView,
  read,
  readBlock,
  release,
  view,
} from '../build.ts';
import { checkLimits, checkModal } from '../limits.ts';
import { FROZEN } from '../scenes.ts';

const LOCK = lockOf({ owner: ADA, at: NOW - 28 * MINUTE, until: NOW + 92 * MINUTE });
const approved = release({ status: 'approved' });
const around = { now: NOW, names: {}, commitUrl: null, cards: {} };

function noticeView(notice: Notice, over: Partial<Environment> = {}, place = 'storefront/prod'): NoticeView {
  const here = { policy: policy(), environment: environment('prod', [approved], over) };
  return { ...around, place, notice, here };
}

const locked = {
  kind: 'lock',
  lock: LOCK,
  from: null,
  handed: false,
  waiting: [42] as number[],
  ended: null,
} as const;
const asked = {
  kind: 'unlockAsked',
  to: ADA,
  by: LIN,
  lock: LOCK,
  waiting: [42] as number[],
  answer: null,
} as const;
const answer = (kind: 'unlocked' | 'kept' | 'handedOver' | 'takenOver' | 'expired', over: object = {}) => ({
  kind,
  by: ADA,
  at: NOW,
  owner: null,
  ...over,
});
const answered = (to: typeof LIN, one: ReturnType<typeof answer>) =>
  ({ kind: 'unlockAnswered', to, lock: LOCK, answer: one }) as const;
const paused = {
  kind: 'paused',
  by: ADA,
  reason: 'flaky tests',
  at: NOW - 20 * MINUTE,
  rollback: null,
  resumed: null,
} as const;
const PAUSE = {
  by: ADA,
  reason: 'flaky tests',
  at: NOW - 20 * MINUTE,
  rollback: null,
  newest: { sha: ABC, ref: 'main', head: 7, card: null },
  card: 'c',
};

/** Title and line of each notice in the words of CARDS §2, and its buttons. */
const NOTICES: [string, NoticeView, string, string[]][] = [
  [
    'locked',
    noticeView(locked),
    '*storefront/prod is locked by Ada*\n🔒 “database migration”, until 16:02. Only Ada may deploy there. Waiting: prod#42',
    ['Ask to Unlock', 'Unlock', 'Take Over!'],
  ],
  [
    'all locked',
    noticeView(locked, {}, 'storefront'),
    '*All environments of storefront are locked by Ada*\n🔒 “database migration”, until 16:02. Only Ada may deploy there.',
    ['Ask to Unlock', 'Unlock', 'Take Over!'],
  ],
  [
    'taken over',
    noticeView({ ...locked, lock: lockOf({ owner: LIN, reason: 'rollback needed', at: NOW }), from: ADA }),
    '*storefront/prod is locked by Lin*\n🔒 “rollback needed”, taken over from Ada at 14:30. Only Lin may deploy there. Waiting: prod#42',
    ['Ask to Unlock', 'Unlock', 'Take Over!'],
  ],
  [
    'unlocked',
    noticeView({ ...locked, ended: answer('unlocked') }),
    '*storefront/prod is unlocked*\nAda unlocked it at 14:30, after 28 min.',
    [],
  ],
  [
    'unlocked by somebody else, as its owner is gone',
    noticeView({ ...locked, ended: answer('unlocked', { by: LIN }) }),
    '*storefront/prod is unlocked*\nLin unlocked it at 14:30, after 28 min. Ada is no longer an active member.',
    [],
  ],
  [
    'ended by time',
    noticeView({ ...locked, ended: answer('expired', { by: null }) }),
    '*storefront/prod is unlocked*\nAda’s lock ended at 14:30, after 28 min.',
    [],
  ],
  [
    'frozen',
    noticeView({ kind: 'freeze', reason: 'Weekend', until: NOW + HOUR, over: false, waiting: [42] }),
    '*storefront/prod is frozen until 15:30*\n“Weekend”. Deploy is refused until the freeze ends. Waiting: prod#42',
    [],
  ],
  [
    'no longer frozen',
    noticeView({ kind: 'freeze', reason: 'Weekend', until: NOW, over: true, waiting: [42] }),
    '*storefront/prod is no longer frozen*\nThe freeze “Weekend” is over. Waiting: prod#42',
    [],
  ],
  [
    'who may do what',
    noticeView(
      {
        kind: 'rules',
        at: NOW,
        changes: [
          {
            environment: 'prod',
            kind: 'approvals',
            from: [{ required: 1, from: null }],
            to: [{ required: 2, from: ['@release-managers'] }],
          },
          { environment: 'prod', kind: 'people', may: 'accept', from: null, to: [] },
        ],
      },
      {},
      'storefront',
    ),
    '*Who may do what in storefront has changed*\nprod: 2 of release-managers must approve, before 1 member\nprod: nobody may accept, before any member\nRead from slipway.yml at 14:30. Approvals that were given by other rules are void.',
    [],
  ],
  [
    'more of it than anybody reads',
    noticeView(
      {
        kind: 'rules',
        at: NOW,
        changes: Array.from({ length: 11 }, (_, index) => ({ environment: `e${index}`, kind: 'added' })),
      },
      {},
      'storefront',
    ),
    `*Who may do what in storefront has changed*\n${Array.from({ length: 8 }, (_, index) => `e${index}: it is new`).join('\n')}\nand 3 other changes; Slipway’s log lists all\nRead from slipway.yml at 14:30. Approvals that were given by other rules are void.`,
    [],
  ],
  [
    'paused',
    noticeView(paused, { paused: PAUSE }),
    '*Continuous deployment to prod is paused by Ada*\n“flaky tests”. New commits are built, not deployed. Resume would deploy abc123f.',
    ['Resume?'],
  ],
  [
    'paused by a rollback',
    noticeView({ ...paused, rollback: 43 }, { paused: { ...PAUSE, newest: null } }),
    '*Continuous deployment to prod is paused by the rollback prod#43*\n“flaky tests”. New commits are built, not deployed.',
    ['Resume?'],
  ],
  [
    'resumed',
    noticeView({ ...paused, resumed: { by: MO, at: NOW } }),
    '*Continuous deployment to prod has resumed*\nMo resumed it at 14:30, after 20 min.',
    [],
  ],
  [
    'asked to unlock',
    noticeView(asked),
    '*Lin asks you to unlock storefront/prod: prod#42 is approved and waits*\nYour lock since 14:02: “database migration”, until 16:02.',
    ['Unlock*', 'Hand Over to Lin?', 'Extend', 'Keep Lock'],
  ],
  [
    'asked, and unlocked',
    noticeView({ ...asked, answer: answer('unlocked') }),
    '*Lin asks you to unlock storefront/prod*\nYou unlocked it at 14:30.',
    [],
  ],
  [
    'asked, and taken over',
    noticeView({ ...asked, answer: answer('takenOver', { by: MO, owner: MO }) }),
    '*Lin asks you to unlock storefront/prod*\nMo took it over at 14:30.',
    [],
  ],
  [
    'the answer: unlocked',
    noticeView(answered(LIN, answer('unlocked'))),
    '*Ada unlocked storefront/prod*\nAt 14:30, as you asked. prod#42 is approved and waits.',
    [],
  ],
  [
    'the answer: kept',
    noticeView(answered(LIN, answer('kept', { owner: ADA }))),
    '*Ada keeps the lock on storefront/prod*\n“database migration”, until 16:02.',
    [],
  ],
  [
    'the answer: it is yours',
    noticeView(answered(LIN, answer('handedOver', { owner: LIN }))),
    '*The lock on storefront/prod is yours*\nAda handed it over to you at 14:30: “database migration”.',
    [],
  ],
  [
    'the answer: it is somebody else’s',
    noticeView(answered(LIN, answer('handedOver', { owner: MO }))),
    '*The lock on storefront/prod*\nAda handed it over to Mo at 14:30.',
    [],
  ],
  [
    'the nag',
    noticeView({ kind: 'lockReminder', to: ADA, lock: LOCK, over: false }),
    '*Your lock on storefront/prod since 14:02*\n“database migration”, until 16:02. Is it still needed?',
    ['Unlock*', 'Extend', 'Edit Reason'],
  ],
  [
    'the reminder, over',
    noticeView({ kind: 'lockReminder', to: ADA, lock: LOCK, over: true }),
    '*Your lock on storefront/prod since 14:02*\nThat lock has ended, or is no longer yours.',
    [],
  ],
];

test.each(NOTICES)('has its own message: %s', (_, one, words, buttons) => {
  const said = noticeMessage(one);
  expect(read(said).join('\n')).toBe(words);
  expect(buttonsOf(said)).toEqual(buttons);
  expect(checkLimits(said)).toEqual([]);
});

test('a notice keeps to the limits, whatever people write', () => {
  const nasty = fc.oneof(unicodeText({ maxLength: 400 }), fc.constant('&<!channel>'.repeat(900)));
  fc.assert(
    fc.property(fc.constantFrom(...NOTICES), nasty, ([, one], words) => {
      const said = JSON.stringify(one.notice);
      const notice = JSON.parse(said, (_, value) => (value === 'database migration' ? words : value));
      expect(checkLimits(noticeMessage({ ...one, notice }))).toEqual([]);
    }),
    { numRuns: runs(300) },
  );
});

test.each([
  [null, 'Any member'],
  [['@release-managers'], 'A member of release-managers'],
  [[ADA.id], 'Ada'],
  [[ADA.id, '@security'], 'Ada or security'],
])('an override by %p is reserved to %s', (from, who) => {
  const { policy } = view({ release: approved }).here;
  const names = { [ADA.id]: ADA.name };
  const here = { policy: { ...policy, roles: { ...policy.roles, override: from } } };
  expect(mayOverride(here, { ...around, names })).toBe(who);
});

test('a refusal by a lock or a freeze offers buttons that open it', () => {
  const { here } = view({ release: approved, policy: FROZEN });
  const lockOffers = { ask: true, takeOver: true };
  const about = { here, context: around, release: approved, lockOffers };
  const byLock = refusalMessage({ rule: 'locked', release: 42, lock: LOCK, all: false }, about);
  expect(read(byLock)).toEqual([
    'Refused: storefront/prod is locked by Ada (since 14:02): “database migration”, until 16:02.\nprod#42 stays approved. Ada can unlock it, or wait until 16:02.',
  ]);
  expect(buttonsOf(byLock)).toEqual(['Ask to Unlock', 'Take Over!']);
  const locked = { rule: 'locked', release: 42, lock: LOCK, all: false } as const;
  const mayAsk = { ...about, lockOffers: { ask: true, takeOver: false } };
  expect(buttonsOf(refusalMessage(locked, mayAsk))).toEqual(['Ask to Unlock']);
  expect(buttonsOf(refusalMessage(locked, { ...about, lockOffers: null }))).not.toContain('Take Over!');
  const freeze = { reason: 'Weekend', since: NOW, until: NOW + HOUR };
  const byFreeze = refusalMessage({ rule: 'frozen', release: 42, freeze }, about);
  expect(read(byFreeze)).toEqual([
    'Refused: storefront/prod is frozen until 15:30 (“Weekend”).\nprod#42 stays approved. UADA, ULIN or UMO may override the freeze with a reason.',
  ]);
  expect(buttonsOf(byFreeze)).toEqual(['Override Freeze!']);
  const all = refusalMessage({ rule: 'locked', release: null, lock: LOCK, all: true }, about);
  expect(read(all)[0]).toContain('Refused: all environments of storefront are locked by Ada');
});

test('modals about locks and freezes', () => {
  const metadata = { environment: 'storefront/prod', lock: LOCK.card, release: 42, sha: ABC, channel: 'C1' };
  const about = { place: 'storefront/prod', owner: 'Ada', reason: 'database *migration*', metadata };
  const modals = [
    takeOverModal(about),
    extendModal(about),
    editReasonModal(about),
    reasonModal({ action: 'overrideFreeze', metadata }),
  ];
  expect(modals.map(({ title }) => title.text)).toEqual([
    'Take Over',
    'Extend',
    'Edit Reason',
    'Override Freeze',
  ]);
  for (const modal of modals) {
    expect(modal.submit?.text).toBe(modal.title.text);
    expect(readBlock(modal.blocks[0])).toContain('storefront/prod');
    expect(decodeMetadata(modal.private_metadata ?? '')).toEqual(metadata);
    expect(checkModal(modal)).toEqual([]);
  }
  expect(
    modals.map(
      ({ blocks }) =>
        blocks.filter((block) => block.type === 'input' && !('optional' in block && block.optional)).length,
    ),
  ).toEqual([1, 1, 1, 1]);
});

test('only an offered end is accepted, and a date and time goes before it', () => {
  const state = (value: unknown, at?: unknown) => ({
    values: {
      until: { until: { selected_option: { value } } },
      at: { at: { type: 'datetimepicker', selected_date_time: at } },
    },
  });
  expect(chosenEnd(state('1800000'))).toEqual({ kind: 'after', ms: HOUR / 2 });
  expect(chosenEnd(state('day'))).toEqual({ kind: 'endOfDay' });
  expect(chosenEnd(state('none'))).toEqual({ kind: 'endless' });
  expect(chosenEnd(state('none', 1_767_000_000))).toEqual({ kind: 'at', at: 1_767_000_000_000 });
  for (const garbage of ['1800001', '-1', '', null, {}, 'NaN'])
    expect(chosenEnd(state(garbage, 'soon'))).toBeNull();
  expect(chosenEnd(null)).toBeNull();
});

test('an end is in the future and within 90 days', () => {
  const at = (ms: number) => endProblem({ kind: 'at', at: NOW + ms }, NOW);
  expect(at(1)).toBeNull();
  expect(at(0)).toEqual({ at: 'This time has passed. Choose a later one.' });
  expect(at(90 * 24 * HOUR)).toBeNull();
  expect(at(90 * 24 * HOUR + 1)?.at).toContain('within 90 days');
  expect(endProblem({ kind: 'endOfDay' }, NOW)).toBeNull();
});

test('a lock is chosen among the environments and all of them', () => {
  const metadata = { environment: 'storefront/prod', typed: true } as const;
  const end = { kind: 'after', ms: 4 * HOUR } as const;
  const dialog = lockModal({ metadata, end }, 'storefront', ['storefront/preprod', 'storefront/prod']);
  expect(checkModal(dialog)).toEqual([]);
  expect(dialog.blocks.slice(1)).toMatchObject([
    {
      element: {
        options: [{ value: 'storefront/preprod' }, { value: 'storefront/prod' }, { value: 'storefront' }],
        initial_option: { value: 'storefront/prod' },
      },
    },
    { block_id: 'reason', optional: false },
    { block_id: 'until', element: { initial_option: { value: String(4 * HOUR) } } },
    { block_id: 'at', optional: true },
  ]);
  const timed = lockModal({ metadata, end: { kind: 'at', at: NOW } }, 'storefront', ['storefront/prod']);
  expect(timed.blocks.at(-1)).toMatchObject({ element: { initial_date_time: NOW / 1000 } });
});

test.each<[LockDone['type'], Lock | null, string]>([
  ['unlock', LOCK, 'locked by Ada'],
  ['extendLock', null, 'not locked'],
  ['extendLock', lockOf({ owner: LIN }), 'locked by Lin'],
  ['editLock', lockOf({ owner: LIN }), 'locked by Lin'],
  ['keepLock', lockOf({ owner: LIN }), 'locked by Lin'],
  ['handOver', null, 'not locked'],
  ['handOver', LOCK, 'locked by Ada'],
  ['askToUnlock', lockOf({ owner: LIN, askedBy: [MO] }), 'locked by Lin'],
  ['askToUnlock', null, 'not locked'],
])('%s, asked about again when it is over, is not said as if it were so', (type, lock, is) => {
  const said = lockDoneMessage(
    { type, place: 'storefront/prod', before: null, lock, pending: [] },
    ADA,
    around,
  );
  expect(read(said)[0]).toBe(`This was done, and is over: storefront/prod is ${is} now.`);
});

test('a lock on all environments is confirmed only when each of them has it', () => {
  const done: LockDone = { type: 'lock', place: 'storefront', before: null, lock: LOCK, pending: [] };
  const confirmed = lockDoneMessage(done, ADA, around);
  expect(read(confirmed)[0]).toBe(
    'All environments of storefront are locked: only you may deploy there. “database migration”, until 16:02.',
  );
  expect(buttonsOf(confirmed)).toEqual(['Unlock', 'Extend', 'Edit Reason']);
  const not = lockDoneMessage({ ...done, pending: ['preprod', 'prod'] }, ADA, around);
  expect(read(not)[0]).toContain('could not be locked everywhere yet: preprod and prod do not know of it.');
});

test('locks lists locks and pauses, within the limits', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    id: environmentId('storefront', `e${index}`),
    name: `e${index}`,
    lock: lockOf({ reason: '&'.repeat(300), askedBy: [ADA, MO] }),
    paused: PAUSE,
  }));
  const said = locksMessage([{ product: 'storefront', lock: LOCK, environments: many }], MO.id, around);
  const lines = read(said);
  expect(lines[0]).toBe('81 locks and pauses in storefront');
  expect(lines[1]).toContain('🔒 All environments of storefront are locked by Ada (since 14:02, for 28 min)');
  expect(lines.join('\n')).toContain(
    'storefront/e0 is paused by Ada (since 14:10), “flaky tests”: would deploy abc123f.',
  );
  expect(lines.at(-1)).toMatch(/^\+\d+: /);
  expect(checkLimits(said)).toEqual([]);
  const one = { product: 'storefront', lock: LOCK, environments: [] };
  const offered = [ADA, MO].map(({ id }) => buttonsOf(locksMessage([one], id, around)));
  expect(offered).toEqual([['Unlock'], ['Ask to Unlock']]);
  const none = { product: 'storefront', lock: null, environments: [] };
  const waits = { ...one, lock: { ...LOCK, askedBy: [MO] } };
  expect(buttonsOf(locksMessage([waits], MO.id, around))).not.toContain('Ask to Unlock');
  expect(read(locksMessage([none], MO.id, around))).toEqual(['Nothing is locked or paused in storefront.']);
});

test('a push built during a pause says so, and what Resume would deploy', () => {
  const lowest = (over: Partial<Environment>) => ({
    policy: policy({ name: 'integration', mode: 'continuous', below: null }),
    environment: environment('integration', [], over),
  });
  const own = pushCard(
    pushView({ lowest: lowest({ newestHead: 7, paused: PAUSE }) }, { status: 'succeeded' }),
  );
  expect(read(own).join('\n')).toContain(
    'Not deployed: paused by Ada (since 14:10), “flaky tests”. Resume deploys it.',
  );
  const newest = { ...PAUSE, newest: { ...PAUSE.newest, sha: NEW, head: 7 } };
  const other = pushCard(
    pushView({ lowest: lowest({ newestHead: 7, paused: newest }) }, { status: 'succeeded' }),
  );
  expect(read(other).join('\n')).toContain('Resume would deploy e4f5a6b.');
  const old = pushCard(
    pushView({ lowest: lowest({ newestHead: 8, paused: newest }) }, { status: 'succeeded' }),
  );
  expect(read(old).join('\n')).toContain('Superseded');
});

const drawn = (scene: Parameters<typeof view>[0]) => {
  const said = releaseCard(view(scene));
  expect(checkLimits(said)).toEqual([]);
  return read(said).join('\n');
};

test('a hotfix says what it skips, and a candidate that would remove it says so', () => {
  const hotfix = release({ kind: 'hotfix', note: 'double charge' });
  const words = drawn({ release: hotfix, view: { notAcceptedIn: ['integration', 'preprod'] } });
  expect(words).toContain('*Hotfix: deploy abc123f to storefront/prod*');
  expect(words).toContain('Skips order, soak and freeze. Not accepted in integration or preprod.');
  const removes = { ...commits(1), commits: [{ sha: OLD, subject: 'Stop double charge', author: 'Lin' }] };
  const scene = {
    release: release({ status: 'approved' as const }),
    view: { removes, hotfixes: { [OLD]: 40 } },
  };
  expect(drawn(scene)).toContain('9f8e7d6 Stop double charge – Lin, hotfix prod#40');
  const blocks = JSON.stringify(releaseCard(view(scene)).blocks);
  expect(blocks).toContain('Removes 1 commit that prod runs now, hotfix prod#40. It starts at once.');
});

test('Deploy over a release in Testing asks to confirm, and two candidates show each other', () => {
  const tested = release({ number: 41, status: 'testing', begun: true });
  const beside = release({ number: 43, sha: NEW });
  const scene = { release: release({ status: 'approved' as const }), others: [tested, beside] };
  expect(JSON.stringify(releaseCard(view(scene)).blocks)).toContain(
    'prod#41 is in Testing there and would be superseded before it is accepted.',
  );
  expect(drawn(scene)).toContain('Also there: prod#43 e4f5a6b is prepared.');
});

test('a rollback says what it undoes, revokes, blocks above and pauses', () => {
  const rollback = release({
    number: 43,
    kind: 'rollback',
    sha: OLD,
    status: 'queued',
    leaves: { sha: ABC, release: 42 },
  });
  const revoked = { at: NOW, by: MO, release: 43 };
  const above = environment('prod', [release({ number: 44 })]);
  const words = drawn({
    release: rollback,
    policy: { name: 'integration', mode: 'continuous', below: null },
    environment: {
      acceptances: [{ recorded: true, acceptance: acceptance({ sha: ABC, release: 42, revoked }) }],
      paused: { ...PAUSE, rollback: 43 },
    },
    view: { removes: commits(212), above: { policy: policy(), environment: above } },
  });
  expect(words).toContain(
    'Undoes 212 commits. Revoked in integration: abc123f (integration#42). Now shut by order: prod#44. Continuous deployment to integration is paused by this rollback. New commits are built, not deployed.',
  );
});
