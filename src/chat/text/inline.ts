import type { RichTextElement } from '@slack/types';
import { environmentId, releaseId, short } from '../../domain/names.ts';
import { isGroup } from '../../domain/people/groups.ts';
import type { Actor } from '../../domain/people/people.ts';
import type { RenderContext } from '../view-model.ts';
import { clean, escapeText, line, names as nameList } from './clean.ts';

type TimeFormat = 'time' | 'dayTime' | 'day';

/** A typed piece of a sentence, so that it can be rendered as mrkdwn, as rich text and as plain text. */
export type InlineNode =
  | { kind: 'text'; text: string }
  /** Text from a person, a commit, a log or the network. Rendered as rich text only, in which Slack parses nothing. */
  | { kind: 'foreign'; text: string }
  | { kind: 'code'; text: string; foreign: boolean }
  | { kind: 'time'; at: number; format: TimeFormat }
  | { kind: 'mention'; id: string; name: string }
  /** A user group; `name` begins with `@`. */
  | { kind: 'group'; id: string; name: string }
  | { kind: 'link'; text: string; url: string };

/** A sentence in pieces. Adjacent pieces are rendered without a space between them. */
export type Inline = readonly InlineNode[];
type Sayable = string | number | InlineNode | Inline;

function parts(value: Sayable): Inline {
  if (typeof value === 'string' || typeof value === 'number') return [{ kind: 'text', text: String(value) }];
  return 'kind' in value ? [value] : value;
}

/** Template tag for a sentence: say`Rejected by ${person(by)} ${dayTime(at)}: ${quote(reason)}` */
export function inline(strings: TemplateStringsArray, ...values: Sayable[]): Inline {
  const words = strings.flatMap((text, index) => {
    const value = values[index];
    return [...parts(text), ...(value === undefined ? [] : parts(value))];
  });
  return words.filter((part) => part.kind !== 'text' || part.text !== '');
}

/** The sentences one after the other, with the text `between` two of them. */
export function join(items: readonly Inline[], between: string): Inline {
  return items.flatMap((item, index) => (index === 0 ? item : [...parts(between), ...item]));
}

/** The empty sentence. */
export const NOTHING: Inline = [];

/** Foreign text in quotation marks, cut. */
export function quote(text: string, max = 300): InlineNode {
  return { kind: 'foreign', text: `“${line(text, max)}”` };
}

/** Foreign text without quotation marks, cut. */
export function foreign(text: string, max: number): InlineNode {
  return { kind: 'foreign', text: line(text, max) };
}

/** `: “reason”`, or nothing if there is none. */
export function because(reason: string | null, max = 300): Inline {
  return reason && line(reason, max) ? inline`: ${quote(reason, max)}` : NOTHING;
}

/** Slipway's own text in code style, such as a command. */
export function code(text: string): InlineNode {
  return { kind: 'code', text: line(text, 150), foreign: false };
}

/** Foreign text in code style, cut. */
export function foreignCode(text: string, max: number): InlineNode {
  return { kind: 'code', text: line(text, max), foreign: true };
}

/** "14:02"; `at`: milliseconds since the epoch. Slack shows it in the reader's time zone. */
export function time(at: number): InlineNode {
  return { kind: 'time', at, format: 'time' };
}

/** "today at 14:02" */
export function dayTime(at: number): InlineNode {
  return { kind: 'time', at, format: 'dayTime' };
}

/** "14:02" within 12 hours of now, else "21 Nov at 14:02". */
export function since(at: number, now: number): InlineNode {
  return Math.abs(now - at) < 12 * 3_600_000 ? time(at) : dayTime(at);
}

/** "at 14:02" within 12 hours of now, else "tomorrow at 14:02". */
export function at(when: number, now: number): Inline {
  const part = since(when, now);
  return part.kind === 'time' && part.format === 'time' ? inline`at ${part}` : [part];
}

