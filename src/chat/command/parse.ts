import { isReleaseVerb, type ReleaseVerb } from '../../domain/eligibility/release.ts';
import { isSurelyCommit } from '../../domain/pasted.ts';
import { nearest } from '../../domain/suggest.ts';
import { type EnvironmentVerb, isHoldVerb, isVerb, VERBS, type Verb } from '../verbs.ts';
import { parseHold } from './lock/parse-lock.ts';
import {
  backTo,
  isPlace,
  numberIn,
  numberOrReason,
  ordered,
  turnedInto,
  withoutLabel,
} from './parse-change.ts';
import { parseCommitLookup, parseEnvironmentLookup, parseStatus } from './parse-lookup.ts';
import { locate, onlyProduct, problem, rewritten, sameName, split } from './parse-target.ts';
import type { Parsed, Target, Where } from './request.ts';
import { decodeTyped, retyped, spoken, unwrapped } from './tokens.ts';

function example(verb: Verb, where: Where): string {
  const product = sameName(where.products, onlyProduct(where) ?? where.products[0]?.name ?? '');
  const all = product?.environments ?? [];
  const environment = (verb === 'promote' ? all.at(-2) : undefined) ?? all.at(-1) ?? 'prod';
  return `${verb} ${onlyProduct(where) === null && product ? `${product.name}/` : ''}${environment}`;
}

function withEnvironment(verb: EnvironmentVerb, typed: string, where: Where): Parsed {
  const into = /^(?:in)?to (\S+)/i.exec(typed)?.[1];
  if (verb === 'promote' && into !== undefined) return promoteInto(into, where);
  const { words, commit: before, sure } = ordered(withoutLabel(typed.split(' ')).join(' '), where);
  const [place = ''] = words.split(' ');
  if (before === null && isSurelyCommit(place) && !isPlace(place, where)) {
    const names = commandsFor(verb, words, where);
    if (names !== null) return names;
  }
  if (before !== null && (takesCommit(verb) ? !sure : !isReleaseVerb(verb))) {
    return misplaced(verb, before, words, where);
  }
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
    if (verb === 'why')
      return { kind: verb, ...target, release: release ?? numberIn(rest.split(' ')[0] ?? '') };
    if (!isReleaseVerb(verb)) return parseEnvironmentLookup(verb, target, release, rest);
    return ofRelease(verb, target, { release, before, rest });
  }
  if (found.number !== null) {
    const typed = `${target.environment}#${found.number}`;
    const command = rewritten(verb, target.product, target.environment, { ...found, number: null });
    return problem({ kind: 'noReleaseHere', verb, typed, command });
  }
  const after = withoutLabel(rest.split(' '));
  const [first = '', ...others] = before === null ? after : [before, ...after];
  switch (verb) {
    case 'prepare': {
      // A note without a commit is quoted: `prepare prod "please test with a voucher"`.
      const isQuoted = /^"[^"]+"\W*$/.test(first);
      const note = before === null && rest.startsWith('"') && others.length > 0 && !isQuoted;
      const commit = note ? null : unwrapped(first) || null;
      return { kind: 'prepare', ...target, commit, note: spoken(note ? rest : others.join(' ')) };
    }
    case 'promote':
      return promote(target, rest, where);
    case 'redeploy':
    case 'rollback':
      return backTo(verb, target, first, others.join(' '));
    case 'diff':
      return { kind: 'diff', ...target, commit: unwrapped(first) || null };
    default:
      return verb satisfies never;
  }
}

function takesCommit(verb: EnvironmentVerb): boolean {
  return verb === 'prepare' || verb === 'diff' || verb === 'rollback' || verb === 'redeploy';
}

/** A word stands before the environment where none is expected: offers what was probably meant. */
function misplaced(verb: EnvironmentVerb, before: string, words: string, where: Where): Parsed {
  const found = split(words);
  const target = locate(verb, found, where);
  if ('kind' in target) return problem(target);
  const { product, environment } = target;
  const takes = takesCommit(verb) ? verb : verb === 'promote' ? 'prepare' : null;
  if (takes === null) return problem({ kind: 'commitNotTaken', verb, typed: before, command: null });
  const commit = takes === 'rollback' || takes === 'redeploy' ? `to:${before}` : before;
  const rest = [commit, found.rest].filter(Boolean).join(' ');
  const command = rewritten(takes, product, environment, { ...found, number: null, rest });
  return isSurelyCommit(before)
    ? problem({ kind: 'commitNotTaken', verb, typed: before, command })
    : problem({ kind: 'placeLater', verb, typed: before, command });
}

/**
 * `promote` takes the commit accepted in the environment. With a commit, `prepare` of the environment above is offered.
 */
