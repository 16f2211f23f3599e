import { isSurelyCommit, undecorated } from '../../domain/pasted.ts';
import { isReleaseVerb, type Verb } from '../verbs.ts';
import { onlyProduct, sameName, split } from './parse-target.ts';
import type { Where } from './request.ts';
import { retyped } from './tokens.ts';

/** Words that may stand between a commit and an environment: "SHA to prod". */
const JOINING = new Set(['to', 'into', 'in', 'on', 'onto', 'at', 'for', 'with', 'against']);

/** Typed words with the environment moved to the front. */
/** Typed words with the environment moved to the front. */
export interface Ordered {
  /** The words, beginning with the environment. */
  words: string;
  /** What was typed before the environment; null: nothing was. */
  commit: string | null;
  /** Whether `commit` can only be a commit. */
  sure: boolean;
}

/** Whether the word names an environment, with or without product and number, of a product that can be meant. */
export function isPlace(word: string, where: Where): boolean {
  const { product, environment } = split(word);
  const name = product ?? onlyProduct(where);
  const possible = name === null ? where.products : [sameName(where.products, name)].filter((one) => one);
  return possible.some((one) =>
    one?.environments.some((each) => each.toLowerCase() === environment.toLowerCase()),
  );
}

/** The words without a label before the commit: "commit SHA" becomes "SHA". */
export function withoutLabel(words: readonly string[]): readonly string[] {
  const [label = '', next = ''] = words;
  return /^(?:commit|sha|rev|revision|is):?$/i.test(label) && isSurelyCommit(next) ? words.slice(1) : words;
}

/** Moves the environment to the front: "SHA prod words", "SHA to prod words" and "to prod words" become "prod words". */
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

/** What follows "to" in "to SHA …" or "back to SHA …", typed after an environment; null: the words do not begin so. */
export function afterTo(words: string): string | null {
  return /^(?:back )?to (\S.*)$/i.exec(words)?.[1] ?? null;
}

/** Whether the word looks like a version or a branch rather than a word of a sentence. */
export function looksLikeName(word: string): boolean {
  const inner = undecorated(word);
  return (
    /^v?\d+(?:\.\d+)+/.test(inner) ||
    /^[\w.-]+\/[\w./-]+$/.test(inner) ||
    /^(?:main|master|develop)$/.test(inner)
  );
}

/**
 * For "deploy SHA": the command with each environment added, in the word order of the verb. Topmost environment first.
 */
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
