import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { replyMessage } from '../../../src/chat/cards/thread-reply.ts';
import type { Bake } from '../../../src/domain/documents/values/bake.ts';
import type { Attempt, Release } from '../../../src/domain/documents/values/release.ts';
import {
  ADA,
  attempt,
  buttonsOf,
  DEPLOYED,
  endedAttempt,
  MINUTE,
  MO,
  NOW,
  read,
  release,
  runs,
  VERIFIED,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const bakeOf = (over: Partial<Bake> = {}): Bake => ({
  startedAt: NOW - 10 * MINUTE,
  forMs: 15 * MINUTE,
  everyMs: MINUTE,
  failures: 2,
  passedMs: 9 * MINUTE,
  checks: 10,
  failedInRow: 0,
  erroredInRow: 0,
  checkFrom: NOW,
  countedTo: NOW,
  nextAt: NOW + MINUTE,
  shownAt: NOW,
  ...over,
});
const FAILED = endedAttempt('verify', { kind: 'failed', how: { kind: 'exit', code: 2 } }, { number: 2 });
const SILENT = { kind: 'errored', reason: 'GitHub answers 401.', ran: false } as const;
const ERRORED = endedAttempt('verify', SILENT, { number: 2 });
const RUNS = attempt({ number: 2, step: 'verify', startedAt: NOW });

function baking(over: Partial<Bake>, last: Attempt = VERIFIED, more: Partial<Release> = {}): Release {
  const begun = { begun: true, deployedAt: NOW - 10 * MINUTE, attempts: [DEPLOYED, last] };
  return release({ status: 'verifying', ...begun, bake: bakeOf(over), ...more });
}

function draw(baked: Release) {
  return releaseCard(view({ release: baked, environment: runs(baked) }));
}

const GOES_ON = '⚙️ Verifying since 14:20 · baking';

test.each<[string, Release, string]>([
  [
    'between two checks',
    baking({}),
    `${GOES_ON} until about 14:36: 9 min of 15 min, next check at 14:31 · deployed in 2 min 11 s`,
  ],
  [
    'while the first check runs',
    baking({ passedMs: 0, countedTo: null, nextAt: null }, RUNS),
    `${GOES_ON} until about 14:45: 0 s of 15 min · deployed in 2 min 11 s`,
  ],
  [
    'after a check that failed',
    baking({ failedInRow: 1 }, FAILED),
    `${GOES_ON} until about 14:36: 9 min of 15 min, next check at 14:31 · 1 of 2 failures in a row · deployed in 2 min 11 s`,
  ],
  [
    'after its time, when the last check failed',
    baking({ failedInRow: 1, passedMs: 16 * MINUTE }, FAILED),
    `${GOES_ON}: 15 min of 15 min, next check at 14:31 · 1 of 2 failures in a row · deployed in 2 min 11 s`,
  ],
  [
    'after a check that errored',
    baking({ erroredInRow: 1 }, ERRORED),
    `${GOES_ON} until about 14:36: 9 min of 15 min, next check at 14:31 · 1 of 3 checks in a row errored: GitHub answers 401 · deployed in 2 min 11 s`,
  ],
  [
    'failed',
    baking({ failedInRow: 2 }, FAILED, { status: 'unverified' }),
    '❌ Verification Failed: 2 checks in a row failed after 9 min of 15 min: exit code 2 after 2 min 11 s',
  ],
  [
    'errored three times in a row',
    baking({ erroredInRow: 3 }, ERRORED, { status: 'errored', erroredIn: 'verify' }),
    '⚠️ Errored: 3 checks in a row errored after 9 min of 15 min: GitHub answers 401. The verify command did not run.',
  ],
  [
    'cancelled between two checks',
    baking({}, VERIFIED, { status: 'unverified', end: { at: NOW, by: MO, reason: 'no', cause: null } }),
    '❌ Verification Failed: cancelled by Mo after 9 min of 15 min: “no”',
  ],
  [
    'passed',
    baking({ passedMs: 15 * MINUTE }, VERIFIED, { status: 'accepted', kind: 'continuous' }),
    '✅ Accepted: deployed in 2 min 11 s, verification passed in 2 min 11 s',
  ],
])('a bake, %s', (_what, baked, status) => {
  const drawn = draw(baked);
  expect(checkLimits(drawn)).toEqual([]);
  expect(read(drawn).join('\n').split('\n')[1]).toBe(status);
});

test('a bake can be cancelled from its card, which says what that does', () => {
  const cancel = draw(baking({}, RUNS)).blocks;
  const said = JSON.stringify(cancel);
  expect(said).toContain(
    'No further check will begin. The check that runs will be ended. prod keeps abc123f, as not verified.',
  );
  expect(said).toContain('Cancel Verification');
  expect(buttonsOf(draw(baking({})))).toEqual(['Show Log', 'Cancel!?', 'Roll Back!']);
});

test('the thread says how far a bake came that failed', () => {
  const baked = baking({ failedInRow: 2 }, FAILED, { status: 'unverified' });
  const outcome = { kind: 'failed', how: { kind: 'exit', code: 2 } } as const;
  const event = { kind: 'ended', step: 'verify', outcome, requester: ADA, log: '' } as const;
  const said = replyMessage({ id: 'r', at: NOW, event, release: baked }, view({ release: baked }));
  expect(said.text).toContain('failed, after 9 min of 15 min.');
});
