const CONTROLS = /(?![\n\t])[\p{Cc}\u2028\u2029\ufeff]/gu;
/** What sets the direction of the text after it. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066\u2067]/gu;
/** The beginning and end of text whose direction is its own, and changes none of the text around it. */
const ISOLATES = /[\u2068\u2069]/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Text from outside without characters that could reorder or break the text around it. Keeps line breaks and tabs. */
export function clean(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replace(LONE_SURROGATES, '\ufffd');
  return lines.replace(DIRECTIONS, '').replace(CONTROLS, ' ');
}

/** The same on one line, and without isolates. */
export function oneLine(text: string): string {
  return clean(text).replace(ISOLATES, '').replace(/\s+/g, ' ').trim();
}

/** At most `max` UTF-16 units, cut between code points and, if one ends near, after a word; "…" marks the cut. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max < 1) return '';
  let end = 0;
  for (const point of text) {
    if (end + point.length > max - 1) break;
    end += point.length;
  }
  const kept = text.slice(0, end);
  const boundary = kept.search(/\s\S*$/);
  const atWord = /\s/.test(text[end] ?? '') || boundary < kept.length * 0.6 ? kept : kept.slice(0, boundary);
  return `${atWord.trimEnd()}…`;
}

/** Foreign text on one line, cleaned and cut. If it is written from right to left, it does not reorder its surroundings. */
export function line(text: string, max: number): string {
  const one = oneLine(text);
  return RIGHT_TO_LEFT.test(one) && max > 3 ? `\u2068${truncate(one, max - 2)}\u2069` : truncate(one, max);
}

/** Escapes what Slack requires. Does not neutralise `*` and backticks: see `mrkdwn`. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Reverts `escapeText`, for a place where Slack shows text as it is. */
export function unescapeText(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** The `text` of a message: one line without markup, at most 300 characters including its escapes. */
export function fallback(text: string): string {
  const whole = oneLine(text);
  for (let max = 300; ; max -= 10) {
    const escaped = escapeText(truncate(whole, max));
    if (escaped.length <= 300) return escaped;
  }
}

/** "1 commit", "2 commits". `more`: the plural form. */
export function plural(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** "0 kB", "12 kB", "310 MB", "6.2 GB": in powers of 1,000, with two digits at least from one megabyte on. */
export function bytesText(bytes: number): string {
  let [amount, unit] = [bytes / 1_000, 0];
  while (amount >= 999.5 && unit < UNITS.length - 1) [amount, unit] = [amount / 1_000, unit + 1];
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  return `${amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

/** "Ada", "Ada and Lin", "Ada, Lin and Mo". */
export function listed(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** "Ada, Lin, Mo and 9 others": three names, then a number; `total`: how many there are, if more than `all` names. */
export function names(all: readonly string[], total = all.length, word = 'and'): string {
  const shown = all.slice(0, total === 4 ? 4 : 3).map((name) => line(name, 30));
  const others = total - shown.length;
  if (others <= 0) return listed(shown, word);
  return `${shown.join(', ')} ${word} ${plural(others, 'other')}`;
}

const ORDINALS = [
  'zeroth',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
];

/** "second"; "10th" from ten on. */
export function ordinal(number: number): string {
  const word = ORDINALS[number];
  if (word) return word;
  const suffix =
    number % 100 > 10 && number % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${suffix}`;
}

/** The text with its first letter in upper case, unless its first word is the name of a host or file, or an address. */
export function capital(text: string): string {
  return text.replace(/^\p{Ll}(?!\S*[.:/]\S)/u, (letter) => letter.toUpperCase());
}
