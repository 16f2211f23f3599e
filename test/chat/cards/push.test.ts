import { pushCard } from '../../../src/chat/cards/push/card.ts';
import type { PushView } from '../../../src/chat/view-model.ts';
import type { Build } from '../../../src/domain/documents/build.ts';
import type { BuildAttempt } from '../../../src/domain/documents/values/build/run.ts';
import {
  ABC,
  attempt,
  buttonsOf,
  commits,
  environment,
  MINUTE,
  NEW,
  NOW,
  OLD,
  policy,
  pushView,
  read,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

function tried(over: Partial<BuildAttempt>): BuildAttempt {
  const { number, worker, startedAt, leaseUntil, lastLine, progressAt } = attempt();
  return {
    number,
    worker,
    startedAt,
    leaseUntil,
    lastLine,
    progressAt,
    step: 'test',
    endedAt: null,
    outcome: null,
    ...over,
  };
}

const endedAt = NOW - 10 * MINUTE + 64_000;
const FAILED = { kind: 'failed', step: 'test', command: 'npm test', how: { kind: 'exit', code: 1 } } as const;
const newerDeployed = {
  policy: policy({ name: 'integration', mode: 'continuous', below: null }),
  environment: environment('integration', [], { newestHead: 8 }),
};

const TABLE: [string, Partial<Build>, string, string, string[], Partial<PushView>?][] = [
  [
    'requested',
    { status: 'requested' },
    'Building abc123f for storefront/integration',
    '⏳ Queued: the build starts by itself',
    [],
  ],
  [
    'requested and held',
    { status: 'requested', held: 'the disk is full' },
    'Building abc123f for storefront/integration',
    '⏳ Queued: the disk is full',
    [],
  ],
  [
    'building',
    { status: 'building', attempt: tried({}) },
    'Building abc123f for storefront/integration',
    '⚙️ Building since 14:20 · step: test (3 of 5) · 10 min so far',
    [],
  ],
  [
    'failed',
    { status: 'failed', attempt: tried({ endedAt, outcome: FAILED }) },
    'Build of abc123f for storefront failed',
    '❌ Failed: npm test ended with exit code 1 after 1 min 4 s. integration still runs 9f8e7d6.',
    ['Retry', 'Show Log'],
  ],
  [
    'errored',
    {
      status: 'errored',
      attempt: tried({ endedAt, outcome: { kind: 'errored', reason: 'host not found' } }),
    },
    'Build of abc123f for storefront errored',
    '⚠️ Errored: host not found. integration still runs 9f8e7d6.',
    ['Retry*'],
  ],
  [
    'skipped',
    { status: 'skipped' },
    'Not deployed: abc123f to storefront/integration',
    '🚫 Superseded by e4f5a6b before it was built.',
    [],
    { newer: NEW },
  ],
  [
    'built, before its release is made',
    { status: 'succeeded', attempt: tried({ endedAt, outcome: { kind: 'succeeded' } }) },
    'Deploy abc123f to storefront/integration',
    '⏳ Queued: built in 1 min 4 s, the deploy starts by itself',
    [],
  ],
  [
    'built, but a newer push was deployed',
    { status: 'succeeded' },
    'Not deployed: abc123f to storefront/integration',
    '🚫 Superseded by a newer push before it was deployed.',
    [],
    { lowest: newerDeployed },
  ],
  [
    'built, for a lowest environment with approvals',
    { status: 'succeeded' },
    'Built, not deployed: abc123f of storefront',
    '✅ Built: built. A person prepares it for prod.',
    [],
    { lowest: { policy: policy({ below: null }), environment: environment('prod', []) } },
  ],
];

test.each(TABLE)('%s', (_, build, title, status, buttons, over = {}) => {
  const card = pushCard(pushView(over, build));
  expect(read(card).join('\n').startsWith(`*${title}*\n${status}\n`)).toBe(true);
  expect(buttonsOf(card)).toEqual(buttons);
  expect(checkLimits(card)).toEqual([]);
});

test('a push card shows who pushed what, and the last line', () => {
  const lines = ['start', '  ✕ cart › rounds half up (12 ms)', ''];
  const card = pushCard(
    pushView(
      { commits: commits(2), logTail: { lines, before: 0 } },
      { status: 'failed', attempt: tried({ endedAt, outcome: FAILED }) },
    ),
  );
  expect(read(card).at(-1)).toBe(
    'pushed to main by Lin 13:30 · 2 commits: Fix number 0; Fix number 1\n✕ cart › rounds half up (12 ms)',
  );
  expect(card.text).toContain('storefront Failed: Build of abc123f for storefront failed. Npm test');
});

test.each([
  [0, ''],
  [1, ' · one card for 2 pushes'],
  [8, ' · one card for 9 pushes'],
])('after %i pushes without a card of their own, a card says for how many it is', (earlier, words) => {
  const { push } = pushView();
  const card = pushCard(pushView({ push: { ...push, burst: { earlier, quietUntil: NOW } } }));
  expect(read(card).at(-1)).toBe(`pushed to main by Lin 13:30${words} · 1 commit: Show voucher field`);
});

describe('a tag', () => {
  const { push } = pushView();
  const tags = new Map([
    [ABC, 'v1.2'],
    [NEW, 'v1.3'],
  ]);

  test.each([
    [{ name: 'v1.2' }, 'tagged v1.2 by Lin 13:30 · 1 commit: Show voucher field'],
    [
      { name: 'v1.2', from: OLD },
      'tag v1.2 moved here from 9f8e7d6 by Lin 13:30 · 1 commit: Show voucher field',
    ],
  ])('%j is on its card, beside the SHA too', (tag, says) => {
    const card = pushCard(pushView({ push: { ...push, branch: tag.name, tag }, tags }));
    expect(read(card)[0]?.split('\n')[0]).toBe('*Building abc123f (v1.2) for storefront/integration*');
    expect(read(card).at(-1)).toBe(says);
    expect(checkLimits(card)).toEqual([]);
  });

  test.each([
    [NEW, 'its tag came when e4f5a6b (v1.3), which contains it, ran or was about to.'],
    [ABC, 'it ran already when its tag came.'],
  ])('on a commit that is part of %s is told', (of, says) => {
    const leftOut = { why: 'old', of } as const;
    const view = pushView({ push: { ...push, tag: { name: 'v1.2' }, leftOut }, tags }, { status: 'skipped' });
    const card = pushCard(view);
    const [title, status] = read(card).join('\n').split('\n');
    expect(title).toBe('*Not deployed: abc123f (v1.2) to storefront/integration*');
    expect(status).toBe(`🚫 Left Out: ${says}`);
    expect(buttonsOf(card)).toEqual([]);
    expect(checkLimits(card)).toEqual([]);
  });
});
