import fc from 'fast-check';
import { commitsIn, WORDS_READ } from '../../../src/chat/mention/commits-in.ts';

const LINK = 'https://git.acme.dev/acme/shop/commit/abc1234';

test.each<[string, unknown, string[]]>([
  ['its text', { text: 'broken since abc1234, I think' }, ['abc1234']],
  ['a word that is no commit', { text: 'defaced façade added 1.2.3 v42' }, []],
  ['formatting', { text: '*abc1234* `def5678` (9abcdef)' }, ['abc1234', 'def5678', '9abcdef']],
  ['the same twice', { text: 'abc1234 ABC1234', attachments: [{ fallback: 'abc1234' }] }, ['abc1234']],
  ['a link', { text: `see <${LINK}>` }, [LINK]],
  ['a link with a label', { text: `<${LINK}|abc1234: Fix>` }, [LINK, 'abc1234']],
  ['blocks', { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'abc1234' } }] }, ['abc1234']],
  [
    'rich text',
    { blocks: [{ elements: [{ elements: [{ type: 'link', url: LINK, text: 'it' }] }] }] },
    [LINK],
  ],
  [
    'an attachment',
    { attachments: [{ title_link: LINK, fields: [{ value: 'abc1234' }] }] },
    [LINK, 'abc1234'],
  ],
  [
    'ids of its parts',
    { blocks: [{ block_id: 'abc1234', text: { text: 'hello' } }], ts: '1700000000.000100' },
    [],
  ],
  ['nothing', null, []],
])('reads %s', (_what, message, words) => {
  expect(commitsIn(message)).toEqual(words);
});

test('reads a bounded number of words of any message, and never throws', () => {
  fc.assert(
    fc.property(
      fc.anything(),
      fc.array(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 7, maxLength: 40 })),
      (any, shas) => {
        expect(commitsIn({ text: shas.join(' '), blocks: any }).length).toBeLessThanOrEqual(WORDS_READ);
      },
    ),
  );
});
