import { Views } from './views.ts';

/** Shorter ones would blank out ordinary words and hide nothing: they are not masked. */
const SHORTEST_SECRET = 4;
/** An encoded piece shorter than this says too little of a secret and matches too much else. */
const SHORTEST_PIECE = 6;
/** A line break after fewer symbols of a needle than this lets those go: see the masker. */
export const LINE_START = 4;

/** A text to look for, in a view of the output. */
export interface Needle {
  text: string;
  /**
   * Of a text without quotes and backslashes: which of them stood in front of a place in it. They have to be there in the
   * output too, beside those that a shell or JSON adds.
   */
  quotes?: ReadonlyMap<number, string>;
}

/** What to look for in each view of the output (`mask-views.ts`). */
export interface Needles {
  /** The output as it is. */
  plain: Needle[];
  /** Without quotes and backslashes: however deep JSON or a shell has wrapped it. */
  unquoted: Needle[];
  /** With `%2F` decoded; a character is one byte. */
  percent: Needle[];
  /** Base64, its lines joined. */
  base64: Needle[];
  /** Nothing but hexadecimal digits, in lower case. */
  hex: Needle[];
}

/** Every spelling of every secret: whole, and each line of one with several. */
export function needlesOf(secrets: readonly string[]): Needles {
  const needles: Needles = { plain: [], unquoted: [], percent: [], base64: [], hex: [] };
  for (const whole of wholesOf(secrets)) {
    // As it comes out of a process: half a surrogate pair cannot.
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

/** The first of each text; the same one with and without quotes to be checked are two. */
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

/** As reports and pages write it: what each leaves as it is differs. */
function html(text: string): string[] {
  const tags = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = ['"', '&quot;', '&#34;', '&#x22;'].map((one) => tags.replaceAll('"', one));
  return double.flatMap((each) => ["'", '&#39;', '&#x27;', '&apos;'].map((one) => each.replaceAll("'", one)));
}

/** What stands around the whole may be there or not, as in the view without quotes. */
function bare(text: string): string {
  return text.replace(/^[\\'"]+|[\\'"]+$/g, '');
}

/** As shells print it: those with so many quotes that nothing is left without them. */
function quoted(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replace(/'+/g, (quotes) => `'"${quotes}"'`),
    text.replace(/[\\"$`]/g, '\\$&'),
  ];
}

/** As JSON is written where all of it has to be ASCII, or stand inside HTML. */
function escapedJson(json: string): string[] {
  const code = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const ascii = json.replace(/[\u007f-\uffff]/g, code);
  const html = ascii.replace(/[<>&']/g, code);
  const upper = (each: string) =>
    each.replace(/\\u[0-9a-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
  return [ascii, html, upper(ascii), upper(html)];
}

const QUOTES = '\'"\\';
/** No shell and no JSON puts anything between these. */
const NEVER_QUOTED = /^[\w.-]*$/;

function withoutQuotes(spelling: string): Needle[] {
  let text = '';
  let pending = '';
  const quotes = new Map<number, string>();
  for (const char of spelling) {
    if (QUOTES.includes(char)) pending += char;
    else {
      // See `bare`.
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
 * The secret by itself and as a part of something longer: there the three ways in which its bytes can lie in groups of
 * three each leave a middle that depends on the secret alone.
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