/** "Ada", "Ada and Lin", "Ada, Lin and Mo". */
export function enumerated(items: readonly Inline[], word = 'and'): Inline {
  const last = items.at(-1);
  if (!last || items.length < 2) return last ?? NOTHING;
  return inline`${join(items.slice(0, -1), ', ')} ${word} ${last}`;
}

/** "14:02" within 12 hours of now, else "21 Nov". */
export function sinceDay(at: number, now: number): InlineNode {
  return Math.abs(now - at) < 12 * 3_600_000 ? time(at) : { kind: 'time', at, format: 'day' };
}

/** A display name, which notifies nobody. */
export function person(actor: Actor | { name: string }): Inline {
  return inline`${line(actor.name, 30)}`;
}

/** The plain name of a person, by user id, or of a group, by `@handle`; the id if the name is unknown. */
export function named(id: string, context: RenderContext): string {
  if (isGroup(id)) return line(id.slice(1), 30);
  return line(Object.hasOwn(context.names, id) ? (context.names[id] ?? id) : id, 30);
}

/** The names of people and groups, by user id and `@handle`: "Ada, Lin, Mo and 9 others". */
export function namesOf(ids: readonly string[], context: RenderContext, word = 'and'): string {
  return nameList(
    ids.map((id) => named(id, context)),
    ids.length,
    word,
  );
}

/** A mention, for a person who must act. The robot is never mentioned. */
export function mention(actor: Actor): Inline {
  return actor.kind === 'person' ? [{ kind: 'mention', id: actor.id, name: line(actor.name, 30) }] : NOTHING;
}

/** A mention of a person by user id, or of a group if Slack has told its id. */
function mentionOf(id: string, context: RenderContext): Inline {
  if (!isGroup(id)) return [{ kind: 'mention', id, name: named(id, context) }];
  const known = context.groups && Object.hasOwn(context.groups, id) ? context.groups[id] : undefined;
  return known ? [{ kind: 'group', id: known.id, name: line(id, 31) }] : inline`${named(id, context)}`;
}

/** Mentions of people by user id and of groups; at most five. */
export function mentions(ids: readonly string[], context: RenderContext, between = ' '): Inline {
  const shown = ids.slice(0, 5).map((id) => mentionOf(id, context));
  const rest = ids.length - shown.length;
  return rest > 0 ? inline`${join(shown, between)} and ${rest} more` : join(shown, between);
}

/** The SHA's first seven characters, linked to the forge if a URL is configured. */
export function commit(sha: string, context: RenderContext): InlineNode {
  if (!context.commitUrl) return { kind: 'text', text: short(sha) };
  return {
    kind: 'link',
    text: short(sha),
    url: context.commitUrl.replaceAll('{sha}', encodeURIComponent(sha)),
  };
}

/** A link to the forge's page of what `to` has and `from` has not; null: no such URL is configured. */
export function compare(from: string, to: string, { compareUrl }: RenderContext): InlineNode | null {
  if (!compareUrl) return null;
  const filled = { from: encodeURIComponent(from), to: encodeURIComponent(to) };
  const url = compareUrl.replace(/\{(from|to)\}/g, (_, end: 'from' | 'to') => filled[end]);
  return { kind: 'link', text: 'compare', url };
}

/** `prod#42`, linked to its card if its URL is known. */
export function releaseRef(
  environment: { product: string; name: string },
  number: number,
  context: RenderContext,
): InlineNode {
  const id = releaseId(environmentId(environment.product, environment.name), number);
  const url = Object.hasOwn(context.cards, id) ? context.cards[id] : undefined;
  const text = releaseId(environment.name, number);
  return url ? { kind: 'link', text, url } : { kind: 'text', text };
}

/** Whether the sentence contains foreign text, so that it must be rendered as rich text. */
export function isForeign(words: Inline): boolean {
  return words.some((part) => part.kind === 'foreign' || (part.kind === 'code' && part.foreign));
}

/** "2026-01-31 14:02 UTC", for readers whose client shows no dates in their time zone. */
export function utc(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown';
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

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
