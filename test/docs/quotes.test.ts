import { filesBelow } from '../rules/citations.ts';
import { fences, pages, readPage } from './markdown.ts';

/**
 * In a `text` block, a page quotes messages of Slipway, one a line. `<what>` stands for what varies. The pieces between must
 * stand in one file of `src`, in this order and close to each other.
 */
const PLACEHOLDER = /<[^<>\n]+>/;

/** What one function puts before messages of all kinds, or a terminal before each line. */
const PREFIX = /^(?:⚠️ |⏳ |⚙️ |❌ |🚫 )?(?:Refused: |Errored: )?|^ {2}(?:what|to do) +/;

/** A text that is broken over lines in the source is one text; what it says counts, not how a sentence begins. */
function flattened(text: string): string {
  return text
    .replace(/['"`]\s*\+\s*['"`]/g, '')
    .replace(/\\'/g, "'")
    .toLowerCase();
}

const SOURCES = filesBelow('src', /\.(ts|js)$/).map(({ path, text }) => ({ path, text: flattened(text) }));

/** How far from each other two pieces of a message may stand: what is put between them is code. */
const BETWEEN = '[^]{0,120}?';

/** A file that prints the message; null: none does. */
function printedBy(message: string): string | null {
  const pieces = flattened(message.replace(PREFIX, ''))
    .split(PLACEHOLDER)
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 1);
  if (pieces.length === 0) return null;
  const written = new RegExp(
    pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(BETWEEN),
  );
  return SOURCES.find(({ text }) => written.test(text))?.path ?? null;
}

function messagesIn(page: string): string[] {
  return fences(readPage(page), 'text').flatMap((block) =>
    block.split('\n').filter((line) => line.trim() !== ''),
  );
}

const QUOTING = pages().filter((page) => messagesIn(page).length > 0);

describe('messages that pages quote', () => {
  test('docs/troubleshooting.md quotes many', () => {
    expect(QUOTING).toContain('docs/troubleshooting.md');
    expect(messagesIn('docs/troubleshooting.md').length).toBeGreaterThan(60);
  });

  test.each(QUOTING)('of %s are printed by the code', (page) => {
    expect(messagesIn(page).filter((message) => printedBy(message) === null)).toEqual([]);
  });

  test.each([
    ['the app is not in the channel <channel>, so Slipway cannot post there', 'src/flow/cards/channels.ts'],
    ['⚠️ The app is not in the channel <channel>, so Slipway cannot post there', 'src/flow/cards/channels.ts'],
    ['so Slipway cannot post there <channel> the app is not in the channel', null],
    ['the app is missing in the channel <channel>', null],
    ['<anything>', null],
  ])('%j', (message, path) => {
    expect(printedBy(message)).toBe(path);
  });
});