function promote(target: Target, rest: string, where: Where): Parsed {
  const [first = ''] = rest.split(' ');
  const environments = sameName(where.products, target.product)?.environments ?? [];
  const above = environments[environments.indexOf(target.environment) + 1];
  const [, into = '', note = ''] = /^(?:in)?to (\S+) ?(.*)$/i.exec(rest) ?? [];
  const to = environments.find((name) => name === split(into).environment.toLowerCase());
  if (to !== undefined && to !== above) {
    return problem({ kind: 'notAbove', from: target.environment, to, above: above ?? null });
  }
  if (to !== undefined) return { kind: 'promote', ...target, commit: null, note: spoken(note) };
  if (!isSurelyCommit(first)) return { kind: 'promote', ...target, commit: null, note: spoken(rest) };
  const command = above === undefined ? null : retyped(`prepare ${target.product}/${above} ${rest}`);
  return problem({ kind: 'commitNotTaken', verb: 'promote', typed: first, command });
}

/** `promote to prod`: offers to promote from the environment below. */
function promoteInto(place: string, where: Where): Parsed {
  const target = locate('promote', split(place), where);
  if ('kind' in target) return problem(target);
  const environments = sameName(where.products, target.product)?.environments ?? [];
  const below = environments[environments.indexOf(target.environment) - 1] ?? null;
  const command = below === null ? null : retyped(`promote ${target.product}/${below}`);
  const { product } = target;
  return problem({
    kind: 'noEnvironment',
    product,
    typed: 'to',
    environments: [...environments],
    suggestion: below,
    command,
  });
}

/**
 * A commit without an environment: offers one button per environment. null: the verb takes no commit, or the product is
 * unclear.
 */
function commandsFor(verb: EnvironmentVerb, words: string, where: Where): Parsed | null {
  const home = sameName(where.products, onlyProduct(where) ?? '');
  if (!home || !(takesCommit(verb) || isReleaseVerb(verb))) return null;
  return problem({ kind: 'whichEnvironment', verb, commands: turnedInto(verb, words, home) });
}

/** A release named by its commit: "approve prod SHA", "fail SHA in prod reason". */
function ofRelease(
  verb: ReleaseVerb,
  target: Target,
  { release, before, rest }: { release: number | null; before: string | null; rest: string },
): Parsed {
  if (before !== null) return { kind: verb, ...target, release, reason: spoken(rest), commit: before };
  const [first = ''] = rest.split(' ');
  const takesReason = !(verb === 'approve' || verb === 'deploy' || verb === 'retry');
  const whole = /^[1-9]\d{0,8}$/.test(rest) ? Number(rest) : null;
  const number = release === null ? (whole ?? numberIn(first)) : null;
  if (number !== null && takesReason && first !== rest) return numberOrReason(verb, target, number, rest);
  if (number !== null) return { kind: verb, ...target, release: number, reason: null };
  if (takesReason || !isSurelyCommit(first)) return { kind: verb, ...target, release, reason: spoken(rest) };
  return { kind: verb, ...target, release, reason: null, commit: first };
}

/** Parses the text after `/release`. Pure and total: every text has a result, and it never throws. */
export function parseCommand(text: string, where: Where): Parsed {
  const typed = decodeTyped(text)
    .replace(/^\/release(?= |$)/i, '')
    .trim();
  if (typed === '') return { kind: 'board' };
  const space = typed.indexOf(' ');
  const first = space === -1 ? typed : typed.slice(0, space);
  const words = space === -1 ? '' : typed.slice(space + 1);
  const verb = unwrapped(first).toLowerCase() || 'help';
  if (isVerb(verb)) {
    if (isHoldVerb(verb)) return parseHold(verb, words, where);
    switch (verb) {
      case 'help': {
        const [, named = '', all] = /^(.*?) ?\b(all)?$/i.exec(unwrapped(words)) ?? [];
        const product = sameName(where.products, named)?.name ?? onlyProduct(where);
        return { kind: 'help', product, ...(all ? { all: true } : {}) };
      }
      case 'status':
        return parseStatus(words, where);
      case 'where':
      case 'rebuild':
        return parseCommitLookup(verb, words, where);
      default:
        return withEnvironment(verb, words, where);
    }
  }
  const suggestion = nearest(verb, VERBS);
  const command = suggestion && retyped(`${suggestion}${words ? ` ${words}` : ''}`);
  return problem({ kind: 'unknownVerb', typed: first, suggestion, command });
}

export type { GrammarProblem, Parsed, Request as Asked, Where } from './request.ts';
export { commandText } from './request-text.ts';
