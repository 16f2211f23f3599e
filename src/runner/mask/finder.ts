import type { Needle } from './needles.ts';

/** Needles are looked up by this many leading symbols; every needle is at least that long. */
const WINDOW = 4;
/** Size of the table in bits. It fits into the fastest cache. */
const BUCKETS = 1 << 16;

/** Receives what a search finds. */
export interface Found {
  /** A complete needle starts at `from`. */
  hit(needle: Needle, from: number): void;
  /** The text from here to its end is the beginning of some needle, but not all of it. */
  unfinished(needle: Needle, from: number): void;
}

/**
 * Searches for many needles in one pass, at a cost that hardly depends on their number: every four symbols of the
 * text are looked up in a table of the needles' beginnings.
 */
export class Finder {
  readonly #table = new Uint8Array(BUCKETS / 8);
  readonly #byStart = new Map<string, Needle[]>();
  /** Needles by their first one, two and three symbols. */
  readonly #beginnings = new Map<string, Needle[]>();
  readonly isEmpty: boolean;

  constructor(needles: readonly Needle[]) {
    this.isEmpty = needles.length === 0;
    for (const needle of needles) {
      const start = needle.text.slice(0, WINDOW);
      let codes = 0;
      for (let index = 0; index < WINDOW; index += 1) codes = shifted(codes, start.charCodeAt(index));
      const mark = bucket(codes);
      this.#table[mark >> 3] = (this.#table[mark >> 3] ?? 0) | (1 << (mark & 7));
      add(this.#byStart, start, needle);
      for (let length = 1; length < WINDOW; length += 1)
        add(this.#beginnings, start.slice(0, length), needle);
    }
  }

  find(text: string, found: Found): void {
    if (this.isEmpty) return;
    const table = this.#table;
    let codes = 0;
    for (let index = 0; index < text.length; index += 1) {
      codes = shifted(codes, text.charCodeAt(index));
      const mark = bucket(codes);
      if ((((table[mark >> 3] as number) >> (mark & 7)) & 1) === 0 || index < WINDOW - 1) continue;
      const from = index - WINDOW + 1;
      for (const needle of this.#byStart.get(text.slice(from, index + 1)) ?? []) {
        if (from + needle.text.length <= text.length) {
          if (text.startsWith(needle.text, from)) found.hit(needle, from);
        } else if (needle.text.startsWith(text.slice(from))) found.unfinished(needle, from);
      }
    }
    for (let length = Math.min(WINDOW - 1, text.length); length > 0; length -= 1) {
      const from = text.length - length;
      for (const needle of this.#beginnings.get(text.slice(from)) ?? []) found.unfinished(needle, from);
    }
  }
}

/** The last four symbols, one byte of each. */
function shifted(codes: number, code: number): number {
  return (codes << 8) | (code & 0xff);
}

function bucket(codes: number): number {
  return Math.imul(codes, 0x9e3779b1) >>> 16;
}

function add(map: Map<string, Needle[]>, key: string, needle: Needle): void {
  const known = map.get(key);
  if (known) known.push(needle);
  else map.set(key, [needle]);
}
