import { isReleaseVerb } from '../../domain/eligibility/release.ts';
import { isSurelyCommit } from '../../domain/pasted.ts';
import { parseCommand } from '../command/parse.ts';
import { isPlace, ordered } from '../command/parse-change.ts';
import { problem, sameName, split } from '../command/parse-target.ts';
import type { Parsed, Where } from '../command/request.ts';
import { ALL } from '../command/request-text.ts';
import { retyped, spoken } from '../command/tokens.ts';
import { isHoldVerb, type Verb } from '../verbs.ts';
import { isPolite } from './talk.ts';

/** What the message at the top of a thread is about, and so what a mention in the thread means without naming it. */
export type ThreadSubject =
  | { kind: 'release'; product: string; environment: string; number: number; sha: string }
  /** A commit that has no release yet. */
  | { kind: 'push'; product: string; sha: string }
  /** A lock, a pause or the like; `environment` null: of all environments of the product. */
  | { kind: 'place'; product: string; environment: string | null };

type OfRelease = Extract<ThreadSubject, { kind: 'release' }>;

function plain(verb: Verb, rest: string, where: Where): Parsed {
  return parseCommand(retyped(`${verb} ${rest}`.trim()), where);
}

/** "this to prod" and "it please" without the words for what the thread is about. */
function withoutPronoun(words: string): string {
  if (isPolite(words)) return '';
  return words.replace(/^(?:this|it|that)(?: (?:one|release|commit|deploy))? /i, '');
}

/** Reads what was said in a thread: it need not name what the thread is about. `thread` null: in no thread. */
export function inThread(verb: Verb, said: string, where: Where, thread: ThreadSubject | null): Parsed {
  if (thread === null) return plain(verb, said, where);
  const { product } = thread;
  const here: Where = { ...where, channelProducts: [product] };
  const { words, commit: before } = ordered(withoutPronoun(said), here);
  const [first = ''] = words.split(' ');
  const locks = verb === 'lock' || verb === 'unlock' || verb === 'takeover';
  const isNamed = isPlace(first, here) || (locks && split(first).environment.toLowerCase() === ALL);
  if (isNamed) return named(verb, words, before, here, thread);
  switch (thread.kind) {
    case 'release':
      return ofRelease(verb, words, here, thread);
    case 'push':
      return ofCommit(verb, words, here, thread) ?? plain(verb, words, here);
    case 'place':
      return ofPlace(verb, words, here, thread);
    default:
      return thread satisfies never;
  }
}

/** An environment was named: only the release or the commit is taken from the thread, where none was named. */
function named(verb: Verb, words: string, before: string | null, here: Where, thread: ThreadSubject): Parsed {
  const asTyped = () => plain(verb, before === null ? words : `${before} ${words}`, here);
  if (thread.kind === 'place' || before !== null) return asTyped();
  const { product, environment, number, rest } = split(words);
  const isHere =
    thread.kind === 'release' &&
    environment.toLowerCase() === thread.environment.toLowerCase() &&
    (product === null || product.toLowerCase() === thread.product.toLowerCase());
  if (isHere && number === null) return ofRelease(verb, withoutPronoun(rest), here, thread);
  const isOurs = product === null || product.toLowerCase() === thread.product.toLowerCase();
  if (isOurs && rest === '' && (verb === 'prepare' || verb === 'diff')) {
    return plain(verb, `${words} ${thread.sha}`, here);
  }
  if (isOurs && verb === 'promote' && thread.kind === 'release') {
    const environments = sameName(here.products, thread.product)?.environments ?? [];
    const above = environments[environments.indexOf(thread.environment) + 1];
    if (above?.toLowerCase() === environment.toLowerCase()) return promotion(thread, rest);
  }
  const isPlain = number === null && environment.toLowerCase() !== ALL;
  if (thread.kind === 'release' && rest !== '' && isPlain && GIVES_REASON.has(verb)) {
    return placeOrReason(verb, words, rest, thread);
  }
  return asTyped();
}

const GIVES_REASON: ReadonlySet<Verb> = new Set([
  'reject',
  'accept',
  'fail',
  'cancel',
  'override',
  'rollback',
  'redeploy',
  'lock',
  'takeover',
  'pause',
  'resume',
]);

