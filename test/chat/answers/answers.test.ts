import { confirmationMessage } from '../../../src/chat/answers/confirmation.ts';
import { type Problem, problemMessage } from '../../../src/chat/answers/problems/problem.ts';
import { statusMessage } from '../../../src/chat/answers/status.ts';
import { parseCommand } from '../../../src/chat/command/parse.ts';
import type { StatusView } from '../../../src/chat/view-model.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import {
  ABC,
  ADA,
  acceptedBelow,
  approval,
  attempt,
  buttonsOf,
  environment,
  HOUR,
  LIN,
  lockOf,
  MO,
  NAMES,
  NEW,
  NOW,
  policy,
  read,
  release,
  sha,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const around = {
  now: NOW,
  names: NAMES,
  commitUrl: null,
  cards: { 'storefront/prod#42': 'https://chat.example.com/p1' },
};
const ROBOT = { kind: 'robot', name: 'Slipway' } as const;

function reference(start: string, ago: number, by: typeof ADA | typeof ROBOT = ADA) {
  return { sha: sha(start), ref: null, release: 5, at: NOW - ago, by };
}

function board(over: Partial<StatusView> = {}): StatusView {
  const lowest = reference('def456a', HOUR, ROBOT);
  const middle = reference('abc123f', 2 * HOUR);
  return {
    ...around,
    product: 'storefront',
    environments: [
      {
        policy: policy({
          name: 'integration',
          mode: 'continuous',
          below: null,
          above: { name: 'preprod', mode: 'approval' },
        }),
        environment: environment('integration', [], {
          deployed: lowest,
          accepted: lowest,
          acceptances: [{ acceptance: acceptedBelow({ sha: lowest.sha }), recorded: true }],
        }),
        behind: null,
        revokedBelow: null,
        orders: {},
      },
      {
        policy: policy({ name: 'preprod', below: 'integration', above: { name: 'prod', mode: 'approval' } }),
        environment: environment('preprod', [], { deployed: middle, accepted: middle }),
        behind: 4,
        revokedBelow: null,
        orders: {},
      },
      {
        policy: policy(),
        environment: environment('prod', [release({ approvals: [approval(LIN)] })]),
        behind: 212,
        revokedBelow: null,
        orders: { 42: acceptedBelow() },
      },
    ],
    undeliverable: [],
    troubles: [],
    fetchError: null,
    ...over,
  };
}

