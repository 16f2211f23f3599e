import { Views } from './views.ts';

/** Shorter secrets are not masked: that would blank out ordinary words and hide nothing. */
const SHORTEST_SECRET = 4;
/** An encoded piece shorter than this reveals too little of a secret and matches too much else. */
const SHORTEST_PIECE = 6;
/**
 * When a line break follows fewer symbols of a needle than this, those symbols are not masked; see `afterBreak` in
 * mask.ts.
 */
export const LINE_START = 4;

/** A text to search for in one view of the output. */
export interface Needle {
  text: string;
  /**
   * For a text without quotes and backslashes: those that preceded a position in the original. The output must
   * contain them there too, in addition to those that a shell or JSON inserts.
   */
  quotes?: ReadonlyMap<number, string>;
}

/** The texts to search for in each view of the output (`views.ts`). */
export interface Needles {
  /** The output as it is. */
  plain: Needle[];
  /** The output without quotes and backslashes, however deeply JSON or a shell nested them. */
  unquoted: Needle[];
  /** The output with `%2F` and the like decoded; each character is one byte. */
  percent: Needle[];
  /** The output as base64, with its lines joined. */
  base64: Needle[];
  /** Only hexadecimal digits, in lower case. */
  hex: Needle[];
}

/** All spellings of all secrets: each secret as a whole, and each line of a secret with several. */
export function needlesOf(secrets: readonly string[]): Needles {
  const needles: Needles = { plain: [], unquoted: [], percent: [], base64: [], hex: [] };
  for (const whole of wholesOf(secrets)) {
    // As a process would print it: output in UTF-8 cannot contain half a surrogate pair.
    const text = Buffer.from(whole, 'utf8').toString('utf8');
    const json = JSON.stringify(text).slice(1, -1);
    const spellings = [...new Set([text, json])];
    needles.plain.push(
      ...[whole, json, bare(text), ...urls(text), ...html(text), ...quoted(text)].map((each) => ({
        text: each,
      })),
    );
    if (!NEVER_QUOTED.test(text))
      needles.unquoted.push(...[text, json, ...escapedJson(json)].flatMap(withoutQuotes));
    needles.percent.push(...spellings.flatMap(bytesOf));
    needles.base64.push(...spellings.flatMap((each) => base64(Buffer.from(each, 'utf8'))));
    needles.hex.push(...spellings.map((each) => ({ text: Buffer.from(each, 'utf8').toString('hex') })));
  }
  return {
    plain: distinct(needles.plain),
    unquoted: distinct(needles.unquoted),
    percent: distinct(needles.percent),
    base64: distinct(needles.base64),
    hex: distinct(needles.hex),
  };
}

function wholesOf(secrets: readonly string[]): Set<string> {
  const wholes = new Set<string>();
  for (const secret of secrets) {
    for (const whole of [secret, secret.trim(), ...secret.split(/\r\n|\r|\n/)]) {
      if (whole.length >= SHORTEST_SECRET && whole.trim() !== '') wholes.add(whole);
    }
  }
  return wholes;
}

/** Drops duplicates and texts that are too short. The same text with and without quotes to check counts as two. */
function distinct(needles: readonly Needle[]): Needle[] {
  const known = new Map<string, Needle>();
  for (const needle of needles) {
    const key = JSON.stringify([needle.text, [...(needle.quotes ?? [])]]);
    if (needle.text.length >= SHORTEST_SECRET) known.set(key, needle);
  }
  return [...known.values()];
}

function urls(text: string): string[] {
  const url = encodeURIComponent(text);
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const all = [url, strict, url.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...all, ...all.map((each) => each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** HTML-escaped spellings. Escaping functions differ in what they leave unescaped. */
function html(text: string): string[] {
  const tags = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = ['"', '&quot;', '&#34;', '&#x22;'].map((one) => tags.replaceAll('"', one));
  return double.flatMap((each) => ["'", '&#39;', '&#x27;', '&apos;'].map((one) => each.replaceAll("'", one)));
}

/**
 * Without surrounding quotes and backslashes, which may or may not be printed; the view without quotes ignores them
 * too.
 */
function bare(text: string): string {
  return text.replace(/^[\\'"]+|[\\'"]+$/g, '');
}

/** Spellings of shells, for texts that consist of so many quotes that the view without quotes finds nothing. */
function quoted(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replace(/'+/g, (quotes) => `'"${quotes}"'`),
    text.replace(/[\\"$`]/g, '\\$&'),
  ];
}

/** JSON spellings that contain only ASCII, or are safe inside HTML. */
function escapedJson(json: string): string[] {
  const code = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const ascii = json.replace(/[\u007f-\uffff]/g, code);
  const html = ascii.replace(/[<>&']/g, code);
  const upper = (each: string) =>
    each.replace(/\\u[0-9a-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
  return [ascii, html, upper(ascii), upper(html)];
}

const QUOTES = '\'"\\';
/** Shells and JSON insert nothing between these characters. */
const NEVER_QUOTED = /^[\w.-]*$/;

function withoutQuotes(spelling: string): Needle[] {
  let text = '';
  let pending = '';
  const quotes = new Map<number, string>();
  for (const char of spelling) {
    if (QUOTES.includes(char)) pending += char;
    else {
      // Leading quotes do not count; see `bare`.
      if (pending !== '' && text !== '') quotes.set(text.length, pending);
      pending = '';
      text += char;
    }
  }
  return text.trim().length < SHORTEST_SECRET ? [] : [{ text, quotes }];
}

function bytesOf(text: string): Needle[] {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const plain = [bytes, bytes.replaceAll(' ', '+')];
  return [...plain, ...plain.map((each) => new Views().percent(each).text)].map((each) => ({ text: each }));
}

/**
 * The secret encoded by itself and inside a longer text. There its bytes can start at any of three positions in a
 * group of three. For each, the middle of the encoded text depends on the secret only.
 */
function base64(bytes: Buffer): Needle[] {
  const whole = bytes.toString('base64');
  const plain = [whole, whole.replace(/=+$/, '')];
  for (let before = 0; before < 3; before += 1) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    plain.push(encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)));
  }
  return plain
    .filter((each) => each.length >= SHORTEST_PIECE)
    .flatMap((each) => [{ text: each }, { text: each.replaceAll('+', '-').replaceAll('/', '_') }]);
}