/** "fail integration tests fail" in the thread of another environment's release: both readings are offered. */
function placeOrReason(verb: Verb, words: string, rest: string, thread: OfRelease): Parsed {
  const { product, environment, number } = thread;
  const [typed = ''] = words.split(' ');
  const named = split(typed).environment.toLowerCase();
  const place = isReleaseVerb(verb) ? `${environment}#${number}` : environment;
  return problem({
    kind: 'placeOrReason',
    typed,
    commands: [
      { label: named, command: retyped(`${verb} ${product}/${named} ${rest}`) },
      {
        label: `It is the reason, for ${place}`,
        command: retyped(`${verb} ${product}/${place} "${words.replaceAll('"', "'")}"`),
      },
    ],
  });
}

function promotion({ product, environment, sha, number }: OfRelease, note: string): Parsed {
  const of = { sha, release: number };
  return { kind: 'promote', product, environment, commit: null, note: spoken(note), of };
}

function ofRelease(verb: Verb, words: string, here: Where, thread: OfRelease): Parsed {
  const { product, environment, number, sha } = thread;
  const target = { product, environment };
  const place = `${product}/${environment}`;
  const [, typed, others = ''] = /^#(\d{1,9})(?: (.*))?$/.exec(words) ?? [];
  const [first = ''] = words.split(' ');
  const namesCommit = isSurelyCommit(first);
  if (isReleaseVerb(verb) || verb === 'why' || verb === 'log') {
    const release = typed === undefined ? `#${number} ${words}` : `#${typed} ${others}`;
    return plain(verb, `${place}${release}`, here);
  }
  switch (verb) {
    case 'diff':
      return namesCommit
        ? plain(verb, `${place} ${words}`, here)
        : { kind: 'diff', ...target, commit: sha, release: number };
    case 'prepare':
      return namesCommit
        ? plain(verb, `${place} ${words}`, here)
        : { kind: 'prepare', ...target, commit: sha, note: spoken(words) };
    case 'promote':
      return promotion(thread, words);
    case 'redeploy':
      return namesCommit || /^to:/i.test(first)
        ? plain(verb, `${place} ${words}`, here)
        : { kind: 'redeploy', ...target, commit: sha, reason: spoken(words) };
    case 'hotfix':
    case 'adopt':
      return plain(verb, `${place} ${namesCommit ? words : `${sha} ${words}`}`, here);
    case 'where':
    case 'rebuild':
      return ofCommit(verb, words, here, thread) ?? plain(verb, words, here);
    case 'help':
      if (words !== '') return plain(verb, words, here);
      return { kind: 'help', product, of: { environment, release: number } };
    case 'locks':
      return { kind: 'locks', product };
    default:
      return plain(verb, `${place} ${words}`, here);
  }
}

/** What is about a commit; null: the verb needs an environment or a release. */
function ofCommit(
  verb: Verb,
  words: string,
  here: Where,
  { product, sha }: { product: string; sha: string },
): Parsed | null {
  const environment = sameName(here.products, product)?.environments[0];
  switch (verb) {
    case 'where':
    case 'rebuild':
      return words === '' || isPolite(words.replace(/^is /i, '')) || /^\W+$/.test(words)
        ? { kind: verb, product, commit: sha }
        : null;
    case 'why':
      return { kind: 'where', product, commit: sha };
    case 'log':
      return environment === undefined
        ? null
        : { kind: 'log', product, environment, release: null, build: sha };
    case 'diff':
      return environment === undefined ? null : { kind: 'diff', product, environment, commit: sha };
    case 'help':
      return words === '' ? { kind: 'help', product, of: { sha } } : null;
    case 'locks':
      return { kind: 'locks', product };
    default:
      return null;
  }
}

/** Verbs that are followed by an environment and never by a release or commit alone. */
const OF_PLACE: ReadonlySet<Verb> = new Set(['status', 'history', 'why', 'rollback', 'redeploy']);

function ofPlace(
  verb: Verb,
  words: string,
  here: Where,
  { product, environment }: Extract<ThreadSubject, { kind: 'place' }>,
): Parsed {
  if (verb === 'help' || verb === 'locks') return { kind: verb, product };
  if (environment !== null && (OF_PLACE.has(verb) || (isHoldVerb(verb) && verb !== 'hotfix'))) {
    return plain(verb, `${product}/${environment} ${words}`, here);
  }
  const locks = verb === 'lock' || verb === 'unlock' || verb === 'takeover';
  return plain(verb, locks ? `${product}/${ALL} ${words}` : words, here);
}
