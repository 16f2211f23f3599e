import { describe, expect, test } from '@jest/globals';
import { hintsFor } from '../../../src/sandbox/page/conversation/hints.tsx';
import { mentions, plainWords, wordsIn } from '../../../src/sandbox/page/shared/words.ts';
import type { SandboxMessage } from '../../../src/sandbox/protocol.ts';

const NAMES: Record<string, string> = { U1: 'Ada', C1: 'general' };

const PLAIN: [mrkdwn: string, words: string][] = [
  ['*bold* and _it_ and `code`', 'bold and it and code'],
  ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
  ['<@U1> in <#C1>, <!here>', '@Ada in #general, @here'],
  ['<https://a.example|prod#42> &lt;b&gt; &amp;', 'prod#42 <b> &'],
  ['<https://a.example>\n\nnext', 'https://a.example next'],
];

test.each(PLAIN)('without markup, %s is %s', (mrkdwn, words) => {
  expect(plainWords(mrkdwn, (id) => NAMES[id])).toBe(words);
});

test('the words of a message are those that a reader sees', () => {
  const message = (blocks: unknown[]): SandboxMessage => ({
    ts: '1.000001',
    channel: 'C1',
    user: 'U2',
    text: 'the fallback',
    blocks,
    threadTs: null,
    broadcast: false,
    edited: false,
    ephemeral: false,
    replies: 0,
  });
  const button = {
    type: 'button',
    text: { type: 'plain_text', text: 'Approve' },
    value: 'hidden',
    confirm: { text: 'sure' },
  };
  const leaf = { type: 'user', user_id: 'U1' };
  const words = wordsIn(
    message([
      { type: 'actions', elements: [button] },
      { type: 'rich_text', elements: [leaf] },
    ]),
  );
  expect(words).toBe('Approve <@U1>');
  expect(wordsIn(message([]))).toBe('the fallback');
  expect(mentions(message([{ elements: [leaf] }]), 'U1')).toBe(true);
  expect(mentions(message([]), 'U1')).toBe(false);
});

describe('hints', () => {
  const place = { bot: 'Slipway', people: ['Ada', 'Adam', 'Lin'], inThread: false };
  const labels = (typed: string, inThread = false) =>
    hintsFor(typed, { ...place, inThread }).map(({ insert }) => insert);

  const TYPED: [typed: string, inserts: string[]][] = [
    ['', []],
    ['hello', []],
    ['/release st', ['/release status']],
    ['/release status', []],
    ['/release lo', ['/release log']],
    ['@sl', ['@slipway']],
    ['look, @ad', ['look, @Ada', 'look, @Adam']],
    ['mail a@sl', []],
    ['@slipway he', ['@slipway help']],
  ];

  test.each(TYPED)('“%s” is completed to %j', (typed, inserts) => {
    expect(labels(typed)).toEqual(inserts);
  });

  test('the command alone is complete, and offers what may follow', () => {
    const [board, ...verbs] = hintsFor('/release', place);
    expect(board).toMatchObject({ insert: '/release', complete: true });
    expect(verbs.length).toBeGreaterThan(10);
    expect(verbs.some(({ complete }) => complete)).toBe(false);
  });

  test('a thread has no slash commands, and few verbs for the release that it is about', () => {
    expect(labels('/release st', true)).toEqual([]);
    expect(labels('@slipway ', true)).toEqual(['@slipway approve', '@slipway why', '@slipway log']);
  });
});
