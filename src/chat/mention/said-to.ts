import { decodeTyped } from '../command/tokens.ts';

/** A person as Slack writes them into a text. */
const PERSON = /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g;

/** How many people of a text are named; others keep their ids. */
const PEOPLE_NAMED = 10;

/** User ids of the people whom a text mentions. */
export function peopleIn(text: string): string[] {
  return [...new Set([...text.matchAll(PERSON)].map(([, id]) => id ?? ''))].slice(0, PEOPLE_NAMED);
}

/** A quoted line, and after three signs everything that follows, as Slack marks them. */
const QUOTED = /^[ \t]*(?:(?:&gt;|>){3}[\s\S]*|(?:&gt;|>).*)/gm;

/**
 * What was said to the app: the text without the mentions of it, wherever they stand, and without what it quotes; with
 * people, channels and groups as their readers see them. `app`: its user id. `names`: of people, by user id.
 */
export function saidTo(app: string, text: string, names: Readonly<Record<string, string>> = {}): string {
  const words = text
    .replace(PERSON, (_, id: string) => (id === app ? ' ' : `@${names[id] ?? id}`))
    .replace(QUOTED, ' ')
    .replace(/<#\w+\|([^<>]+)>/g, '#$1')
    .replace(/<!(?:subteam\^\w+\|)?@?([^<>|^]+)(?:\|[^<>]*)?>/g, '@$1');
  return decodeTyped(words).replace(/^[\s,;:.!–—-]+/, '');
}

/**
 * What was said in quotation marks or struck out, which may tell of a command rather than give it; null: it begins with
 * neither.
 */
export function quotedIn(said: string): string | null {
  const from = /^[*_]*["'~\u2018\u201c\u201e\u00ab]+(.*)$/s.exec(said)?.[1];
  return from?.replace(/["'~\u2019\u201c\u201d\u00bb]+[*_.!]*$/, '') ?? null;
}
