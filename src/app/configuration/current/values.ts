import { CURRENT_WORDS } from '../../../adapters/current/address.ts';
import { namesIn } from '../../../adapters/executors/words.ts';
import { isLoopback } from '../../../git/names/repository-url.ts';
import type { Problem } from '../problems/problem.ts';

/** Pattern for the name of a header, also used by editors. */
export const HEADER_NAME = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$";

export function headerNameProblem(name: string): Problem | null {
  if (new RegExp(HEADER_NAME).test(name) && name !== '__proto__') return null;
  const todo = 'use letters, digits and -, as in authorization';
  return { what: `"${name.slice(0, 60)}" cannot be the name of a header`, todo };
}

/** The words of a text in braces must be those that are filled in. */
function wordsProblem(text: string): Problem | null {
  const known: readonly string[] = CURRENT_WORDS;
  const unknown = namesIn(text).find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const words = known.map((word) => `{${word}}`).join(' and ');
  return { what: `{${unknown.slice(0, 40)}} stands for nothing`, todo: `the words are ${words}` };
}

/** The address that says which commit runs. */
export function addressProblem(address: string): Problem | null {
  const todo = 'write for example url: https://shop.acme.dev/version';
  const filled = CURRENT_WORDS.reduce((text, word) => text.replaceAll(`{${word}}`, 'word'), address);
  const words = wordsProblem(address);
  if (words !== null) return words;
  if (!URL.canParse(filled) || /\s/.test(address)) return { what: 'it is not an address', todo };
  const { protocol, hostname, username, password, hash } = new URL(filled);
  if (username !== '' || password !== '') {
    const instead = 'remove them, and write headers: { authorization: env:NAME }';
    return { what: 'it contains a user or password', todo: instead };
  }
  if (protocol !== 'https:' && protocol !== 'http:') return { what: 'it is no http or https address', todo };
  if (/[{}]/.test(new URL(address.replaceAll(/[{}]/g, '-')).host) || hostname === '')
    return { what: 'it names no server', todo };
  if (hash !== '') return { what: 'it has a fragment', todo };
  return null;
}

/** Whether headers with secrets may go there: not in plain text over a network. */
export function isPlain(address: string): boolean {
  const filled = address.replaceAll(/[{}]/g, '');
  if (!URL.canParse(filled)) return false;
  const { protocol, hostname } = new URL(filled);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** Names that lead to a value in an answer of JSON. */
export function fieldProblem(field: string): Problem | null {
  if (/^[^\s.]{1,100}(\.[^\s.]{1,100}){0,9}$/.test(field)) return null;
  return {
    what: `"${field.slice(0, 60)}" does not say where the commit is`,
    todo: 'write names with dots between them: field: build.commit',
  };
}
