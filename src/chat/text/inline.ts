import { line } from './clean.ts';

/** What a time shows: the time alone, the day and the time, or the day alone. */
export type TimeFormat = 'time' | 'dayTime' | 'day';

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
  /** `foreign`: its text is from outside, see above. */
  | { kind: 'link'; text: string; url: string; foreign?: true };

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

/** Maximum length of a reason inside a line of several facts. */
export const REASON_MAX = 80;

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

/** "Ada", "Ada and Lin", "Ada, Lin and Mo". */
export function enumerated(items: readonly Inline[], word = 'and'): Inline {
  const last = items.at(-1);
  if (!last || items.length < 2) return last ?? NOTHING;
  return inline`${join(items.slice(0, -1), ', ')} ${word} ${last}`;
}

/** Whether the sentence contains foreign text, so that it must be rendered as rich text. */
export function isForeign(words: Inline): boolean {
  return words.some((part) => part.kind === 'foreign' || ('foreign' in part && part.foreign === true));
}
