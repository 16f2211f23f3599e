import { isSurelyCommit, undecorated } from '../../domain/pasted.ts';
import { isReleaseVerb, type Verb } from '../verbs.ts';
import { onlyProduct, sameName, split } from './parse-target.ts';
import type { Where } from './request.ts';
import { retyped } from './tokens.ts';

/** Words that may stand between a commit and a place: "SHA to prod". */
const JOINING = new Set(['to', 'into', 'in', 'on', 'onto', 'at', 'for', 'with', 'against']);

export interface Ordered {
  /** The place first. */
  words: string;
  /** What was typed before the place; null: nothing was. */
  commit: string | null;
  /** It can be nothing but a commit. */
  sure: boolean;
}

/** Whether the word is an environment, with or without product and number, of a product that can be meant. */
export function isPlace(word: string, where: Where): boolean {
  const { product, environment } = split(word);
  const name = product ?? onlyProduct(where);
  const possible = name === null ? where.products : [sameName(where.products, name)].filter((one) => one);
  return possible.some((one) =>
    one?.environments.some((each) => each.toLowerCase() === environment.toLowerCase()),
  );
}

/** "commit SHA": the first word says what the second one is. */
export function withoutLabel(words: readonly string[]): readonly string[] {
  const [label = '', next = ''] = words;
  return /^(?:commit|sha|rev|revision|is):?$/i.test(label) && isSurelyCommit(next) ? words.slice(1) : words;
}

/** "prod SHA words", "SHA prod words", "SHA to prod words", "to prod words": as the first of these. */
export function ordered(words: string, where: Where): Ordered {
  const [first = '', ...others] = words.split(' ');
  if (first === '' || isPlace(first, where)) return { words, commit: null, sure: false };
  const joined = (word: string | undefined) => JOINING.has(word?.toLowerCase() ?? '');
  const [second, third] = others;
  if (joined(first) && second !== undefined && isPlace(second, where)) {
    return { words: others.join(' '), commit: null, sure: false };
  }
  const sure = isSurelyCommit(first);
  const skipped = joined(second) ? 1 : 0;
  const place = skipped === 1 ? third : second;
  if (place === undefined || !isPlace(place, where)) return { words, commit: null, sure: false };
  return { words: others.slice(skipped).join(' '), commit: first, sure };
}

/** "to SHA …" after a place: the word `to` is not part of the commit. */
export function afterTo(words: string): string | null {
  return /^(?:back )?to (\S.*)$/i.exec(words)?.[1] ?? null;
}

/** Written like a version or a branch rather than like a word of a sentence. */
export function looksLikeName(word: string): boolean {
  const inner = undecorated(word);
  return (
    /^v?\d+(?:\.\d+)+/.test(inner) ||
    /^[\w.-]+\/[\w./-]+$/.test(inner) ||
    /^(?:main|master|develop)$/.test(inner)
  );
}

/** "deploy SHA": the same with each environment, in the order that the verb takes them. */
export function turnedInto(
  verb: Verb,
  words: string,
  { name, environments }: Where['products'][number],
): { label: string; command: string }[] {
  const [commit = '', ...rest] = words.split(' ');
  return environments.toReversed().map((environment) => {
    const place = `${name}/${environment}`;
    const ordered = isReleaseVerb(verb) ? [verb, commit, place, ...rest] : [verb, place, commit, ...rest];
    return { label: environment, command: retyped(ordered.join(' ')) };
  });
}
