import { boardMessage } from '../../../src/chat/answers/board.ts';
import { statusMessage } from '../../../src/chat/answers/status.ts';
import type { StatusView } from '../../../src/chat/view-model.ts';
import {
  ABC,
  ADA,
  buttonsOf,
  environment,
  HOUR,
  LIN,
  lockOf,
  NAMES,
  NOW,
  OLD,
  policy,
  read,
  release,
  sha,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

type Row = StatusView['environments'][number];

function row(over: Partial<Row> & { name?: string } = {}): Row {
  const { name = 'prod', ...more } = over;
  return {
    policy: policy({ name }),
    environment: environment(name, []),
    behind: 212,
    revokedBelow: null,
    orders: {},
    ...more,
  };
}

function product(environments: Row[], over: Partial<StatusView> = {}): StatusView {
  return {
    now: NOW,
    names: NAMES,
    commitUrl: null,
    cards: {},
    product: 'storefront',
    environments,
    undeliverable: [],
    fetchError: null,
    troubles: [],
    ...over,
  };
}

/** What the board says of one environment. */
function line(one: Row): string {
  const said = boardMessage([product([one])], true);
  expect(checkLimits(said)).toEqual([]);
  return read(said)[0]?.split('\n')[1] ?? '';
}

const at = { ref: null, release: 41, at: NOW - HOUR, by: ADA };
const frozen = { kind: 'daily', from: 0, to: 0, timezone: 'UTC', reason: 'Audit' } as const;

test.each<[string, Row, string]>([
  ['what runs, since when, how far behind', row(), 'prod 9f8e7d6 since 22:30 · 212 behind preprod'],
  [
    'nothing',
    row({ behind: null, environment: environment('prod', [], { deployed: null }) }),
    'prod nothing runs yet',
  ],
  [
    'what is not accepted',
    row({ behind: 0, environment: environment('prod', [], { deployed: { sha: ABC, ...at } }) }),
    'prod abc123f since 13:30 · ⚠️ not accepted',
  ],
  [
    'what may be half changed',
    row({ behind: 0, environment: environment('prod', [], { uncertain: true }) }),
    'prod 9f8e7d6 since 22:30 · ⚠️ perhaps half changed',
  ],
  [
    'a lock and a freeze',
    row({
      behind: 0,
      policy: policy({ freeze: [frozen] }),
      environment: environment('prod', [], { lock: lockOf({ until: NOW + HOUR }) }),
    }),
    'prod 9f8e7d6 since 22:30 · 🔒 locked by Lin until 15:30 · ⏳ frozen until 00:00',
  ],
  [
    'what waits',
    row({
      behind: 0,
      environment: environment('prod', [
        release(),
        release({ number: 43, status: 'approved' }),
        release({ number: 44 }),
      ]),
    }),
    'prod 9f8e7d6 since 22:30 · ⏳ prod#42 abc123f prepared, 0 of 2 approvals · ⏳ prod#43 abc123f approved, 0 of 2 approvals · +1 more',
  ],
])('%s', (_what, one, words) => {
  expect(line(one).replace(/<date>/g, '')).toBe(words);
});

test('one button prepares a release of each product; there is none where nobody approves', () => {
  const continuous = row({
    name: 'integration',
    policy: policy({ name: 'integration', mode: 'continuous' }),
  });
  const views = [product([row()]), product([continuous], { product: 'billing' })];
  const said = boardMessage(views, true);
  expect(buttonsOf(said)).toEqual(['Prepare…']);
  expect(read(said)[0]).toMatch(/^\*storefront · nothing waits\*\n/);
  expect(read(said).at(-1)).toBe(
    'As of 14:30 · only you see this · more: `/release status`, `/release help`',
  );
});

test('a release that somebody must test waits too', () => {
  const tested = row({ environment: environment('prod', [release({ status: 'testing', deployedAt: NOW })]) });
  for (const said of [boardMessage([product([tested])], true), statusMessage([product([tested])])]) {
    expect(said.text).toMatch(/1 release wait(s|ing)/);
    expect(said.text).not.toContain('nothing waits');
  }
});

test('problems are counted, and a channel of no product says so', () => {
  const said = boardMessage([product([row()], { fetchError: { reason: 'x', at: NOW } })], false);
  expect(read(said)[0]).toContain('⚠️ 1 problem: `/release status storefront`');
  expect(read(said).at(-1)).toMatch(/^No product posts in this channel, so all are shown\. As of/);
  expect(boardMessage([], false)).toMatchObject({ text: 'No product is configured.' });
});

test('a hundred products with long names stay within Slack’s limits, and the others are named', () => {
  const long = 'x'.repeat(60);
  const views = Array.from({ length: 100 }, (_, index) =>
    product(
      Array.from({ length: 8 }, (__, place) =>
        row({
          name: `${long}${place}`,
          environment: environment('prod', [release({ sha: sha(`${place}`) }), release({ number: 43 })], {
            lock: lockOf({ owner: { ...LIN, name: 'שם ארוך מאוד '.repeat(20) }, reason: long }),
            deployed: { sha: OLD, ...at },
          }),
        }),
      ),
      { product: `${long}-${index}` },
    ),
  );
  const said = boardMessage(views, false);
  expect(checkLimits(said)).toEqual([]);
  expect(read(said).at(-1)).toMatch(/\+\d+: `\/release status x+-\d+`/);
});
