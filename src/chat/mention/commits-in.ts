import { isSurelyCommit, layersOf } from '../../domain/pasted.ts';
import { decodeTyped } from '../command/tokens.ts';

/** Fields of a message, its blocks and its attachments that hold words or links for its reader. */
const FIELDS: ReadonlySet<string> = new Set([
  'text',
  'url',
  'value',
  'title',
  'title_link',
  'from_url',
  'original_url',
  'fallback',
  'pretext',
  'author_link',
]);

/** Deeper inside, nothing is read: a message of Slack's is not so deep. */
const DEPTH = 12;

/** At most so many words are looked for: a message may quote a whole history. */
export const WORDS_READ = 20;

/** The words of a message that may name a commit: SHAs, and links of any kind; each once, in order. Never throws. */
export function commitsIn(message: unknown): string[] {
  const found = new Map<string, string>();
  for (const text of textsIn(message, DEPTH)) {
    for (const word of wordsOf(text)) {
      const inner = layersOf(word).at(-1) ?? word;
      const isLink = /^https?:\/\//i.test(inner);
      if (isLink || isSurelyCommit(inner)) found.set(inner.toLowerCase(), inner);
      if (found.size >= WORDS_READ) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** The words of a text; of a link both its address and its label. */
function wordsOf(text: string): string[] {
  const apart = text.replace(/<(https?:\/\/[^|<>\s]+)\|([^<>]*)>/gi, ' $1 $2 ');
  return decodeTyped(apart).split(' ').filter(Boolean);
}

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((inside) => textsIn(inside, depth - 1));
  return Object.entries(value).flatMap(([key, inside]) =>
    typeof inside === 'string' ? (FIELDS.has(key) ? [inside] : []) : textsIn(inside, depth - 1),
  );
}
