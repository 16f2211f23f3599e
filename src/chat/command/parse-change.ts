import { isReleaseVerb, type ReleaseVerb } from '../../domain/eligibility/release.ts';
import { isSurelyCommit, undecorated } from '../../domain/pasted.ts';
import type { Verb } from '../verbs.ts';
import { onlyProduct, problem, sameName, split } from './parse-target.ts';
import type { Parsed, Target, Where } from './request.ts';
import { readPast, retyped, spoken, unwrapped } from './tokens.ts';

/** Words that may stand between a commit and an environment: "SHA to prod". */
const JOINING = new Set(['to', 'into', 'in', 'on', 'onto', 'at', 'for', 'with', 'against']);

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
function afterTo(words: string): string | null {
  return /^(?:back )?to (\S.*)$/i.exec(words)?.[1] ?? null;
}

/** Whether the word looks like a version or a branch rather than a word of a sentence. */
function looksLikeName(word: string): boolean {
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

/**
 * The commit that a word after `rollback ENV` or `redeploy ENV` names: 7 to 40 hexadecimal digits with at least one
 * decimal digit, a link to a commit, or `to:` and any name of a commit (`to:v1.2`). null: the word belongs to the reason,
 * as in `rollback prod bad checkout`.
 */
function commitBefore(word: string): string | null {
  const bare = unwrapped(word);
  if (/^to:./i.test(bare)) return bare.slice(3);
  return isSurelyCommit(bare) ? bare : null;
}

/** `past:…` stands before or after the commit of a rollback, and before the reason. */
export function backTo(verb: 'rollback' | 'redeploy', target: Target, first: string, others: string): Parsed {
  if (verb === 'redeploy') return toCommit(verb, target, first, others);
  const words = [first, ...others.split(' ')];
  const isNamed = (word: string | undefined) => word !== undefined && commitBefore(word) !== null;
  const at = isNamed(words[0]) ? 1 : /^to$/i.test(first) && isNamed(words[1]) ? 2 : 0;
  const past = readPast(words[at] ?? '');
  if (past === null) return toCommit(verb, target, first, others);
  const [next = '', ...rest] = words.toSpliced(at, 1);
  const parsed = toCommit(verb, target, next, rest.join(' '));
  return parsed.kind === 'rollback' ? { ...parsed, past } : parsed;
}

/** `to SHA` means `to:SHA`; `to v1.2` may mean `to:v1.2` or begin the reason, so both are offered. */
function toCommit(verb: 'rollback' | 'redeploy', target: Target, first: string, others: string): Parsed {
  const commit = commitBefore(first);
  if (commit !== null) return { kind: verb, ...target, commit, reason: spoken(others) };
  const rest = [first, others].filter(Boolean).join(' ');
  const [, from = '', meant = ''] = /^from (\S+) to (\S+)/i.exec(rest) ?? [];
  const place = `${verb} ${target.product}/${target.environment}`;
  if (isSurelyCommit(from) && isSurelyCommit(meant)) {
    const command = retyped(`${place} to:${meant} ${rest}`);
    return problem({ kind: 'commitOrReason', typed: meant, commands: [{ label: `to ${meant}`, command }] });
  }
  const [next = '', ...after] = afterTo(rest)?.split(' ') ?? [];
  const named = commitBefore(next);
  if (named !== null) return { kind: verb, ...target, commit: named, reason: spoken(after.join(' ')) };
  if (!looksLikeName(next)) return { kind: verb, ...target, commit: null, reason: spoken(rest) };
  return problem({
    kind: 'commitOrReason',
    typed: next,
    commands: [
      { label: `to ${next}`, command: retyped([place, `to:${next}`, ...after].join(' ')) },
      { label: 'It is the reason', command: retyped(`${place} "${rest.replaceAll('"', "'")}"`) },
    ],
  });
}

/** The number of a release that a word names: "42" or "42,". null: it is no number, or so long that it may be a commit. */
export function numberIn(word: string): number | null {
  const digits = /^([1-9]\d{0,5})[.,:;]?$/.exec(word)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** "cancel prod 42 wrong commit": the number may name the release or begin the reason, so both are offered. */
export function numberOrReason(
  verb: ReleaseVerb,
  { product, environment }: Target,
  number: number,
  rest: string,
): Parsed {
  const words = rest.slice(rest.indexOf(' ') + 1);
  const place = `${verb} ${product}/${environment}`;
  return problem({
    kind: 'numberOrReason',
    typed: String(number),
    commands: [
      { label: `${environment}#${number}`, command: retyped(`${place}#${number} ${words}`) },
      { label: 'It is the reason', command: retyped(`${place} "${rest.replaceAll('"', "'")}"`) },
    ],
  });
}
