import { Patience, waitOf } from '../../../src/adapters/forges/http/patience.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DATE = new Date(NOW).toUTCString();
const later = (seconds: number) => String(NOW / 1_000 + seconds);

const TABLE: [string, number, Record<string, string>, number | 'soon' | null, object?][] = [
  ['an answer', 200, {}, null],
  ['an answer with budget left', 200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': later(60) }, null],
  ['the last of the budget', 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) }, 60_000],
  ['the same by GitLab', 200, { 'ratelimit-remaining': '0', 'ratelimit-reset': later(60) }, 60_000],
  [
    'the same as the draft of the standard has it',
    200,
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '60' },
    60_000,
  ],
  ['a budget that is full again', 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(-5) }, 0],
  ['429 with seconds', 429, { 'retry-after': '7' }, 7_000],
  ['429 with a moment', 429, { 'retry-after': new Date(NOW + 90_000).toUTCString() }, 90_000],
  ['429 with a moment that has passed', 429, { 'retry-after': new Date(NOW - 90_000).toUTCString() }, 0],
  ['429 with nonsense', 429, { 'retry-after': 'tomorrow' }, 'soon'],
  ['429 with a budget', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) }, 60_000],
  [
    '429 with both',
    429,
    { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) },
    7_000,
  ],
  ['429 with a year', 429, { 'retry-after': '31536000' }, 86_400_000],
  ['429 alone', 429, {}, 'soon'],
  ['403 with seconds', 403, { 'retry-after': '7' }, 7_000],
  ['403 without budget', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) }, 60_000],
  ['403 with budget', 403, { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': later(60) }, null],
  ['403 alone', 403, {}, null, { message: 'Resource not accessible by integration' }],
  [
    '403 of too many at once',
    403,
    {},
    'soon',
    { documentation_url: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api' },
  ],
  ['503 with seconds', 503, { 'retry-after': '7' }, 7_000],
  ['503 alone', 503, {}, null],
  ['404 without budget', 404, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) }, 60_000],
];

test.each(TABLE)('%s', (_, status, headers, ms, body) => {
  const wait = waitOf({ status, headers: new Headers({ date: DATE, ...headers }), body }, NOW);
  expect(wait?.ms ?? null).toBe(ms);
});

test("moments are counted by the forge's clock", () => {
  const headers = new Headers({ date: DATE, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later(60) });
  for (const wrong of [-3_600_000, 3_600_000])
    expect(waitOf({ status: 200, headers, body: undefined }, NOW + wrong)?.ms).toBe(60_000);
});

test('a shorter wait does not end a longer one', () => {
  const patience = new Patience();
  const limited = (seconds: number) =>
    patience.learn(
      { status: 429, headers: new Headers({ 'retry-after': String(seconds) }), body: undefined },
      NOW,
    );
  limited(60);
  expect(limited(5)).toBe(NOW + 60_000);
  expect(patience.until(NOW + 59_999)).toBe(NOW + 60_000);
  expect(patience.until(NOW + 60_000)).toBeNull();
});
