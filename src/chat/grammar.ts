import type { GrammarProblem, Parsed, Where } from './asked.ts';
import { parseHold } from './grammar-holds.ts';
import { lookWithCommit, lookWithEnvironment } from './grammar-look.ts';
import { locate, onlyProduct, rewritten, sameName, split } from './grammar-place.ts';
import { decodeTyped, nearest, retyped, spoken, unwrapped } from './typed.ts';
import { type EnvironmentVerb, isHoldVerb, isReleaseVerb, isVerb, VERBS, type Verb } from './verbs.ts';

function problem(found: GrammarProblem): Parsed {
  return { kind: 'problem', problem: found };
}

/**
 * Whether the word after `rollback ENV` or `redeploy ENV` is a commit: 7 to 40 hexadecimal digits, at least one of them a digit, or
 * `to:` and any name of a commit (`to:v1.2`). Everything else is the reason: `rollback prod bad checkout`.
 */
function commitBefore(word: string): string | null {
  const bare = unwrapped(word);
  if (/^to:./i.test(bare)) return bare.slice(3);
  return /^(?=.*\d)[0-9a-f]{7,40}$/i.test(bare) ? bare : null;
}

function example(verb: Verb, where: Where): string {
  const product = sameName(where.products, onlyProduct(where) ?? where.products[0]?.name ?? '');
  const all = product?.environments ?? [];
  const environment = (verb === 'promote' ? all.at(-2) : undefined) ?? all.at(-1) ?? 'prod';
  return `${verb} ${onlyProduct(where) === null && product ? `${product.name}/` : ''}${environment}`;
}

function withEnvironment(verb: EnvironmentVerb, words: string, where: Where): Parsed {
  const found = split(words);
  if (found.environment === '') {
    if (found.number !== null) {
      const typed = `#${found.number}`;
      return problem({ kind: 'badRelease', verb, typed, example: `${example(verb, where)}#42` });
    }
    return problem({ kind: 'missingEnvironment', verb, example: example(verb, where) });
  }
  const target = locate(verb, found, where);
  if ('kind' in target) return problem(target);
  const { rest } = found;
  const takesRelease = isReleaseVerb(verb) || verb === 'history' || verb === 'log' || verb === 'why';
  if (takesRelease) {
    const release = found.number === null ? null : Number(found.number);
    if (
      release !== null &&
      (!/^\d+$/.test(found.number ?? '') || !Number.isSafeInteger(release) || release < 1)
    ) {
      const typed = `${target.environment}#${found.number}`;
      return problem({ kind: 'badRelease', verb, typed, example: `${verb} ${target.environment}#42` });
    }
    if (verb === 'why') return { kind: verb, ...target, release };
    if (!isReleaseVerb(verb)) return lookWithEnvironment(verb, target, release, rest);
    return { kind: verb, ...target, release, reason: spoken(rest) };
  }
  if (found.number !== null) {
    const typed = `${target.environment}#${found.number}`;
    const command = rewritten(verb, target.product, target.environment, { ...found, number: null });
    return problem({ kind: 'noReleaseHere', verb, typed, command });
  }
  const [first = '', ...others] = rest.split(' ');
  switch (verb) {
    case 'prepare': {
      // A note without a commit stands in quotes: `prepare prod "please test with a voucher"`.
      const note = rest.startsWith('"') && others.length > 0;
      const commit = note ? null : unwrapped(first) || null;
      return { kind: 'prepare', ...target, commit, note: spoken(note ? rest : others.join(' ')) };
    }
    case 'promote':
      return { kind: 'promote', ...target, commit: null, note: spoken(rest) };
    case 'redeploy':
    case 'rollback': {
      const commit = commitBefore(first);
      return {
        kind: verb,
        ...target,
        commit,
        reason: spoken(commit === null ? rest : others.join(' ')),
      };
    }
    case 'diff':
      return { kind: 'diff', ...target, commit: unwrapped(first) || null };
    default:
      return verb satisfies never;
  }
}

function status(words: string, where: Where): Parsed {
  if (words === '') return { kind: 'status', product: onlyProduct(where), environment: null };
  const found = split(words.replace(/\/+$/, ''));
  if (found.product === null) {
    const product = sameName(where.products, found.environment);
    const home = sameName(where.products, onlyProduct(where) ?? '');
    const isEnvironment = home?.environments.some(
      (name) => name.toLowerCase() === found.environment.toLowerCase(),
    );
    if (product && !isEnvironment) return { kind: 'status', product: product.name, environment: null };
  }
  const target = locate('status', found, where);
  return 'kind' in target ? problem(target) : { kind: 'status', ...target };
}

/** What the text after `/release` asks for. Pure, and total: every text has an answer. */
export function parseCommand(text: string, where: Where): Parsed {
  const typed = decodeTyped(text)
    .replace(/^\/release(?= |$)/i, '')
    .trim();
  const space = typed.indexOf(' ');
  const first = space === -1 ? typed : typed.slice(0, space);
  const words = space === -1 ? '' : typed.slice(space + 1);
  const verb = unwrapped(first).toLowerCase() || 'help';
  if (isVerb(verb)) {
    if (isHoldVerb(verb)) return parseHold(verb, words, where);
    switch (verb) {
      case 'help': {
        const product = sameName(where.products, unwrapped(words));
        return { kind: 'help', product: product?.name ?? onlyProduct(where) };
      }
      case 'status':
        return status(words, where);
      case 'where':
      case 'rebuild':
        return lookWithCommit(verb, words, where);
      default:
        return withEnvironment(verb, words, where);
    }
  }
  const suggestion = nearest(verb, VERBS);
  const command = suggestion && retyped(`${suggestion}${words ? ` ${words}` : ''}`);
  return problem({ kind: 'unknownVerb', typed: first, suggestion, command });
}

export type { Asked, GrammarProblem, Parsed, Where } from './asked.ts';
export { commandText } from './asked.ts';
