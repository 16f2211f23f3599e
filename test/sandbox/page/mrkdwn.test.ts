import { describe, expect, test } from '@jest/globals';
import { type Part, parseMrkdwn, parseSpans, type Span } from '../../../src/sandbox/page/blocks/mrkdwn.ts';

const text = (words: string): Span => ({ kind: 'text', text: words });

const SPANS: [source: string, spans: Span[]][] = [
  ['plain words', [text('plain words')]],
  ['*bold* and _italic_', [bold('bold'), text(' and '), { kind: 'italic', spans: [text('italic')] }]],
  ['~gone~', [{ kind: 'strike', spans: [text('gone')] }]],
  ['*_both_*', [{ kind: 'bold', spans: [{ kind: 'italic', spans: [text('both')] }] }]],
  ['2 * 3 * 4', [text('2 * 3 * 4')]],
  ['a*b*c and snake_case_name', [text('a*b*c and snake_case_name')]],
  ['*open', [text('*open')]],
  ['*not\nover lines*', [text('*not\nover lines*')]],
  ['**', [text('**')]],
  ['`*code*` here', [{ kind: 'code', text: '*code*' }, text(' here')]],
  ['*a `*` b*', [{ kind: 'bold', spans: [text('a '), { kind: 'code', text: '*' }, text(' b')] }]],
  [
    '*accepted in <http://a.example/*x*|storefront/prod>*',
    [{ kind: 'bold', spans: [text('accepted in '), link('http://a.example/*x*', 'storefront/prod')] }],
  ],
  ['<https://a.example?b=1&amp;c=2>', [link('https://a.example?b=1&c=2', 'https://a.example?b=1&c=2')]],
  ['<@U0ADA> <#C1|general>', [mention('user', 'U0ADA', ''), text(' '), mention('channel', 'C1', 'general')]],
  ['<!subteam^S1|@testers>', [mention('group', 'S1', '@testers')]],
  ['<!here>', [{ kind: 'broadcast', range: 'here' }]],
  ['&lt;!channel&gt; &amp;lt; a < b', [text('<!channel> &lt; a < b')]],
  [
    '<!date^1795484180^{date_short_pretty} at {time}|2026-11-24 01:36 UTC>',
    [
      {
        kind: 'date',
        seconds: 1795484180,
        format: '{date_short_pretty} at {time}',
        url: '',
        fallback: '2026-11-24 01:36 UTC',
      },
    ],
  ],
];

function bold(words: string): Span {
  return { kind: 'bold', spans: [text(words)] };
}

function link(url: string, words: string): Span {
  return { kind: 'link', url, text: words };
}

function mention(kind: 'user' | 'channel' | 'group', id: string, words: string): Span {
  return { kind, id, text: words };
}

test.each(SPANS)('%s', (source, spans) => {
  expect(parseSpans(source)).toEqual(spans);
});

const PARTS: [what: string, source: string, parts: Part[]][] = [
  ['nothing', '', []],
  [
    'a quote between lines',
    'before\n&gt; one\n&gt;two\nafter',
    [
      { kind: 'lines', spans: [text('before')] },
      { kind: 'quote', spans: [text('one\ntwo')] },
      { kind: 'lines', spans: [text('after')] },
    ],
  ],
  [
    'log lines, in which nothing is parsed',
    'log:\n```\n*GET* /x &lt;500&gt;\n```',
    [
      { kind: 'lines', spans: [text('log:\n')] },
      { kind: 'preformatted', text: '*GET* /x <500>' },
    ],
  ],
  ['three backticks that are never closed', '```open', [{ kind: 'lines', spans: [text('```open')] }]],
];

describe('parts', () => {
  test.each(PARTS)('%s', (_what, source, parts) => {
    expect(parseMrkdwn(source)).toEqual(parts);
  });
});
