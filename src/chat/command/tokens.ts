import type { Past } from '../../domain/documents/values/past.ts';

/**
 * Undoes what Slack, phones and keyboards change in typed text: entities, links, typographic quotes. One line, single
 * spaces.
 */
export function decodeTyped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/<+(https?:\/\/[^\s|<>]+)(?:\|([^<>]*))?>+/gi, (_, url: string, label?: string) =>
      linked(url, label),
    )
    .replace(/<+mailto:[^|<>]*\|([^<>]*)>+/gi, '$1')
    .replace(/[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2039\u203a]/g, "'")
    .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** A link as Slack sends it. Its URL says more than its label, unless the label is the name of a release. */
function linked(url: string, label: string | undefined): string {
  return label !== undefined && /^[\w/-]+#\d+$/.test(label) ? label : url;
}

/** Encodes decoded text so that decoding it gives the same text again. */
export function retyped(text: string): string {
  return text.replace(/&(?=(?:lt|gt|amp);)/g, '&amp;');
}

/** A name or commit without the quotes or backticks around it. */
export function unwrapped(word: string): string {
  return word.replace(/^[`"']+|[`"']+$/g, '');
}

/** The words without one pair of quotes around all of them; null: empty. */
export function spoken(words: string): string | null {
  const text = words.trim();
  const inner = /^"([^"]*)"$/.exec(text)?.[1] ?? /^'([^']*)'$/.exec(text)?.[1] ?? text;
  return inner.trim() || null;
}

const PAST = /^past:(?:(unchecked)|([0-9a-f]{7,64})(?:\+([1-9]\d{0,5}))?)$/i;

/** What a person confirms to go past: "past:9f8e7d6+2", the newest commit and two more. null: the word means something else. */
export function readPast(word: string): Past | null {
  const [whole, unchecked, newest, more] = PAST.exec(unwrapped(word)) ?? [];
  if (whole === undefined) return null;
  return unchecked || newest === undefined
    ? 'unchecked'
    : { newest: newest.toLowerCase(), count: 1 + Number(more ?? 0) };
}

/** As `readPast` reads it. */
export function pastTyped(past: Past): string {
  if (past === 'unchecked') return 'past:unchecked';
  return `past:${past.newest}${past.count > 1 ? `+${past.count - 1}` : ''}`;
}
