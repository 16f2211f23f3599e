import { confirmationMessage } from '../../../src/chat/answers/confirmation.ts';
import { whereMessage } from '../../../src/chat/answers/where.ts';
import { pushCard } from '../../../src/chat/cards/push/card.ts';
import { replyMessage } from '../../../src/chat/cards/thread-reply.ts';
import { shutGates } from '../../../src/chat/gates/summary.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { Build } from '../../../src/domain/documents/build.ts';
import type { BuildChecks, ChecksEnd } from '../../../src/domain/documents/values/build/checks.ts';
import type { ReplyEvent } from '../../../src/domain/documents/values/replies.ts';
import {
  ABC,
  build,
  buttonsOf,
  check,
  checksOf,
  MINUTE,
  NOW,
  pushView,
  read,
  readBlock,
  release,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const PASSED = check('test', 'passed', { description: '212 tests' });
const UNREAD = { reason: 'github.com did not answer', since: NOW - 5 * MINUTE, times: 3, notBefore: 0 };

const elsewhere = (status: Build['status'], over: Partial<BuildChecks> = {}): Partial<Build> => ({
  status,
  checks: checksOf(over),
});
const card = (status: Build['status'], over: Partial<BuildChecks> = {}) =>
  pushCard(pushView({}, elsewhere(status, over)));

const TITLE = '*Checks of abc123f for storefront/integration*';
const PUSHED = 'pushed to main by Lin 13:30 · 1 commit: Show voucher field';

const TABLE: [
  what: string,
  status: Build['status'],
  over: Partial<BuildChecks>,
  lines: string[],
  string[],
][] = [
  [
    'nothing is known yet',
    'awaiting',
    { since: null, missing: ['test', 'build'] },
    [TITLE, '⏳ Awaiting: 0 of 2 checks passed', PUSHED, '⏳ test and build are not reported yet'],
    [],
  ],
  [
    'each check as it comes',
    'awaiting',
    { latest: [PASSED, check('build', 'pending')] },
    [
      TITLE,
      '⏳ Awaiting: 1 of 2 checks passed · 12 min so far',
      PUSHED,
      '✅ test passed: 212 tests',
      '⏳ build runs',
    ],
    [],
  ],
  [
    'a name that is not reported, with those that are',
    'awaiting',
    { latest: [PASSED], missing: ['build'], others: ['Build', 'lint'] },
    [
      TITLE,
      '⏳ Awaiting: 1 of 2 checks passed · 12 min so far',
      PUSHED,
      '✅ test passed: 212 tests',
      '⏳ build is not reported; names that are: Build, lint',
    ],
    [],
  ],
  [
    'a forge that does not answer',
    'awaiting',
    { latest: [PASSED, check('build', 'manual')], unread: UNREAD },
    [
      TITLE,
      '⏳ Awaiting: 1 of 2 checks passed · 12 min so far',
      PUSHED,
      '✅ test passed: 212 tests',
      '⏳ build waits for a person',
      'github.com did not answer (5 min so far); Slipway asks again by itself',
    ],
    [],
  ],
  [
    'two that bear one name, of which one passed',
    'awaiting',
    { latest: [PASSED, check('test', 'pending', { group: 'b' }), check('build', 'skipped')] },
    [
      TITLE,
      '⏳ Awaiting: 1 of 2 checks passed · 12 min so far',
      PUSHED,
      '✅ test passed: 212 tests',
      '⏳ test runs',
      '✅ build skipped, which counts as passed',
    ],
    [],
  ],
  [
    'a failure',
    'failed',
    { latest: [check('test', 'failed'), check('build', 'cancelled')] },
    [
      '*Build of abc123f for storefront failed*',
      '❌ Failed: test failed and build was cancelled. integration still runs 9f8e7d6.',
      PUSHED,
      '❌ test failed',
      '❌ build cancelled',
    ],
    ['Retry'],
  ],
  [
    'an error',
    'errored',
    { latest: [check('test', 'errored', { url: null }), PASSED] },
    [
      '*Build of abc123f for storefront errored*',
      '⚠️ Errored: test errored. integration still runs 9f8e7d6.',
      PUSHED,
      '⚠️ test errored',
      '✅ test passed: 212 tests',
    ],
    ['Retry*'],
  ],
  [
    'a deadline that is over',
    'errored',
    { overdue: true, latest: [check('test', 'pending', { url: null })], missing: ['build'] },
    [
      '*Build of abc123f for storefront errored*',
      '⚠️ Errored: build was not reported in time and test has not ended in time. integration still runs 9f8e7d6.',
      PUSHED,
      '⏳ test runs',
      '⏳ build is not reported yet',
    ],
    ['Retry*'],
  ],
  [
    'a success',
    'succeeded',
    { latest: [PASSED, check('build', 'passed')], endedAt: NOW },
    [
      '*Deploy abc123f to storefront/integration*',
      '⏳ Queued: checks passed, the deploy starts by itself',
      PUSHED,
    ],
    [],
  ],
];

test.each(TABLE)('a card shows %s', (_what, status, over, lines, buttons) => {
  const said = card(status, over);
  expect(read(said).join('\n').split('\n')).toEqual(lines);
  expect(buttonsOf(said)).toEqual(buttons);
  expect(checkLimits(said)).toEqual([]);
});

test('a card links each check, and nothing but web pages', () => {
  const said = JSON.stringify(
    card('awaiting', {
      latest: [check('test', 'passed'), check('build', 'pending', { url: 'javascript:alert(1)' })],
    }).blocks,
  );
  expect(said).toContain('"url":"https://ci.example.com/test"');
  expect(said).not.toContain('javascript');
});

test('a card of many checks with long names stays within the limits, and mentions nobody', () => {
  const name = `<!channel> *bold* ${'n'.repeat(180)}`;
  const latest = Array.from({ length: 100 }, (_, n) =>
    check(`${name}${n}`, 'failed', { url: `https://ci.example.com/${'u'.repeat(1_900)}`, description: name }),
  );
  for (const status of ['awaiting', 'failed', 'errored'] as const) {
    const said = card(status, {
      names: latest.map((one) => one.name),
      latest,
      missing: [name],
      others: [name],
    });
    expect(checkLimits(said)).toEqual([]);
    expect(
      said.blocks
        .filter(({ type }) => type === 'section')
        .map(readBlock)
        .join(),
    ).not.toContain('<!');
  }
});

const FAILED: ChecksEnd = { kind: 'failed', checks: [check('test', 'failed')] };

test.each<[event: ReplyEvent, words: string, broadcast: boolean]>([
  [
    { kind: 'buildFailed', log: '', checks: FAILED },
    'The build of abc123f, pushed by Lin, failed: test failed.',
    true,
  ],
  [
    { kind: 'buildFailed', log: '', checks: { kind: 'overdue', missing: ['a', 'b'], waiting: [] } },
    'The build of abc123f, pushed by Lin, errored: a and b were not reported in time.',
    true,
  ],
  [{ kind: 'checksPassed' }, 'The checks of abc123f pass now: it counts as built.', false],
])('the thread says %j', (event, words, broadcast) => {
  const said = replyMessage({ id: 'r', at: NOW, event, release: null }, pushView({}, elsewhere('failed')));
  expect(read(said)).toEqual([words]);
  expect(said.broadcast).toBe(broadcast);
  expect(checkLimits(said)).toEqual([]);
});

test('the requester of a release is mentioned when its checks fail', () => {
  const event: ReplyEvent = { kind: 'buildFailed', log: '', checks: FAILED };
  const said = replyMessage({ id: 'r', at: NOW, event, release: null }, view({ release: release() }));
  expect(read(said)).toEqual(['<@UADA> the build of abc123f failed: test failed.']);
});

const AWAITED = checksOf({ latest: [PASSED], missing: ['build'] });

test.each<[Partial<Build>, string]>([
  [
    { status: 'awaiting', checks: AWAITED },
    'awaits its checks: 1 of 2 checks passed, build is not reported yet',
  ],
  [elsewhere('succeeded', { endedAt: NOW }), 'its checks passed 14:30'],
  [elsewhere('failed', { latest: [check('test', 'failed')] }), 'its build failed: test failed'],
  [
    elsewhere('errored', { overdue: true, missing: ['build'] }),
    'its build errored: build was not reported in time',
  ],
])('where says of %j that it %s', (one, words) => {
  const { now, names, commitUrl, cards } = pushView();
  const said = whereMessage({
    now,
    names,
    commitUrl,
    cards,
    product: 'storefront',
    sha: ABC,
    commit: null,
    build: build(one),
    environments: [],
  });
  expect(read(said)[0]?.trim()).toBe(`abc123f · ${words}`);
});

test.each<[Partial<Build>, 'pending' | 'failed', string]>([
  [{ status: 'awaiting', checks: AWAITED }, 'pending', '1 of 2 checks passed, build is not reported yet'],
  [{ status: 'awaiting', checks: AWAITED }, 'failed', '1 of 2 checks passed, build is not reported yet'],
  [
    elsewhere('failed', { latest: [check('test', 'failed', { url: null })] }),
    'failed',
    'the build failed: test failed',
  ],
])('a release waits for %j', (one, known, words) => {
  const shown = view({ release: release({ build: known }) });
  const { built } = shutGates({ ...shown, build: build(one) });
  expect(built?.map((part) => ('text' in part ? part.text : '')).join('')).toBe(words);
});

test.each<[started: string[], elsewhere: string[], unasked: string | null, words: string]>([
  [['test'], [], null, 'test of abc123f will run again.'],
  [
    ['test'],
    ['lint'],
    null,
    'test of abc123f will run again. Slipway cannot run lint again: do that where it runs. Slipway sees by itself when it has passed.',
  ],
  [
    [],
    [],
    'github.com did not answer',
    'Nothing was run again: github.com did not answer. Run the checks again there. Slipway sees by itself when they have passed.',
  ],
  [[], [], null, 'The checks of abc123f are awaited anew.'],
])('a person hears that %j run again, and %j elsewhere', (started, others, unasked, words) => {
  const named = (all: string[]) => all.map((name) => ({ name, url: null }));
  const checks = { started: named(started), elsewhere: named(others), unasked };
  const context = pushView();
  const said = confirmationMessage(
    { kind: 'buildAsked', sha: ABC, checks },
    { here: context.lowest, context },
  );
  expect(read(said)).toEqual([words]);
});

test('a person hears that a commit that was left out has a build already', () => {
  const context = pushView();
  const said = confirmationMessage(
    { kind: 'buildAsked', sha: ABC, stays: true },
    { here: context.lowest, context },
  );
  expect(read(said)).toEqual(['abc123f has a build already; from now on it goes the way of any other push.']);
});

test('a person hears that what is awaited need not be built again', () => {
  const context = pushView();
  const refusal = { rule: 'buildSettled', sha: ABC, status: 'awaiting' } as const;
  expect(read(refusalMessage(refusal, { here: context.lowest, context })).join('\n')).toContain(
    'the checks of abc123f are still awaited',
  );
});
