import fc from 'fast-check';
import { commitList } from '../../../src/chat/blocks/blocks.ts';
import type { Inline } from '../../../src/chat/text/inline.ts';
import { plain, richElements } from '../../../src/chat/text/render.ts';
import { subjectWords } from '../../../src/chat/text/subjects.ts';
import { patternFault, Tickets } from '../../../src/chat/text/tickets.ts';
import type { PullLine, References } from '../../../src/chat/view-model.ts';
import { unicodeText } from '../../support/unicode.ts';
import { ABC, NOW, sha } from '../build.ts';

const GITHUB = { url: 'https://forge.example/pull/{number}', sign: '#' } as const;
const GITLAB = { url: 'https://forge.example/-/merge_requests/{number}', sign: '!' } as const;
const TICKETS = { pattern: '[A-Z]+-[0-9]+', url: 'https://tickets.example/browse/{key}' };

const pull = (number: number, title: string): PullLine => ({ number, title, url: null });

function referring(pulls: PullLine[] = [], over: Partial<References> = {}): References {
  return { pulls: { [ABC]: pulls }, pullLinks: GITHUB, tickets: new Tickets(TICKETS), ...over };
}

/** As it reads, with what is linked in brackets. */
function read(words: Inline): string {
  return words.map((part) => (part.kind === 'link' ? `[${part.text}]` : plain([part]))).join('');
}

function says(subject: string, references: References, max?: number): string {
  return read(subjectWords({ sha: ABC, subject }, { references }, new Set(), max));
}

const VOUCHER = pull(12, 'Show voucher field');

test.each<[what: string, subject: string, references: References, says: string]>([
  ['nothing', 'Fix rounding', referring(), 'Fix rounding'],
  [
    'a merge at GitHub',
    'Merge pull request #12 from acme/voucher',
    referring([VOUCHER]),
    'Show voucher field ([#12])',
  ],
  [
    'a merge at Gitea',
    "Merge pull request 'Show voucher field' (#12) from voucher into main",
    referring([VOUCHER]),
    'Show voucher field ([#12])',
  ],
  [
    'a merge in a Bitbucket of a company',
    'Merge pull request #12 in ACME/shop from voucher to main',
    referring([VOUCHER]),
    'Show voucher field ([#12])',
  ],
  [
    'its other form',
    'Pull request #12: Show voucher field',
    referring([VOUCHER]),
    'Pull request [#12]: Show voucher field',
  ],
  [
    'a merge at bitbucket.org',
    'Merged in voucher (pull request #12)',
    referring([VOUCHER]),
    'Show voucher field ([#12])',
  ],
  [
    'a merge at GitLab',
    "Merge branch 'voucher' into 'main'",
    referring([VOUCHER], { pullLinks: GITLAB }),
    'Show voucher field ([!12])',
  ],
  [
    'a merge by hand',
    'Merge branch main into voucher',
    referring([VOUCHER]),
    'Merge branch main into voucher ([#12] Show voucher field)',
  ],
  [
    'a merge of which the forge has said nothing',
    'Merge pull request #12 from acme/voucher',
    referring(),
    'Merge pull request [#12] from acme/voucher',
  ],
  ['a squash merge', 'Show voucher field (#12)', referring([VOUCHER]), 'Show voucher field ([#12])'],
  [
    'a squash merge that nobody is asked about',
    'Show voucher field (#12)',
    referring(),
    'Show voucher field ([#12])',
  ],
  [
    'a number of GitLab',
    'Show voucher field (!12)',
    referring([], { pullLinks: GITLAB }),
    'Show voucher field ([!12])',
  ],
  ['an issue at GitLab', 'Fix it (#12)', referring([], { pullLinks: GITLAB }), 'Fix it (#12)'],
  [
    'a revert of one',
    'Revert "Fix rounding (#12)" (#15)',
    referring([pull(15, 'Revert "Fix rounding"')]),
    'Revert "Fix rounding (#12)" ([#15])',
  ],
  ['a commit of a branch', 'Add its test', referring([VOUCHER]), 'Add its test ([#12] Show voucher field)'],
  ['the only commit of a branch', 'show voucher field', referring([VOUCHER]), 'show voucher field ([#12])'],
  [
    'several',
    'Add its test',
    referring([pull(31, 'Release 7'), VOUCHER]),
    'Add its test ([#12] Show voucher field)',
  ],
  [
    'several, of which it names one',
    'Add its test (#31)',
    referring([VOUCHER, pull(31, 'x')]),
    'Add its test ([#31])',
  ],
  ['another number than the forge says', 'Show it (#7)', referring([VOUCHER]), 'Show it ([#7])'],
  ['a number in a word', 'Fix a#12b', referring([VOUCHER]), 'Fix a#12b ([#12] Show voucher field)'],
  ['a number within a number', 'Fix #123', referring([VOUCHER]), 'Fix #123 ([#12] Show voucher field)'],
  ['an empty title', 'Fix rounding', referring([pull(12, ' \n ')]), 'Fix rounding ([#12])'],
  ['pages that are not known', 'Fix (#12)', referring([VOUCHER], { pullLinks: null }), 'Fix (#12)'],
  [
    'a page that only the forge knows',
    'Fix',
    referring([{ ...VOUCHER, url: 'https://elsewhere.example/12' }], { pullLinks: null }),
    'Fix ([#12] Show voucher field)',
  ],
  ['a ticket', 'SHOP-12: fix rounding', referring(), '[SHOP-12]: fix rounding'],
  ['tickets', 'SHOP-12, SHOP-13, SHOP-14', referring(), '[SHOP-12], [SHOP-13], SHOP-14'],
  [
    'a ticket in a title',
    'Add its test',
    referring([pull(12, 'SHOP-7 voucher')]),
    'Add its test ([#12] [SHOP-7] voucher)',
  ],
  ['a ticket in text from right to left', 'שלום SHOP-7 עולם', referring(), '\u2068שלום [SHOP-7] עולם\u2069'],
  ['a ticket within a word', 'Fix xSHOP-12 and SHOP-12b', referring(), 'Fix xSHOP-12 and SHOP-12b'],
  [
    'a ticket that is a branch',
    'Merge pull request #12 from SHOP-7',
    referring([pull(12, 'Voucher')]),
    'Voucher ([#12])',
  ],
])('%s: %s', (_what, subject, references, expected) => {
  expect(says(subject, references)).toBe(expected);
});

