import type { RemoteAttempt } from '../../ports/executor.ts';

type Fill = (attempt: RemoteAttempt) => string;

/** What each word in braces stands for. What there is none of is empty. */
const FILLS = {
  commit: ({ commit }) => commit,
  ref: ({ ref }) => ref ?? '',
  product: ({ product }) => product,
  environment: ({ environment }) => environment,
  release: ({ environment, release }) => `${environment}-${release}`,
  kind: ({ kind }) => kind,
  previous: ({ previous }) => previous ?? '',
  attempt: ({ key }) => key,
} satisfies Record<string, Fill>;

/** The words that the configuration may write in braces where it tells another system about an attempt. */
export type Word = keyof typeof FILLS;

const IN_BRACES = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

function isWord(name: string): name is Word {
  return Object.hasOwn(FILLS, name);
}

/** All words, in the order in which documents list them. */
export const WORDS: readonly Word[] = Object.keys(FILLS).filter(isWord);

/** The names that the text has in braces, whether they are words or not. Braces around anything but a name are text. */
export function namesIn(text: string): string[] {
  return Array.from(text.matchAll(IN_BRACES), ([, name = '']) => name);
}

/** Names in braces that are no words, each once. */
export function unknownWords(text: string): string[] {
  return [...new Set(namesIn(text))].filter((name) => !isWord(name));
}

/** The text with its words filled in. What is filled in is not looked through again. */
export function fillIn(text: string, attempt: RemoteAttempt): string {
  return text.replace(IN_BRACES, (whole, name: string) => (isWord(name) ? FILLS[name](attempt) : whole));
}

/** Every text of the list with its words filled in. */
export function fillInAll(texts: Record<string, string>, attempt: RemoteAttempt): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fillIn(text, attempt)]));
}

/** Whether a text holds the id of an attempt, and not only one that begins or ends with it: letters and digits go on with it. */
export function holds(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1))
    if (!/[A-Za-z0-9]/.test(`${text[at - 1] ?? ''}${text[at + key.length] ?? ''}`)) return true;
  return false;
}
