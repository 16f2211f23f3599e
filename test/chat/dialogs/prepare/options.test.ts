import fc from 'fast-check';
import {
  type CommitOption,
  commitOption,
  optionsAnswer,
  SLOW,
} from '../../../../src/chat/dialogs/prepare/options.ts';
import { unicodeText } from '../../../support/unicode.ts';
import { ABC, OLD } from '../../build.ts';
import { checkOptions } from '../../limits.ts';

const option = (sha: string, subject: string | null = 'Fix the cart', says = 'Lin'): CommitOption => ({
  sha,
  subject,
  says,
});
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => option((from + index).toString(16).padStart(40, '0')));

const valuesOf = (answer: ReturnType<typeof optionsAnswer>) =>
  'options' in answer
    ? answer.options.map(({ value }) => value)
    : answer.option_groups.flatMap(({ options }) => options.map(({ value }) => value));

test('a commit is offered by SHA and subject, as plain text', () => {
  expect(commitOption(option(ABC, 'Fix <!channel> *x* :tada:'))).toEqual({
    text: { type: 'plain_text', text: 'abc123f Fix <!channel> *x* :tada:', emoji: false },
    description: { type: 'plain_text', text: 'Lin', emoji: false },
    value: ABC,
  });
  expect(commitOption(option(ABC, null, '')).text.text).toBe('abc123f');
});

test('each commit is offered once, where it comes first, and empty groups are left out', () => {
  const answer = optionsAnswer({
    groups: [
      { label: 'Accepted in preprod', commits: [option(ABC)] },
      { label: 'Branches and tags', commits: [] },
      { label: 'Commits', commits: [option(ABC), option(OLD)] },
      { label: 'Messages and authors', commits: [option(OLD)] },
    ],
    rest: 'all',
  });
  expect(answer).toMatchObject({
    option_groups: [
      { label: { text: 'Accepted in preprod' }, options: [{ value: ABC }] },
      { label: { text: 'Commits' }, options: [{ value: OLD }] },
    ],
  });
});

test.each([
  ['nothing', [], 'all', []],
  ['nothing, too slowly', [], 'slow', ['more']],
  ['some of many', many(2), 'more', [...many(2).map(({ sha }) => sha), 'more']],
  ['99', many(99), 'all', many(99).map(({ sha }) => sha)],
  ['more than fit', many(120), 'all', [...many(99).map(({ sha }) => sha), 'more']],
] as const)('%s: the last option says if there is more', (_what, commits, rest, values) => {
  expect(valuesOf(optionsAnswer({ groups: [{ label: 'Commits', commits: [...commits] }], rest }))).toEqual(
    values,
  );
});

test('an answer that came too late says so', () => {
  expect(valuesOf(SLOW)).toEqual(['more']);
  expect(checkOptions(SLOW)).toEqual([]);
});

test('whatever people write, Slack takes the options, and nothing reorders what stands around it', () => {
  const words = fc.oneof(
    unicodeText({ maxLength: 200 }),
    fc.constantFrom('שלום עולם '.repeat(20), '\u202Eevil', 'x'.repeat(500), '\n\n', '👩‍👩‍👧‍👦'.repeat(40)),
  );
  const commit = fc.record({
    sha: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 }),
    subject: fc.option(words),
    says: words,
  });
  const groups = fc.array(fc.record({ label: words, commits: fc.array(commit, { maxLength: 60 }) }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(groups, fc.constantFrom('all', 'more', 'slow'), (drawn, rest) => {
      const answer = optionsAnswer({ groups: drawn, rest });
      expect(checkOptions(answer)).toEqual([]);
      expect(valuesOf(answer).length).toBeLessThanOrEqual(100);
      const text = JSON.stringify(answer);
      expect(text).not.toMatch(/[\u202a-\u202e]/);
      // What reads from right to left is isolated: each isolate is closed.
      expect(text.match(/[\u2066-\u2068]/g)?.length).toBe(text.match(/\u2069/g)?.length);
    }),
    { numRuns: 200 },
  );
});
