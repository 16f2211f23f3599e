import type { View } from './view.ts';

/** Longest gap skipped between two symbols of a text. It bounds how much output is held back. */
const LONGEST_GAP = 160;

const [TAB, NEWLINE, RETURN, SPACE, BACKSLASH] = [9, 10, 13, 32, 92];

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for */
/** Whether a text contains anything that `shown` leaves out. */
export const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/y;
const UNFINISHED_SEQUENCE =
  /(?:(?:\u001b\[|\u009b)[0-?]*[ -/]*|\u001b\][^\u0007\u001b\n]*\u001b?|\u001b[ -/]*)$/;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above */

function isHidden(code: number): boolean {
  return code < SPACE ? code !== NEWLINE && code !== TAB : code >= 127 && code < 160;
}

/** The length of the hidden sequence at this position. */
function hiddenAt(text: string, index: number): number {
  SEQUENCE.lastIndex = index;
  return SEQUENCE.exec(text)?.[0].length ?? 1;
}

/** Buffers for views, reused for each chunk. A view is valid until the next one is made. */
export class Views {
  #codes = new Uint16Array(0);
  #at = new Int32Array(0);
  #end = new Int32Array(0);
  #breaks = new Uint8Array(0);

  /** The view without quotes and backslashes. */
  unquoted(text: string): View {
    this.#room(text.length + 8);
    const codes = this.#codes;
    const at = this.#at;
    let count = 0;
    let gap = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if ((code === BACKSLASH || code === 34 || code === 39) && gap < LONGEST_GAP) {
        gap += 1;
        continue;
      }
      gap = 0;
      codes[count] = code;
      at[count] = index;
      count += 1;
    }
    return this.#view(text, count, { ends: false, breaks: false });
  }

  /**
   * The view without what a reader does not see: colours and other terminal sequences, control characters, and
   * carriage returns within a line. `partial`: where an unfinished sequence begins; -1: none.
   */
  shown(text: string): View & { partial: number } {
    this.#room(text.length + 8);
    const codes = this.#codes;
    const at = this.#at;
    let partial = text.search(UNFINISHED_SEQUENCE);
    if (partial !== -1 && text.length - partial >= LONGEST_GAP) partial = -1;
    const stop = partial === -1 ? text.length : partial;
    let count = 0;
    let gap = 0;
    for (let index = 0; index < stop; index += 1) {
      const code = text.charCodeAt(index);
      const left = isHidden(code) ? hiddenAt(text, index) : 0;
      if (left > 0 && gap + left < LONGEST_GAP) {
        gap += left;
        index += left - 1;
        continue;
      }
      gap = 0;
      codes[count] = code;
      at[count] = index;
      count += 1;
    }
    return { ...this.#view(text, count, { ends: false, breaks: false }), partial };
  }

  /**
   * The view with `%2F` and the like decoded, also when encoded more than once (`%252F`). `partial`: where an
   * unfinished code begins; -1: none.
   */
  percent(text: string): View & { partial: number } {
    this.#room(text.length + 8);
    const encoded = /%(?:25)*([0-9A-Fa-f]{2})/y;
    let count = 0;
    let index = 0;
    const partial = text.search(/%(?:25)*[0-9A-Fa-f]?$/);
    const stop = partial === -1 ? text.length : partial;
    while (index < stop) {
      let code = text.charCodeAt(index);
      let length = 1;
      if (code === 37) {
        encoded.lastIndex = index;
        const [all, digits] = encoded.exec(text) ?? [];
        if (all !== undefined && digits !== undefined) {
          code = Number.parseInt(digits, 16);
          length = all.length;
        }
      }
      this.#codes[count] = code;
      this.#at[count] = index;
      index += length;
      this.#end[count] = index;
      count += 1;
    }
    return { ...this.#view(text, count, { ends: true, breaks: false }), partial };
  }

  /** The view with lines joined and without their indentation. Line ends may be escaped as in JSON. */
  base64(text: string): View {
    this.#room(text.length + 8);
    const codes = this.#codes;
    const at = this.#at;
    const breaks = this.#breaks;
    let count = 0;
    /** Number of characters skipped since the last symbol, such as the indentation of a line. */
    let gap = 0;
    let broken = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      // The most frequent case first.
      if (code > SPACE && code !== BACKSLASH) {
        codes[count] = code;
        at[count] = index;
        breaks[count] = broken;
        count += 1;
        gap = 0;
        broken = 0;
        continue;
      }
      let left = 0;
      if (code === NEWLINE || code === RETURN) {
        left = 1;
        broken = 1;
      } else if (code === BACKSLASH) {
        const next = text.charCodeAt(index + 1);
        const isLineEnd = next === 110 || next === 114;
        left = isLineEnd ? 2 : 1;
        if (isLineEnd) broken = 1;
      } else if ((code === SPACE || code === TAB) && broken === 1) left = 1;
      if (left > 0 && gap < LONGEST_GAP) {
        gap += left;
        index += left - 1;
        continue;
      }
      codes[count] = code;
      at[count] = index;
      breaks[count] = broken;
      count += 1;
      gap = 0;
      broken = 0;
    }
    breaks.fill(0, count + 1, count + 8);
    breaks[count] = broken;
    return this.#view(text, count, { ends: false, breaks: true });
  }

  /**
   * The view with hexadecimal digits only and a full stop for each stretch of other text. Also reads `\x6a`, `0x6a`,
   * `6a:6b` and dumps.
   */
  hex(text: string): View {
    this.#room(text.length + 8);
    const codes = this.#codes;
    const at = this.#at;
    const breaks = this.#breaks;
    let count = 0;
    let gap = 0;
    let broken = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const kind = code < 128 ? (HEX_KINDS[code] ?? OTHER) : OTHER;
      if (kind >= DIGIT) {
        codes[count] = kind;
        at[count] = index;
        breaks[count] = broken;
        count += 1;
        gap = 0;
        broken = 0;
        continue;
      }
      gap += 1;
      if (kind === BETWEEN && gap < LONGEST_GAP) {
        if (code === NEWLINE) broken = 1;
        // The 0 of `0x` is not a digit.
        else if (code === 120 && gap === 1 && codes[count - 1] === 48) count -= 1;
        continue;
      }
      if (codes[count - 1] !== STOP || count === 0) {
        codes[count] = STOP;
        at[count] = index;
        breaks[count] = 0;
        count += 1;
      }
      broken = 0;
    }
    breaks.fill(0, count + 1, count + 8);
    breaks[count] = broken;
    return this.#view(text, count, { ends: false, breaks: true });
  }

  #view(text: string, count: number, { ends, breaks }: { ends: boolean; breaks: boolean }): View {
    this.#at[count] = text.length;
    return {
      text: Buffer.from(this.#codes.buffer, 0, count * 2).toString('utf16le'),
      at: this.#at,
      end: ends ? this.#end : null,
      breaks: breaks ? this.#breaks : null,
    };
  }

  #room(length: number): void {
    if (this.#codes.length >= length) return;
    this.#codes = new Uint16Array(length);
    this.#at = new Int32Array(length);
    this.#end = new Int32Array(length);
    this.#breaks = new Uint8Array(length);
  }
}

const [OTHER, BETWEEN, DIGIT, STOP] = [0, 1, 48, 46];

/** For each ASCII character: the digit in lower case, or its role between hexadecimal digits. */
const HEX_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[0-9a-f]/i.test(char)) return char.toLowerCase().charCodeAt(0);
  return /[ \t\r\n:,;%"'\\x-]/.test(char) ? BETWEEN : OTHER;
});
