import { decodeTyped } from '../command/tokens.ts';

/** A person as Slack writes them into a text. */
const PERSON = /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g;

/** How many people of a text are named; others keep their ids. */
const PEOPLE_NAMED = 10;

/** User ids of the people whom a text mentions. */
export function peopleIn(text: string): string[] {
  return [...new Set([...text.matchAll(PERSON)].map(([, id]) => id ?? ''))].slice(0, PEOPLE_NAMED);
}

/**
 * What was said to the app: the text without the mentions of it, wherever they stand, and with people, channels and groups
 * as their readers see them. `app`: its user id. `names`: of people, by user id.
 */
export function saidTo(app: string, text: string, names: Readonly<Record<string, string>> = {}): string {
  const words = text
    .replace(PERSON, (_, id: string) => (id === app ? ' ' : `@${names[id] ?? id}`))
    .replace(/<#\w+\|([^<>]+)>/g, '#$1')
    .replace(/<!(?:subteam\^\w+\|)?@?([^<>|^]+)(?:\|[^<>]*)?>/g, '@$1');
  return decodeTyped(words).replace(/^[\s,;:.!–—-]+/, '');
}
