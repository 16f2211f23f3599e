import { isReleaseVerb } from '../../domain/eligibility/release.ts';
import { isSurelyCommit, undecorated } from '../../domain/pasted.ts';
import { parseCommand } from '../command/parse.ts';
import { isPlace, ordered } from '../command/parse-change.ts';
import { problem, sameName, split } from '../command/parse-target.ts';
import { isLookup, type Parsed, type Request, type Where } from '../command/request.ts';
import { ALL, commandText } from '../command/request-text.ts';
import { retyped, spoken } from '../command/tokens.ts';
import { isHoldVerb, isVerb, type Verb } from '../verbs.ts';
import { quotedIn } from './said-to.ts';
import { isPolite, isTalk } from './talk.ts';

/** What the message at the top of a thread is about, and so what a mention in the thread means without naming it. */
export type ThreadSubject =
  | { kind: 'release'; product: string; environment: string; number: number; sha: string }
  /** A commit that has no release yet. */
  | { kind: 'push'; product: string; sha: string }
  /** A lock, a pause or the like; `environment` null: of all environments of the product. */
  | { kind: 'place'; product: string; environment: string | null };

type OfRelease = Extract<ThreadSubject, { kind: 'release' }>;

/**
 * Parses what was said to the app. In the thread of a card the words need not name what it is about; anywhere else they are
 * those of `/release`. What may be talk rather than a command is offered as a button. Never throws.
 */
export function parseMention(said: string, where: Where, thread: ThreadSubject | null): Parsed {
  const inner = quotedIn(said);
  return heard(inner ?? said, inner !== null, where, thread);
}

function heard(said: string, quoted: boolean, where: Where, thread: ThreadSubject | null): Parsed {
  const space = said.indexOf(' ');
  const first = space === -1 ? said : said.slice(0, space);
  const rest = space === -1 ? '' : said.slice(space + 1);
  const verb = undecorated(first).toLowerCase();
  if (said === '') return inThread('help', '', where, thread);
  // It may come from a message that quotes the slash command.
  if (verb === '/release') {
    const inner = quotedIn(rest);
    return heard(inner ?? rest, quoted || inner !== null, where, thread);
  }
  if (!isVerb(verb)) return parseCommand(retyped(said), where);
  const asked = inThread(verb, rest, where, thread);
  if (asked.kind === 'problem' || !isChange(asked)) return asked;
  if (!quoted && !isTalk({ said, words: rest, asked, where })) return asked;
  return problem({ kind: 'onlyTalk', verb, command: commandOf(asked, where) });
}

function isChange(asked: Request): boolean {
  return asked.kind === 'rebuild' || !(isLookup(asked) || asked.kind === 'why' || asked.kind === 'locks');
}

function plain(verb: Verb, rest: string, where: Where): Parsed {
  return parseCommand(retyped(`${verb} ${rest}`.trim()), where);
}

/** The text of a request, with the commit that a promotion from a thread is about. */
function commandOf(asked: Request, { products }: Where): string {
  if (asked.kind === 'approve' || asked.kind === 'deploy' || asked.kind === 'retry') {
    // What was said besides is no part of it.
    return commandText({ ...asked, reason: null });
  }
  if (asked.kind !== 'promote' || !asked.of) return commandText(asked);
  const { product, note, of } = asked;
  const environments = sameName(products, product)?.environments ?? [];
  const environment = environments[environments.indexOf(asked.environment) + 1];
  if (environment === undefined) return commandText(asked);
  return commandText({ kind: 'prepare', product, environment, commit: of.sha, note });
}

/** "this to prod" and "it please" without the words for what the thread is about. */
function withoutPronoun(words: string): string {
  if (isPolite(words)) return '';
  return words.replace(/^(?:this|it|that)(?: (?:one|release|commit|deploy))? /i, '');
}

function inThread(verb: Verb, said: string, where: Where, thread: ThreadSubject | null): Parsed {
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
