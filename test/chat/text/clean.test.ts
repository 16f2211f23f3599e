import fc from 'fast-check';
import {
  bytesText,
  capital,
  fallback,
  line,
  names,
  ordinal,
  truncate,
} from '../../../src/chat/text/clean.ts';
import { inline } from '../../../src/chat/text/inline.ts';
import { mrkdwn, richElements } from '../../../src/chat/text/render.ts';
import { unicodeText } from '../../support/unicode.ts';

test.each<[string[], string]>([
  [[], ''],
  [['Ada'], 'Ada'],
  [['Ada', 'Lin', 'Mo'], 'Ada, Lin and Mo'],
  [['Ada', 'Lin', 'Mo', 'Tom'], 'Ada, Lin, Mo and Tom'],
  [['Ada', 'Lin', 'Mo', 'Tom', 'Eve'], 'Ada, Lin, Mo and 2 others'],
])('%j', (all, words) => expect(names(all)).toBe(words));

test('ordinals are written in English', () =>
  expect([1, 2, 9, 10, 11, 21, 112].map(ordinal)).toEqual([
    'first',
    'second',
    'ninth',
    '10th',
    '11th',
    '21st',
    '112th',
  ]));

test('text is cut at a word, or else between code points', () => {
  expect(truncate('Fix rounding in the cart', 20)).toBe('Fix rounding in the…');
  expect(truncate('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(truncate('👍👍👍', 4)).toBe('👍…');
});

test('cut text keeps to its limit and has whole code points', () => {
  fc.assert(
    fc.property(unicodeText(), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const short = line(text, max);
      expect(short.length).toBeLessThanOrEqual(max);
      expect(short).not.toMatch(/\p{Surrogate}|[\n\r\u202a-\u202e]/u);
    }),
  );
});

test.each([
  ['an override', 'deploy \u202egnissecorp\u202c now', 'deploy gnissecorp now'],
  ['an isolate without an end', 'a \u2067b', 'a b'],
  ['marks', 'a\u200f\u200e\u061cb', 'ab'],
  ['an end without a beginning', 'a \u2069 b', 'a b'],
])('foreign text cannot set the direction of other text: %s', (_, text, shown) => {
  expect(line(text, 40)).toBe(shown);
});

test('text from right to left keeps its direction to itself, in each kind of text', () => {
  const words = inline`${line('תיקון עיגול', 40)} – ${line('Ada', 30)} 12:30`;
  const isolated = '\u2068תיקון עיגול\u2069 – Ada 12:30';
  expect(mrkdwn(words)).toBe(isolated);
  expect(richElements(words)).toEqual([{ type: 'text', text: isolated }]);
  expect(line('תיקון עיגול של הסכום', 12)).toMatch(/^\u2068.*…\u2069$/u);
});

test('a fallback is escaped within its limit', () => {
  expect(fallback('<!channel> & co')).toBe('&lt;!channel&gt; &amp; co');
  const long = fallback('&'.repeat(1000));
  expect(long.length).toBeLessThanOrEqual(300);
  expect(long.replaceAll('&amp;', '')).toBe('…');
});

test('names cannot make markup, mentions or links', () => {
  const words = inline`by ${'*Ada* <!channel> `x` ~y~ _z_ a_b'}`;
  expect(mrkdwn(words)).toBe('by ∗Ada∗ &lt;!channel&gt; ˋxˋ ∼y∼ ＿z＿ a_b');
  expect(mrkdwn([{ kind: 'mention', id: 'U1> <!here', name: 'x' }])).toBe('x');
  expect(mrkdwn([{ kind: 'link', text: 'a|b>', url: 'https://x.example/|<!here>' }])).toBe(
    '<https://x.example/%7C%3C!here%3E|a|b&gt;>',
  );
});

test('rich text has no empty parts', () => {
  expect(
    richElements([
      { kind: 'text', text: '' },
      { kind: 'foreign', text: 'x' },
    ]),
  ).toHaveLength(1);
});

test.each([
  ['queued by Ada', 'Queued by Ada'],
  ['éclair', 'Éclair'],
  ['git.acme.dev said no', 'git.acme.dev said no'],
  ['127.0.0.1 said no', '127.0.0.1 said no'],
  ['https://ci.acme.dev/job/x is a folder', 'https://ci.acme.dev/job/x is a folder'],
  ['deploy.yml: it is wrong', 'deploy.yml: it is wrong'],
  ['failed: it is wrong.', 'Failed: it is wrong.'],
  ['', ''],
])('%s begins a sentence as %s', (text, sentence) => {
  expect(capital(text)).toBe(sentence);
});

test.each([
  [0, '0 kB'],
  [400, '0 kB'],
  [999_400, '999 kB'],
  [999_500, '1.0 MB'],
  [9_940_000, '9.9 MB'],
  [9_960_000, '10 MB'],
  [310_000_000, '310 MB'],
  [6_230_000_000, '6.2 GB'],
  [41_000_000_000_000, '41 TB'],
  [4_100_000_000_000_000, '4,100 TB'],
])('%d bytes are %s', (bytes, words) => {
  expect(bytesText(bytes)).toBe(words);
});
