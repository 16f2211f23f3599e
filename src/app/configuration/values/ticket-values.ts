import { patternFault } from '../../../chat/text/tickets.ts';
import { redactCredentials } from '../../../git/names/repository-url.ts';
import type { Problem } from '../problems/problem.ts';

/** A longer address would not be linked with the key in it. */
const URL_MAX = 120;

/** Pattern for the keys of tickets: RE2 reads a text in time that grows with the text alone. */
export function patternProblem(pattern: string): Problem | null {
  const fault = patternFault(pattern);
  const todo =
    'write it as RE2 takes it, without (?=…), (?<=…) and \\1; for example pattern: "[A-Z]+-[0-9]+"';
  return fault === null ? null : { what: `the pattern ${fault}`, todo };
}

/** The host of the address is the same for every key. */
export function ticketUrlProblem(url: string): Problem | null {
  const todo = 'write for example url: "https://tickets.acme.dev/browse/{key}"';
  const shown = redactCredentials(url);
  if (!url.startsWith('https://') || /\s/.test(url) || !URL.canParse(filled(url, 'A-1')))
    return { what: `"${shown}" is not an https address`, todo };
  const { origin, username, password } = new URL(filled(url, 'A-1'));
  if (username !== '' || password !== '') return { what: 'it contains a user or password', todo };
  if (!url.includes('{key}')) return { what: `"${shown}" has no {key}`, todo };
  if (origin !== new URL(filled(url, 'B-2')).origin)
    return { what: `"${shown}" has {key} in the name of the host`, todo };
  return url.length <= URL_MAX ? null : { what: `it is longer than ${URL_MAX} characters`, todo };
}

const filled = (url: string, key: string) => url.replaceAll('{key}', key);
