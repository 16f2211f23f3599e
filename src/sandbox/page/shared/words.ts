import type { SandboxMessage } from '../../protocol.ts';

/** Keys of blocks whose strings a reader sees. */
const SHOWN = new Set(['text', 'title', 'alt_text']);

const known = new WeakMap<SandboxMessage, string>();

/** All words that a message shows, in mrkdwn: its blocks, or its text if it has none. */
export function wordsIn(message: SandboxMessage): string {
  let words = known.get(message);
  if (words === undefined) {
    words = message.blocks.length > 0 ? gathered(message.blocks).join(' ') : message.text;
    known.set(message, words);
  }
  return words;
}

function gathered(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(gathered);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'confirm') return [];
    if (typeof item !== 'string') return gathered(item);
    if (key === 'user_id') return [`<@${item}>`];
    return SHOWN.has(key) ? [item] : [];
  });
}

/** Whether a message mentions this person. */
export function mentions(message: SandboxMessage, person: string): boolean {
  return wordsIn(message).includes(`<@${person}`) || message.text.includes(`<@${person}`);
}

/** A message's words on one line, without markup. `name` gives the name of a person or channel by id. */
export function plainWords(mrkdwn: string, name: (id: string) => string | undefined): string {
  return mrkdwn
    .replaceAll(/<([@#!])([^>|]*)(?:\|([^>]*))?>/g, (_all, sign: string, id: string, label?: string) =>
      sign === '!' ? (label ?? `@${id}`) : `${sign}${name(id) ?? label ?? id}`,
    )
    .replaceAll(/<([^>|]*)(?:\|([^>]*))?>/g, (_all, url: string, label?: string) => label ?? url)
    .replaceAll(/(?<![\p{L}\p{N}])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