test.each(STATUSES)(
  'a cancel of a release that is %s then: only a command that runs is being ended',
  (status) => {
    const runs = status === 'deploying' || status === 'verifying';
    // Its last attempt was cancelled by somebody, now or before it was retried.
    const last = attempt({
      cancelWished: { by: ADA, at: NOW, reason: null },
      outcome: runs ? null : { kind: 'cancelled' },
    });
    const one = release({ status, begun: true, attempts: [last] });
    const around = view({ release: one });
    const said = confirmationMessage(
      { kind: 'done', verb: 'cancel', release: 42 },
      { here: around.here, context: around },
    );
    expect(read(said).join('')).toMatch(runs ? /^prod#42 is being cancelled/ : /^You cancelled prod#42\.$/);
  },
);

test('/release status', () => {
  const said = statusMessage([board()]);
  expect(read(said)).toEqual([
    '*storefront · 3 environments · 1 release waiting*',
    'integration runs def456a (since 13:30)\n✅ accepted by verification · continuous',
    'preprod runs abc123f (since 12:30), 4 commits behind integration\n✅ accepted by Ada\nnothing waits',
    'prod runs 9f8e7d6 (since 22:30), 212 commits behind preprod\n✅ accepted by Ada\n⏳ <https://chat.example.com/p1|prod#42> abc123f prepared: 1 of 2 approvals, still needs Mo',
    'As of 14:30 · only you see this',
  ]);
  expect(buttonsOf(said)).toEqual(['Promote to preprod', 'Why']);
  expect(checkLimits(said)).toEqual([]);
});

test.each([
  [
    { builds: 31, bytes: 6_230_000_000, logs: 310_400_000 },
    'kept: what 31 builds made, 6.2 GB, and logs, 310 MB',
  ],
  [{ builds: 1, bytes: 812, logs: null }, 'kept: what 1 build made, 1 kB'],
])('/release status says how much is kept: %j', (kept, words) => {
  const said = statusMessage([board()], null, kept);
  expect(read(said).at(-1)).toBe(`As of 14:30 · only you see this · ${words}`);
  expect(checkLimits(said)).toEqual([]);
});

test('/release status of one environment, with undelivered messages', () => {
  const said = statusMessage(
    [
      board({
        undeliverable: ['the card of prod#42: channel_not_found'],
        fetchError: { reason: 'host *x*', at: NOW },
      }),
    ],
    'prod',
  );
  expect(read(said).slice(2)).toEqual([
    '⚠️ Errored: the repository could not be read at 14:30: host *x*',
    '⚠️ the card of prod#42: channel_not_found',
    'As of 14:30 · only you see this',
  ]);
});

test.each([
  [1, 'Not built: abc123f: it changes nothing in apps/shop since 9f8e7d6'],
  [3, 'Not built: abc123f, the last of 3 pushes like it: it changes nothing in apps/shop since 9f8e7d6'],
])('status says once that %i of the newest pushes were left out', (count, says) => {
  const leftOut = { why: 'paths', since: sha('9f8e7d6'), paths: ['apps/shop'] } as const;
  const said = statusMessage([board({ leftOut: { sha: ABC, count, leftOut } })]);
  expect(read(said).at(-2)).toBe(says);
  expect(checkLimits(said)).toEqual([]);
});

test('status says when the deployed commit is not accepted', () => {
  const one = release({ status: 'testing', deployedAt: NOW - HOUR });
  const deployed = { ...reference('abc123f', HOUR), release: 42 };
  const row = {
    policy: policy(),
    environment: environment('prod', [one], { deployed }),
    behind: null,
    revokedBelow: null,
    orders: {},
  };
  const lines = read(statusMessage([board({ environments: [row] })]));
  expect(lines[1]).toContain(
    '⚠️ not accepted yet, Testing there (<https://chat.example.com/p1|prod#42>, since 13:30) · last accepted: 9f8e7d6',
  );
});

test('a status of many environments shows whole entries and names the rest', () => {
  const row = board().environments[2];
  const environments = Array.from({ length: 60 }, (_, index) => ({
    ...row!,
    policy: policy({ name: `env-${index}`, url: `https://example.com/${'x'.repeat(200)}` }),
    environment: {
      ...row!.environment,
      id: environmentId('storefront', `env-${index}`),
      name: `env-${index}`,
    },
  }));
  const said = statusMessage([board({ environments })]);
  expect(checkLimits(said)).toEqual([]);
  expect(read(said).at(-1)).toMatch(/^\+\d+: `\/release status storefront\/env-\d+` · As of 14:30/);
});

test('no product', () => {
  expect(read(statusMessage([]))).toEqual(['No product is configured.']);
});

test('status says that a commit was revoked below, and what a release waits for', () => {
  const [lowest, middle] = board().environments;
  const revokedBelow = { at: NOW - HOUR, by: MO, release: 17 };
  const queued = release({
    number: 43,
    sha: NEW,
    status: 'queued',
    build: 'pending',
    approvals: [approval(LIN), approval(MO)],
    queue: { at: NOW, by: ADA, place: 2, was: null },
  });
  const running = release({ status: 'deploying', attempts: [attempt()] });
  const prod = {
    policy: policy(),
    environment: environment('prod', [running, queued], { uncertain: true }),
    behind: 2,
    revokedBelow,
    orders: { 43: acceptedBelow() },
  };
  const said = statusMessage([board({ environments: [lowest!, middle!, prod] })]);
  expect(read(said)[3]?.split('\n')).toEqual([
    'prod runs 9f8e7d6 (since 22:30), 2 commits behind preprod · uncertain: a deploy has begun since, so it may be half changed',
    '✅ accepted by Ada',
    '⚠️ prod runs 9f8e7d6, which Mo revoked in preprod 13:30, see preprod#17',
    '⚙️ abc123f is Deploying there (<https://chat.example.com/p1|prod#42>, since 14:20)',
    '⏳ prod#43 e4f5a6b queued: the build waits for its turn · <https://chat.example.com/p1|prod#42>, deploying since 14:20',
  ]);
  expect(checkLimits(said)).toEqual([]);
});

test('status shows locks, pauses and freezes, and never parses their reasons as markup', () => {
  const [, , prod] = board().environments;
  const lock = { owner: ADA, reason: '*migration* <!channel>', at: NOW - HOUR, until: NOW + HOUR };
  const held = { ...lock, askedBy: [], remindAt: NOW + 4 * HOUR, reminders: 0, card: 'c' };
  const over = { ...held, owner: LIN, until: NOW - 1, card: 'all' };
  const paused = { by: MO, reason: 'fair', at: NOW - HOUR, rollback: null, newest: null, card: 'c' };
  const freeze = [
    {
      kind: 'dated',
      timezone: 'UTC',
      reason: 'Holidays',
      from: '2026-01-05T12:00',
      to: '2026-01-06T08:00',
    } as const,
  ];
  const row = {
    ...prod!,
    policy: policy({ freeze }),
    environment: { ...prod!.environment, lock: held, productLock: over, paused },
  };
  const said = statusMessage([board({ environments: [row] })]);
  expect(read(said)[2]?.split('\n')).toEqual([
    '🔒 locked by Ada, “*migration* <!channel>”, until 15:30',
    '⏳ paused by Mo since 13:30: “fair”',
    '⏳ frozen until 08:00, “Holidays”',
  ]);
  expect(said.blocks[2]?.type).toBe('rich_text');
  expect(checkLimits(said)).toEqual([]);
});

test('a confirmation opens the card', () => {
  const about = { here: view({ release: release() }).here, context: around };
  const said = confirmationMessage({ kind: 'prepared', release: 42 }, about);
  expect(read(said)).toEqual(['<https://chat.example.com/p1|prod#42> is prepared.']);
  expect(buttonsOf(said)).toEqual(['Open Card']);
  expect(buttonsOf(confirmationMessage({ kind: 'buildAsked', sha: ABC }, about))).toEqual([]);
});

test('a queued release is not called started', () => {
  const queued = release({ status: 'queued', queue: { at: NOW, by: ADA, place: 1, was: null } });
  const done = { kind: 'done', verb: 'deploy', release: 42 } as const;
  const words = (one: typeof queued) =>
    read(confirmationMessage(done, { here: view({ release: one }).here, context: around })).join('');
  expect(words(queued)).toContain('You queued');
  expect(words(release({ status: 'deploying' }))).toContain('You started the deploy of');
});

test('a request that expires before anything can start is warned about', () => {
  const about = { here: view({ release: release() }).here, context: around };
  const warnings = [{ kind: 'expiresFirst', startsAt: NOW + 3 * HOUR, expiresAt: NOW + 2 * HOUR } as const];
  const said = confirmationMessage({ kind: 'prepared', release: 42, warnings }, about);
  expect(read(said)).toEqual([
    '<https://chat.example.com/p1|prod#42> is prepared.\nWarning: it can start at 17:30 at the earliest, but expires before that, at 16:30.',
  ]);
  expect(checkLimits(said)).toEqual([]);
});

test('status shows locks and pauses in blocks where nothing is parsed', () => {
  const [integration, preprod, prod] = board().environments;
  const newest = { sha: NEW, ref: 'main', head: 7, card: null };
  const paused = { by: LIN, reason: '<!here> demo', at: NOW, rollback: null, newest, card: 'p' };
  const said = statusMessage([
    board({
      environments: [
        { ...integration!, environment: { ...integration!.environment, paused } },
        preprod!,
        {
          ...prod!,
          policy: policy({ soakMs: 3 * HOUR }),
          environment: { ...prod!.environment, lock: lockOf({ until: NOW + HOUR }) },
        },
      ],
    }),
  ]);
  const lines = read(said).join('\n');
  expect(lines).toContain('⏳ paused by Lin since 14:30: “<!here> demo” · it would deploy e4f5a6b');
  expect(lines).toContain('🔒 locked by Lin, “database migration”, until 15:30');
  expect(lines).toContain('1 of 2 approvals, still needs Mo · soak until 15:30 · lock by Lin');
  expect(JSON.stringify(said.blocks.filter(({ type }) => type !== 'rich_text'))).not.toContain('<!here');
  expect(checkLimits(said)).toEqual([]);
});

const here = view({ release: release() }).here;
const where = {
  products: [{ name: 'storefront', environments: ['integration', 'preprod', 'prod'] }],
  channelProducts: ['storefront'],
};

function typedWrongly(text: string): Problem {
  const parsed = parseCommand(text, where);
  if (parsed.kind !== 'problem') throw new Error(`${text} is a command`);
  return parsed.problem;
}

const asked = {
  kind: 'prepare',
  product: 'storefront',
  environment: 'prod',
  commit: 'abc12',
  note: 'with care',
} as const;
const PROBLEMS: [Problem, string, string, string[]][] = [
  [
    typedWrongly('status prd'),
    'Refused: storefront has no environment "prd".',
    'It has integration, preprod and prod. Did you mean /release status storefront/prod?',
    ['prod'],
  ],
  [
    typedWrongly('aprove prod'),
    'Refused: there is no command "aprove".',
    'Nothing was changed. Did you mean /release approve prod? All commands: /release help',
    ['approve'],
  ],
  [
    {
      kind: 'ambiguousCommit',
      product: 'storefront',
      typed: 'abc12',
      total: 2,
      candidates: [
        { sha: ABC, subject: 'Fix rounding in the cart', author: 'Lin' },
        { sha: sha('abc12e0'), subject: 'Update README', author: 'Mo' },
      ],
      asked,
    },
    'Refused: "abc12" matches 2 commits.',
    'Choose one, or type more of it.',
    ['abc123f Fix rounding in the cart', 'abc12e0 Update README'],
  ],
  [
    {
      kind: 'unknownCommit',
      product: 'storefront',
      typed: 'relase-1.4',
      fetchedAt: NOW,
      suggestions: [{ ref: 'release-1.4', what: 'tag' }],
      asked,
    },
    'Refused: no commit, tag or branch "relase-1.4" in storefront (fetched 14:30).',
    'Did you mean the tag release-1.4?',
    ['release-1.4'],
  ],
  [
    { kind: 'invalidCommit', typed: '--upload-pack=x' },
    'Refused: "--upload-pack=x" cannot be the name of a commit.',
    'Nothing was changed. Name a full or short SHA, a tag or a branch.',
    [],
  ],
  [
    {
      kind: 'twoAwait',
      verb: 'approve',
      here,
      releases: [release(), release({ number: 43, sha: NEW })],
      reason: null,
    },
    'Refused: 2 releases match: prod#42, prod#43.',
    'Nothing was changed. Choose one.',
    ['prod#42 abc123f', 'prod#43 e4f5a6b'],
  ],
  [
    { kind: 'noneAwaitsOf', verb: 'deploy', here, sha: NEW, prepare: true },
    'Refused: no release of e4f5a6b in storefront/prod is approved and waits for its deploy.',
    'Nothing was changed. abc123f is Prepared there (prod#42). prod runs 9f8e7d6.',
    ['Prepare e4f5a6b for prod'],
  ],
  [
    { kind: 'twoCommits', typed: 'https://x.test/compare/v1...v2', asked, commits: ['v2', 'v1'] },
    'Refused: "https://x.test/compare/v1...v2" compares two commits.',
    'Nothing was changed. Choose one.',
    ['v2', 'v1'],
  ],
  [
    { kind: 'noCommitPage', typed: 'https://x.test/pull/1', product: 'storefront' },
    'Refused: "https://x.test/pull/1" is not a link to a commit, tag or branch.',
    'Nothing was changed. Paste the link of one commit of storefront, or its SHA.',
    [],
  ],
  [
    { kind: 'otherRepository', product: 'storefront', theirs: 'x.test/a/b', ours: 'x.test/a/c' },
    'Refused: that belongs to x.test/a/b, but storefront is released from x.test/a/c.',
    'Nothing was changed. Name a commit, tag or branch of storefront.',
    [],
  ],
  [
    { kind: 'commitNotTaken', verb: 'promote', typed: 'abc123f', command: 'prepare storefront/prod abc123f' },
    'Refused: promote takes an environment, not the commit "abc123f".',
    'Nothing was changed. Did you mean /release prepare storefront/prod abc123f?',
    ['prepare storefront/prod abc123f'],
  ],
  [
    { kind: 'placeLater', verb: 'prepare', typed: 'main', command: 'prepare storefront/prod main' },
    'Refused: prepare takes the environment first, and "main" is not one.',
    'Nothing was changed. Did you mean /release prepare storefront/prod main?',
    ['prepare storefront/prod main'],
  ],
  [
    {
      kind: 'unclearEnd',
      typed: 'for 2 hurs',
      commands: [{ label: 'for 2h', command: 'lock storefront/prod x for 2h' }],
    },
    'Refused: it is not clear whether "for 2 hurs" says when the lock ends.',
    'Nothing was changed. Choose one, or write for 2h, until 17:00 or until Fri 16:00 at the end.',
    ['for 2h'],
  ],
  [
    {
      kind: 'whichEnvironment',
      verb: 'deploy',
      commands: [{ label: 'prod', command: 'deploy abc123f storefront/prod' }],
    },
    'Refused: deploy needs an environment too.',
    'Nothing was changed. Choose one.',
    ['prod'],
  ],
  [
    { kind: 'notAbove', from: 'integration', to: 'prod', above: 'preprod' },
    'Refused: prod is not the environment above integration: that is preprod.',
    'Nothing was changed. promote takes the environment to promote FROM.',
    [],
  ],
  [
    { kind: 'endTooFar', typed: 'for 9999999d', command: 'lock storefront/prod x' },
    'Refused: "for 9999999d" is too far away: a lock lasts at most 90 days, or until somebody unlocks it.',
    'Nothing was changed. Choose an earlier end, or lock it without one.',
    ['Lock without end'],
  ],
  [
    { kind: 'endPassed', typed: 'today 09:00', zone: 'Europe/Berlin' },
    'Refused: "today 09:00" has already passed, by the clock of Europe/Berlin.',
    'Nothing was changed. Choose a later end, such as until tomorrow 09:00.',
    [],
  ],
  [
    { kind: 'noneAwaits', verb: 'accept', here },
    'Refused: no release in storefront/prod waits to be accepted.',
    'abc123f is Prepared there (prod#42). prod runs 9f8e7d6. More: `/release status storefront/prod`',
    [],
  ],
  [
    {
      kind: 'nothingAccepted',
      here,
      below: { policy: policy({ name: 'preprod' }), environment: environment('preprod', []) },
    },
    'Refused: nothing is accepted in preprod yet.',
    'Nothing waits there. preprod runs 9f8e7d6. Once something is accepted there, it can go to prod.',
    [],
  ],
  [
    {
      kind: 'nothingAbove',
      product: 'storefront',
      environment: 'prod',
      from: 'preprod',
    },
    'Refused: prod is the topmost environment of storefront.',
    'Nothing was changed. promote takes the environment to promote FROM: `/release promote storefront/preprod`',
    [],
  ],
  [
    { kind: 'nothingAbove', product: 'storefront', environment: 'prod', from: null },
    'Refused: prod is the topmost environment of storefront.',
    'Nothing was changed. promote takes the environment to promote FROM.',
    [],
  ],
  [
    { kind: 'promotedElsewhere', here, to: 'staging', above: 'live', sha: ABC },
    'Refused: prod is no longer promoted to staging: the configuration has changed since this card was posted.',
    'Nothing was prepared. The environment above it is now live.',
    ['Prepare for live'],
  ],
  [
    { kind: 'promotedElsewhere', here, to: 'staging', above: null, sha: ABC },
    'Refused: prod is no longer promoted to staging: the configuration has changed since this card was posted.',
    'Nothing was prepared. No environment is now above it.',
    [],
  ],
  [
    {
      kind: 'reasonMissing',
      asked: { kind: 'fail', product: 'storefront', environment: 'prod', release: 42, reason: null },
    },
    'Refused: fail needs a reason.',
    'Nothing was changed. Write it at the end: /release fail storefront/prod#42 the reason',
    [],
  ],
];

test.each(PROBLEMS)('%j', (problem, first, second, buttons) => {
  const said = problemMessage(problem, { ...around, cards: {} });
  expect(read(said).join('\n')).toBe(`${first}\n${second}`);
  expect(buttonsOf(said)).toEqual(buttons);
  expect(checkLimits(said)).toEqual([]);
});

test('a choice button runs the whole corrected command', () => {
  const [, , ambiguous] = PROBLEMS;
  const said = problemMessage(ambiguous![0], around);
  expect(JSON.stringify(said.blocks)).toContain(`prepare storefront/prod ${ABC} with care`);
});

test('typed text is never parsed as markup', () => {
  for (const text of ['status <!channel>', 'status *x*`y`', 'a&b <@U1>', 'approve prod#<!here>']) {
    const json = JSON.stringify(problemMessage(typedWrongly(text), around).blocks);
    expect(json).not.toContain('mrkdwn');
  }
});
