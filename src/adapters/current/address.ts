import type { CurrentAddress } from '../../flow/settings/current.ts';
import type { AskedAbout, Told } from '../../ports/current.ts';
import { exchange } from '../executors/exchange.ts';

/** The words in braces that are filled in. */
export const CURRENT_WORDS = ['product', 'environment'] as const satisfies readonly (keyof AskedAbout)[];

/** How long an address may take to answer, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** No commit has a longer name, and a longer text is a page. */
const LONGEST = 300;

/** Asks an address which commit runs. Throws for nothing that its server or the network does. */
export async function askAddress(address: CurrentAddress, about: AskedAbout): Promise<Told> {
  const url = filled(address.url, about, encodeURIComponent);
  const headers = Object.fromEntries(
    Object.entries(address.headers).map(([name, value]) => [name, filled(value, about, (word) => word)]),
  );
  const { host } = new URL(url);
  const came = await exchange({ method: 'GET', url, headers, body: null }, TIMEOUT_MS);
  if (came.kind === 'none') return silent(came.reason);
  const { status, text } = came;
  if (status >= 300 && status < 400)
    return silent(`${host} answered ${status}, a redirect, as to a login page`);
  if (status !== 200) return silent(`${host} answered ${status}`);
  const isPage = came.headers.get('content-type')?.includes('text/html') ?? false;
  if (isPage) return silent(`${host} answered with a web page`);
  return address.field === null ? lineOf(text, host) : fieldOf(text, address.field, host);
}

function silent(reason: string): Told {
  return { kind: 'silent', reason };
}

function lineOf(text: string, host: string): Told {
  const line = text.trim();
  if (line === '') return silent(`${host} answered with nothing`);
  if (line.length > LONGEST || /[\r\n]/.test(line)) return silent(`the answer of ${host} is no single line`);
  return { kind: 'told', text: line };
}

function fieldOf(text: string, field: readonly string[], host: string): Told {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return silent(`the answer of ${host} is no JSON`);
  }
  for (const name of field) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  if (typeof found !== 'string') return silent(`the answer of ${host} has no text at ${field.join('.')}`);
  return lineOf(found, host);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function filled(text: string, about: AskedAbout, how: (word: string) => string): string {
  return CURRENT_WORDS.reduce((done, word) => done.replaceAll(`{${word}}`, () => how(about[word])), text);
}
