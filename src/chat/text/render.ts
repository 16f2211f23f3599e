import type { RichTextElement } from '@slack/types';
import { clean, escapeText } from './clean.ts';
import type { Inline, InlineNode, TimeFormat } from './inline.ts';
import { utc } from './times.ts';

const FORMATS: Record<TimeFormat, string> = {
  time: '{time}',
  dayTime: '{date_short_pretty} at {time}',
  day: '{date_short_pretty}',
};

/** Replaces characters that mrkdwn parses by look-alikes: for names inside Slipway's own text. */
function defuse(text: string): string {
  return escapeText(clean(text))
    .replaceAll('*', '\u2217')
    .replaceAll('~', '\u223c')
    .replaceAll('`', '\u02cb')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\uff3f');
}

function safeUrl(url: string): string {
  return escapeText(url.replace(/[|<>\s"]/g, (character) => encodeURIComponent(character)));
}

/** The sentence as mrkdwn, escaped. */
export function mrkdwn(words: Inline): string {
  return words
    .map((part) => {
      switch (part.kind) {
        case 'text':
        case 'foreign':
          return defuse(part.text);
        case 'code':
          return `\`${escapeText(part.text.replaceAll('`', '\u02cb'))}\``;
        case 'time':
          return `<!date^${Math.floor(part.at / 1000)}^${FORMATS[part.format]}|${utc(part.at)}>`;
        case 'mention':
          return /^[A-Z0-9]+$/.test(part.id) ? `<@${part.id}>` : defuse(part.name);
        case 'group':
          return /^[A-Z0-9]+$/.test(part.id) ? `<!subteam^${part.id}>` : defuse(part.name);
        case 'link':
          return `<${safeUrl(part.url)}|${defuse(part.text)}>`;
        default:
          return part satisfies never;
      }
    })
    .join('');
}

/** Merges adjacent texts: rich text parses none of them, and each element takes room. */
function joined(words: Inline): InlineNode[] {
  const parts: InlineNode[] = [];
  for (const part of words) {
    const last = parts.at(-1);
    const isText = part.kind === 'text' || part.kind === 'foreign';
    if (isText && last?.kind === 'text')
      parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
    else parts.push(isText ? { kind: 'text', text: part.text } : part);
  }
  return parts;
}

/** The sentence as elements of rich text, in which Slack parses nothing, so nothing is escaped. */
export function richElements(words: Inline, style?: { bold?: boolean }): RichTextElement[] {
  const filled = joined(words).filter((part) => !('text' in part) || part.text !== '');
  return filled.map((part): RichTextElement => {
    switch (part.kind) {
      case 'text':
      case 'foreign':
        return { type: 'text', text: clean(part.text), ...(style ? { style } : {}) };
      case 'code':
        return { type: 'text', text: part.text || ' ', style: { ...style, code: true } };
      case 'time':
        return {
          type: 'date',
          timestamp: Math.floor(part.at / 1000),
          format: FORMATS[part.format],
          fallback: utc(part.at),
        };
      case 'mention':
        return /^[A-Z0-9]+$/.test(part.id)
          ? { type: 'user', user_id: part.id }
          : { type: 'text', text: part.name };
      case 'group':
        return /^[A-Z0-9]+$/.test(part.id)
          ? { type: 'usergroup', usergroup_id: part.id }
          : { type: 'text', text: part.name };
      case 'link':
        return { type: 'link', url: part.url, text: part.text, ...(style ? { style } : {}) };
      default:
        return part satisfies never;
    }
  });
}

/** The sentence as plain text, for notifications, screen readers and labels. Not escaped. */
export function plain(words: Inline): string {
  return words
    .map((part) => {
      switch (part.kind) {
        case 'text':
        case 'foreign':
        case 'code':
        case 'link':
          return part.text;
        case 'time':
          return utc(part.at);
        case 'mention':
        case 'group':
          return part.name;
        default:
          return part satisfies never;
      }
    })
    .join('');
}
