import { type Dump, findDumps, startOfBegunDump } from './dumps.ts';
import { Finder } from './finder.ts';
import { LINE_START, type Needle, needlesOf } from './needles.ts';
import { plainView, type View } from './view.ts';
import { HIDDEN, Views } from './views.ts';

/** Replacement for a secret. */
const MASK = '***';
/** Characters of earlier output to search again: a few symbols and the longest gap after them. */
const CONTEXT = 200;

/** Masks one stream of output. */
export interface Masker {
  /** Returns the masked text that is final. Text that may become part of a secret is held back. */
  push(chunk: Uint8Array): string;
  /** Returns the rest. */
  end(): string;
}

/** A stretch of text to be blanked out, `from` inclusive, `to` exclusive. */
interface Stretch {
  from: number;
  to: number;
}

/**
 * Masks secrets in a UTF-8 stream, wherever its chunks are split: as they are, and as written in base64, hexadecimal,
 * URLs, JSON and shells. Only an end of the text that is the beginning of some secret is held back, so ordinary
 * output passes at once. Known limit: a secret that contains the mask itself can appear when the mask is written next
 * to its other half.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const search = new Search(secrets);
  const decoder = new TextDecoder();
  /** Text already returned, kept because a secret divided by a line break may begin in it. */
  let context = '';
  let held = '';
  /**
   * Length of the start of `held` that belongs to a stretch whose mask was already returned. 0: the stretch ends
   * where `held` begins. null: there is none.
   */
  let covered: number | null = null;

  function settle(fresh: string, final: boolean): string {
    const text = context + held + fresh;
    const start = context.length;
    const { stretches, unfinished } = search.in(text);
    const keepFrom = final ? text.length : Math.max(start, unfinished);
    let out = '';
    let position = start;
    let maskedTo = covered === null ? -1 : start + covered;
    for (const { from, to } of stretches) {
      if (to <= start) continue;
      if (from >= keepFrom) break;
      if (from > maskedTo && from >= start) out += text.slice(Math.max(position, maskedTo), from) + MASK;
      maskedTo = Math.max(maskedTo, to);
      position = maskedTo;
    }
    out += text.slice(Math.max(position, maskedTo), keepFrom);
    held = text.slice(keepFrom);
    covered = maskedTo < keepFrom ? null : maskedTo - keepFrom;
    context = text.slice(Math.max(0, keepFrom - CONTEXT), keepFrom);
    return out;
  }

  if (search.isEmpty) {
    return {
      push: (chunk) => decoder.decode(chunk, { stream: true }),
      end: () => decoder.decode(),
    };
  }
  return {
    push: (chunk) => settle(decoder.decode(chunk, { stream: true }), false),
    end: () => settle(decoder.decode(), true),
  };
}

/** Finds secrets in a text, in all their spellings. */
class Search {
  readonly isEmpty: boolean;
  readonly #views = new Views();
  readonly #plain: Finder;
  readonly #unquoted: Finder;
  readonly #percent: Finder;
  readonly #base64: Finder;
  readonly #hex: Finder;

  constructor(secrets: readonly string[]) {
    const needles = needlesOf(secrets);
    this.#plain = new Finder(needles.plain);
    this.#unquoted = new Finder(needles.unquoted);
    this.#percent = new Finder(needles.percent);
    this.#base64 = new Finder(needles.base64);
    this.#hex = new Finder(needles.hex);
    this.isEmpty = this.#plain.isEmpty;
  }

