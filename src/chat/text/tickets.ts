import { RE2JS, RE2JSException } from 're2js';
import type { Span } from './spans.ts';

/** How the keys of tickets look, as a regular expression in RE2's syntax, and the address of one, with `{key}`. */
export interface TicketLinks {
  pattern: string;
  url: string;
}

/** A longer pattern is one that nobody reads. */
export const PATTERN_MAX = 200;

/** Steps of the compiled pattern. A text is read in so many steps at most for each of its characters. */
const STEPS_MAX = 500;

/** Longer keys are no keys. */
const KEY_MAX = 30;

/** A longer address is not linked: a card has room for some. */
const URL_MAX = 150;

/** How many tickets of one text are linked. */
const LINKED = 2;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Why a pattern cannot be used: as RE2 says it, or because of its size or of what it matches. null: it can. */
export function patternFault(pattern: string): string | null {
  if (pattern.length > PATTERN_MAX) return `is longer than ${PATTERN_MAX} characters`;
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > STEPS_MAX) return 'repeats too much';
    return compiled.matches('') ? 'matches nothing at all as well' : null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `is not a regular expression: ${error.message.replace(/^error parsing regexp: /, '')}`;
  }
}

/** Finds the tickets that a text names. The time for that grows with the text alone, whatever the pattern is. */
export class Tickets {
  readonly #pattern: RE2JS;
  readonly #url: string;

  /** The pattern must have no fault. */
  constructor({ pattern, url }: TicketLinks) {
    this.#pattern = RE2JS.compile(pattern);
    this.#url = url;
  }

  /** The first ones, each a word of its own. */
  find(text: string): Span[] {
    const found: Span[] = [];
    const matcher = this.#pattern.matcher(text);
    while (found.length < LINKED && matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      const key = text.slice(start, end);
      if (key.trim() === '' || key.length > KEY_MAX || !standsAlone(text, start, end)) continue;
      const url = this.#url.replaceAll('{key}', () => encodeURIComponent(key));
      if (url.length <= URL_MAX) found.push({ start, end, url });
    }
    return found;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? '';
  const [after = ''] = text.slice(end, end + 2);
  return !LETTER_OR_DIGIT.test(before) && !LETTER_OR_DIGIT.test(after);
}
