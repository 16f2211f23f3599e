import { parseCommand } from '../../src/chat/command/parse.ts';
import { VERBS } from '../../src/chat/verbs.ts';
import { readPage, tableUnder } from './markdown.ts';

/** Whatever is written as code in the first column: `prepare prod abc123 [note]`. */
const WRITTEN = tableUnder(readPage('docs/commands.md'), 'What people type').flatMap(([cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
);

describe('docs/commands.md', () => {
  test('names every verb, and no others', () => {
    const verbs = WRITTEN.map((text) => text.split(' ')[0] ?? '').filter((word) => !word.startsWith('prod'));
    expect([...new Set(verbs)].sort()).toEqual([...VERBS].sort());
  });

  test.each(WRITTEN.filter((text) => text.includes(' ')))('/release %s is understood', (text) => {
    const where = {
      products: [{ name: 'shop', environments: ['integration', 'prod'] }],
      channelProducts: ['shop'],
    };
    const said = text.replace(/ \[[^\]]*\]$/, '');
    expect(parseCommand(said, where).kind).not.toBe('problem');
  });
});
