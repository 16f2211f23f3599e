import { line, oneLine } from '../../chat/text/clean.ts';
import { webPage } from '../../chat/text/references.ts';
import { createMasker } from '../../runner/mask/mask.ts';
import { readableLine } from '../../runner/output/lines.ts';

/** Characters of what a system says in a reason. */
const REASON_MAX = 200;
/** Lines and characters of a log's end. */
const LOG_LINES = 300;
const LOG_MAX = 64 * 1024;
/** Characters of the last line of output. */
const LAST_LINE_MAX = 200;
/** Characters of an address: Slack takes no longer ones in a text with a link. */
const PAGE_MAX = 1_000;

function masked(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return masker.push(Buffer.from(text)) + masker.end();
}

/** What another system said, on one line of a reason, without the credentials that it was asked with. */
export function said(text: string, secrets: readonly string[]): string {
  return line(masked(text.slice(0, 10 * REASON_MAX), secrets), REASON_MAX);
}

/** The end of a log, as people read it: whole lines, as many as fit; a line longer than that loses its beginning. */
export function tail(text: string, secrets: readonly string[]): string {
  const all = masked(text, secrets).trimEnd().split('\n');
  const lines = all.slice(-LOG_LINES).map(readableLine).join('\n');
  if (lines.length <= LOG_MAX) return lines;
  const cut = lines.slice(-LOG_MAX);
  const first = cut.indexOf('\n');
  return first === -1 ? cut : cut.slice(first + 1);
}

/** The last line of output that says anything; null: there is none. */
export function lastLine(text: string, secrets: readonly string[]): string | null {
  const last = text.split('\n').findLast((one) => oneLine(readableLine(one)) !== '');
  return last === undefined ? null : line(readableLine(masked(last, secrets)), LAST_LINE_MAX) || null;
}

/** The web page to which people may be led; null: it is none, is too long, or holds a login or a credential. */
export function page(url: string | null, secrets: readonly string[]): string | null {
  const shown = webPage(url, PAGE_MAX);
  if (shown === null || !URL.canParse(shown) || masked(shown, secrets) !== shown) return null;
  const { username, password, href } = new URL(shown);
  return username === '' && password === '' ? href : null;
}