test('without anything that is known, the subject is cut', () => {
  const subject = 'Show voucher field (#12)';
  expect(read(subjectWords({ sha: ABC, subject }, {}, new Set(), 15))).toBe('Show voucher…');
});

test('a number that is cut off stands after what is left; a key that is cut is not linked', () => {
  const long = `${'word '.repeat(30)}(#12)`;
  expect(says(long, referring())).toMatch(/^(word )+word… \(\[#12\]\)$/);
  expect(says('Fix:SHOP-1234', referring(), 11)).toBe('Fix:SHOP-1…');
  expect(says('Fix:SHOP-1234', referring(), 13)).toBe('Fix:[SHOP-1234]');
});

test('a title is said once in a list', () => {
  const commits = ['1', '2', '3'].map((at) => ({ sha: sha(at), subject: `Step ${at}`, author: 'Lin' }));
  const pulls = Object.fromEntries(commits.map((commit) => [commit.sha, [VOUCHER]]));
  const context = { now: NOW, names: {}, commitUrl: null, cards: {}, references: referring([], { pulls }) };
  const [list] = commitList({ count: 3, commits, authors: ['Lin'] }, 3, context);
  const texts =
    JSON.stringify(list)
      .match(/"text":"[^"]*"/g)
      ?.join('') ?? '';
  expect(texts.match(/Show voucher field/g)).toHaveLength(1);
  expect(texts.match(/#12/g)).toHaveLength(3);
});

test('keys are encoded in their address, which is not linked if it is too long', () => {
  const tickets = new Tickets({ pattern: '#[^ ]+', url: 'https://tickets.example/?q={key}&again={key}' });
  expect(tickets.find('Fix #a/$&?"')).toEqual([
    { start: 4, end: 11, url: 'https://tickets.example/?q=%23a%2F%24%26%3F%22&again=%23a%2F%24%26%3F%22' },
  ]);
  expect(tickets.find(`Fix #${'ß'.repeat(30)}`)).toEqual([]);
  expect(tickets.find(`Fix #${'x'.repeat(40)}`)).toEqual([]);
});

test.each<[pattern: string, fault: RegExp | null]>([
  ['[A-Z]+-[0-9]+', null],
  ['(?i:shop|web)-\\d{1,6}', null],
  ['\\p{Lu}+-\\d+', null],
  ['(a+)+$', null],
  ['', /matches nothing at all/],
  ['[A-Z]*', /matches nothing at all/],
  ['([A-Z]+', /^is not a regular expression: missing closing \)/],
  ['(?=SHOP)-1', /^is not a regular expression/],
  ['(a)\\1', /^is not a regular expression/],
  ['(\\w{100}){5}', /^repeats too much$/],
  ['((a{100}){100}){100}', /^is not a regular expression/],
  ['x'.repeat(201), /^is longer than 200 characters$/],
])('the pattern %s', (pattern, fault) => {
  if (fault === null) expect(patternFault(pattern)).toBeNull();
  else expect(patternFault(pattern)).toMatch(fault);
});

const hostile = fc.oneof(
  unicodeText({ maxLength: 700 }),
  fc.constantFrom(
    '<!channel> *SHOP-1* & `y` <@U1> <https://x.example|SHOP-2>',
    '\u202eשלום SHOP-7 עולם (#12)',
    'שלום '.repeat(40),
    'SHOP-1 '.repeat(200),
    '👩‍👩‍👧‍👦'.repeat(100),
    'a'.repeat(50_000),
    '\ud800SHOP-1\udfff',
  ),
);

test('whatever people write is inert, bounded, and in order', () => {
  const everything = new Tickets({ pattern: '[^ ]+', url: TICKETS.url });
  fc.assert(
    fc.property(hostile, hostile, fc.constantFrom(GITHUB, GITLAB, null), (subject, title, pullLinks) => {
      const references = referring([pull(12, title)], { pullLinks, tickets: everything });
      const words = subjectWords({ sha: ABC, subject }, { references }, new Set());
      const text = plain(words);
      expect(text.length).toBeLessThanOrEqual(80 + 60 + 10);
      expect(text).not.toMatch(/\p{Surrogate}|[\n\r\u202a-\u202e]/u);
      expect(text.match(/\u2068/g)?.length).toBe(text.match(/\u2069/g)?.length);
      const elements = richElements(words);
      for (const element of elements) {
        expect(['text', 'link']).toContain(element.type);
        if (element.type === 'link') expect(element.url).toMatch(/^https:\/\/(forge|tickets)\.example\//);
      }
      expect(elements.filter(({ type }) => type === 'link').length).toBeLessThanOrEqual(5);
    }),
  );
});
