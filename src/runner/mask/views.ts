/** The output without what encodings put between the symbols of a text, and where its symbols lie in it. */
export interface View {
  text: string;
  /** Where each symbol begins, and behind the last one its end. */
  at: Int32Array | null;
  /** Where it ends; null: after one character. */
  end: Int32Array | null;
  /** 1: a line ended right before this symbol (or, behind the last one, after it). null: no lines are joined. */
  breaks: Uint8Array | null;
}

/** Longer stretches of what is left out belong to no text: what is held back has an end. */
const LONGEST_GAP = 160;

const [TAB, NEWLINE, RETURN, SPACE, BACKSLASH] = [9, 10, 13, 32, 92];

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for */
/** Whether a text has anything that `shown` leaves out. */
export const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/y;
const UNFINISHED_SEQUENCE =
  /(?:(?:\u001b\[|\u009b)[0-?]*[ -/]*|\u001b\][^\u0007\u001b\n]*\u001b?|\u001b[ -/]*)$/;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above */

function isHidden(code: number): boolean {
  return code < SPACE ? code !== NEWLINE && code !== TAB : code >= 127 && code < 160;
}

/** The length of what is hidden there. */
function hiddenAt(text: string, index: number): number {
  SEQUENCE.lastIndex = index;
  return SEQUENCE.exec(text)?.[0].length ?? 1;
}

export function plainView(text: string): View {
  return { text, at: null, end: null, breaks: null };
}

/** Room for a view, used again for each chunk. */
export class Views {
  #codes = new Uint16Array(0);
  #at = new Int32Array(0);
  #end = new Int32Array(0);
  #breaks = new Uint8Array(0);

  /** Without quotes and backslashes. */
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
   * Without what a reader is not shown: colours and other sequences of terminals, control characters, a return in the
   * middle of a line. `partial`: where an unfinished sequence begins.
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

  /** `%2F` decoded, also where it was encoded more than once (`%252F`). `partial`: where an unfinished one begins. */
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

  /** Lines joined, with their indentation left out; line ends may be escaped as in JSON. */
  base64(text: string): View {
    this.#room(text.length + 8);
    const codes = this.#codes;
    const at = this.#at;
    const breaks = this.#breaks;
    let count = 0;
    /** What was left out since the last symbol; a line may be indented. */
    let gap = 0;
    let broken = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      // Most of all.
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

  /** Nothing but hexadecimal digits; a full stop for each stretch of other text. `\x6a`, `0x6a`, `6a:6b` and dumps too. */
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
        // The nought of `0x` is no digit.
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

/** For each ASCII character: the digit in lower case, or what it is to hexadecimal digits. */
const HEX_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[0-9a-f]/i.test(char)) return char.toLowerCase().charCodeAt(0);
  return /[ \t\r\n:,;%"'\\x-]/.test(char) ? BETWEEN : OTHER;
});