  /**
   * Returns the stretches in order, merged where they touch, and the position from which the text may be the
   * beginning of a secret.
   */
  in(text: string): { stretches: Stretch[]; unfinished: number } {
    const found: Stretch[] = [];
    let unfinished = text.length;
    const look = (finder: Finder, view: View, dumps: readonly Dump[] = []) => {
      finder.find(view.text, {
        hit(needle, from) {
          const stretch = stretchOf(text, view, needle, from);
          if (stretch === null) return;
          const whole = { from: stretch.from, to: endOfLine(stretch.to, dumps) };
          found.push(...(view.breaks === null ? [whole] : linesOf(text, whole)));
        },
        unfinished(_needle, from) {
          unfinished = Math.min(unfinished, startOf(view, afterBreak(view, from)));
        },
      });
    };
    look(this.#plain, plainView(text));
    if (!this.#unquoted.isEmpty) look(this.#unquoted, this.#views.unquoted(text));
    if (HIDDEN.test(text)) {
      const view = this.#views.shown(text);
      look(this.#plain, view);
      if (view.partial !== -1) unfinished = Math.min(unfinished, view.partial);
    }
    if (text.includes('%')) {
      const view = this.#views.percent(text);
      look(this.#percent, view);
      if (view.partial !== -1) unfinished = Math.min(unfinished, view.partial);
    }
    look(this.#base64, this.#views.base64(text));
    const { digits, dumps } = findDumps(text);
    look(this.#hex, this.#views.hex(digits), dumps);
    // A trailing 0 is a digit, or the beginning of `0x`, so both readings are searched.
    if (digits.endsWith('0')) look(this.#hex, this.#views.hex(digits.slice(0, -1)), dumps);
    const begun = startOfBegunDump(text);
    if (begun < text.length) look(this.#hex, this.#views.hex(digits.slice(0, begun)), dumps);
    unfinished = Math.min(unfinished, begun);
    return { stretches: joined(found), unfinished };
  }
}

/** null: the match differs from the secret in its quotes. */
function stretchOf(text: string, view: View, needle: Needle, from: number): Stretch | null {
  const last = from + needle.text.length - 1;
  for (const [place, quotes] of needle.quotes ?? []) {
    const gap = text.slice(startOf(view, from + place - 1) + 1, startOf(view, from + place));
    if (!holdsInOrder(gap, quotes)) return null;
  }
  return { from: startOf(view, afterBreak(view, from)), to: view.end?.[last] ?? startOf(view, last) + 1 };
}

/** One stretch per line, so that the output keeps its lines. */
function linesOf(text: string, { from, to }: Stretch): Stretch[] {
  const lines: Stretch[] = [];
  let start = from;
  for (const { index, 0: end } of text.slice(from, to).matchAll(/\r*\n/g)) {
    lines.push({ from: start, to: from + index });
    start = from + index + end.length;
  }
  return [...lines, { from: start, to }];
}

function startOf(view: View, symbol: number): number {
  return view.at?.[symbol] ?? symbol;
}

/**
 * Position from which a match that starts at `from` is masked: after a line break that follows fewer than
 * `LINE_START` of its symbols. Those few were already returned, because holding them back would delay the end of
 * nearly every line.
 */
function afterBreak({ breaks }: View, from: number): number {
  if (breaks === null) return from;
  for (let symbol = from + 1; symbol < from + LINE_START; symbol += 1) {
    if (breaks[symbol] === 1) return symbol;
  }
  return from;
}

function holdsInOrder(text: string, chars: string): boolean {
  let at = 0;
  for (const char of chars) {
    const found = text.indexOf(char, at);
    if (found === -1) return false;
    at = found + 1;
  }
  return true;
}

/** In a dump, extends the stretch to the end of the line: the text column shows the same bytes. */
function endOfLine(to: number, dumps: readonly Dump[]): number {
  return dumps.find((dump) => dump.from < to && to <= dump.to)?.to ?? to;
}

function joined(all: Stretch[]): Stretch[] {
  all.sort((a, b) => a.from - b.from);
  const stretches: Stretch[] = [];
  for (const stretch of all) {
    const last = stretches.at(-1);
    if (last !== undefined && stretch.from <= last.to) last.to = Math.max(last.to, stretch.to);
    else stretches.push({ ...stretch });
  }
  return stretches;
}
