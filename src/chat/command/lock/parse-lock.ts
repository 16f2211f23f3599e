import { isSurelyCommit } from '../../../domain/pasted.ts';
import type { HoldVerb } from '../../verbs.ts';
import { isPlace, ordered, turnedInto, withoutLabel } from '../parse-change.ts';
import { locate, onlyProduct, problem, rewritten, type Split, sameName, split } from '../parse-target.ts';
import type { GrammarProblem, LockTarget, Parsed, Where } from '../request.ts';
import { ALL, holdText } from '../request-text.ts';
import { retyped, spoken, unwrapped } from '../tokens.ts';
import { readLockWords } from './lock-end.ts';

/** Example of what is typed after the environment. */
const WORDS: Record<Exclude<HoldVerb, 'locks'>, string> = {
  lock: 'database migration for 2h',
  takeover: 'rollback needed',
  unlock: '',
  pause: 'flaky tests',
  resume: '',
  hotfix: 'abc123 double charge at checkout',
  adopt: 'abc123 runs there already',
};

function example(verb: Exclude<HoldVerb, 'locks'>, where: Where, words = WORDS[verb]): string {
  const one = onlyProduct(where);
  const product = sameName(where.products, one ?? where.products[0]?.name ?? '');
  const environments = product?.environments ?? [];
  const name = (verb === 'pause' || verb === 'resume' ? environments[0] : environments.at(-1)) ?? 'prod';
  return `${verb} ${one === null && product ? `${product.name}/` : ''}${name} ${words}`.trim();
}

/** Reads `all` and `PRODUCT/all` as all environments of a product; anything else as one environment. */
function locateLock(verb: HoldVerb, found: Split, where: Where): LockTarget | GrammarProblem {
  if (found.environment.toLowerCase() !== ALL) return locate(verb, found, where);
  const product = found.product === null ? onlyProduct(where) : sameName(where.products, found.product)?.name;
  if (product) return { product, environment: null };
  if (found.product !== null) return locate(verb, found, where);
  const here =
    where.channelProducts.length > 0 ? where.channelProducts : where.products.map(({ name }) => name);
  const commands = here.map((name) => ({ product: name, command: rewritten(verb, name, ALL, found) }));
  return { kind: 'whichProduct', products: [...here], commands };
}

/** Parses the commands about locks, pauses, hotfixes and adopting. */
export function parseHold(verb: HoldVerb, words: string, where: Where): Parsed {
  if (verb === 'locks') {
    const named = sameName(where.products, unwrapped(words.replace(/\/+$/, '')));
    return { kind: 'locks', product: named?.name ?? (words === '' ? onlyProduct(where) : null) };
  }
  const found = split(words);
  if (found.environment === '') {
    return problem({ kind: 'missingEnvironment', verb, example: example(verb, where) });
  }
  const locks = verb === 'lock' || verb === 'takeover' || verb === 'unlock';
  if (locks) {
    const target = locateLock(verb, found, where);
    if ('kind' in target) return problem(target);
    if (found.number !== null) return numbered(verb, found, target);
    if (verb === 'unlock') return { kind: 'unlock', ...target };
    return withEnd(verb, target, found.rest);
  }
  const { words: inOrder, commit: before, sure } = ordered(withoutLabel(words.split(' ')).join(' '), where);
  const home = sameName(where.products, onlyProduct(where) ?? '');
  const [place = ''] = inOrder.split(' ');
  const takes = verb === 'hotfix' || verb === 'adopt';
  if (before === null && home && takes && isSurelyCommit(place) && !isPlace(place, where)) {
    return problem({ kind: 'whichEnvironment', verb, commands: turnedInto(verb, inOrder, home) });
  }
  return ofEnvironment(verb, split(inOrder), where, before === null ? null : { commit: before, sure });
}

function withEnd(verb: 'lock' | 'takeover', target: LockTarget, words: string): Parsed {
  const read = readLockWords(words);
  const reason = spoken(read.reason);
  if (read.kind === 'read') {
    const { forMs, until } = read;
    return { kind: verb, ...target, reason, forMs, ...(until === null ? {} : { until }) };
  }
  const bare = holdText({ kind: verb, ...target, reason, forMs: null });
  const { typed } = read;
  if (read.kind === 'tooLong') return problem({ kind: 'endTooFar', typed, command: retyped(bare) });
  const commands = read.offered.map((end) => ({ label: end, command: retyped(`${bare} ${end}`) }));
  const whole = holdText({ kind: verb, ...target, reason: spoken(words), forMs: null });
  return problem({
    kind: 'unclearEnd',
    typed,
    commands: [...commands, { label: 'It is the reason; no end', command: retyped(whole) }],
  });
}

/** `before`: the word before the environment, and whether it can only be a commit; null: there was none. */
function ofEnvironment(
  verb: Exclude<HoldVerb, 'locks' | 'lock' | 'takeover' | 'unlock'>,
  found: Split,
  where: Where,
  before: { commit: string; sure: boolean } | null,
): Parsed {
  const target = locate(verb, found, where);
  if ('kind' in target) return problem(target);
  if (found.number !== null) return numbered(verb, found, target);
  if (before !== null && (!before.sure || verb === 'pause' || verb === 'resume')) {
    const takes = verb === 'hotfix' || verb === 'adopt';
    const rest = [before.commit, found.rest].filter(Boolean).join(' ');
    const command = takes ? rewritten(verb, target.product, target.environment, { ...found, rest }) : null;
    return command === null
      ? problem({ kind: 'commitNotTaken', verb, typed: before.commit, command })
      : problem({ kind: 'placeLater', verb, typed: before.commit, command });
  }
  if (verb === 'pause' || verb === 'resume') return { kind: verb, ...target, reason: spoken(found.rest) };
  const [first = '', ...others] =
    before === null ? withoutLabel(found.rest.split(' ')) : [before.commit, found.rest];
  const commit = unwrapped(first);
  if (commit === '') return problem({ kind: 'missingCommit', verb, example: example(verb, where) });
  return { kind: verb, ...target, commit, reason: spoken(others.join(' ')) };
}

function numbered(verb: HoldVerb, found: Split, { product, environment }: LockTarget): Parsed {
  const typed = `${environment ?? ALL}#${found.number}`;
  const command = rewritten(verb, product, environment ?? ALL, { ...found, number: null });
  return problem({ kind: 'noReleaseHere', verb, typed, command });
}
