import { isSurelyCommit } from '../../domain/pasted.ts';
import { isPlace } from '../command/parse-change.ts';
import { sameName } from '../command/parse-target.ts';
import type { Request, Where } from '../command/request.ts';
import { ALL } from '../command/request-text.ts';
import { unwrapped } from '../command/tokens.ts';

const PLEASE = 'please|pls|now|just|thanks|thank you|thx|ok|go ahead|then|here|too';
/** What a command in a thread means without these words. */
const PRONOUN = 'this|that|it|one|release|commit|deploy';
const EMOJI = ':[\\w+-]+:|\\p{So}|\\p{Sk}|\\p{Cf}|\\ufe0f';

/** Words that add nothing to a command. */
const POLITE = new RegExp(
  `^(?:(?:${PLEASE}|${PRONOUN})(?![\\p{L}\\p{N}])[\\s.,!?]*|(?:${EMOJI})\\s*)+$`,
  'iu',
);

/** What may stand before the words that say whether a sentence is talk. */
const BEFORE = `(?:${EMOJI}|[^\\p{L}\\p{N}]+)`;
const POLITE_START = new RegExp(`^(?:${BEFORE}|(?:${PLEASE})(?![\\p{L}\\p{N}'\\u2019]))+`, 'iu');
const POLITE_OR_PRONOUN_START = new RegExp(
  `^(?:${BEFORE}|(?:${PLEASE}|${PRONOUN})(?![\\p{L}\\p{N}'\\u2019]))+`,
  'iu',
);

/** A question mark anywhere but inside a link, or an emoji that asks. */
const QUESTION =
  /[?\uff1f\u2753\u2754\u2049](?!\w)|:(?:grey_question|question|interrobang|thinking|thinking_face):|\u{1f914}/u;

/** An emoji that says no. */
const NO_EMOJI =
  /:(?:-1|thumbsdown|x|no_entry|no_entry_sign|hand|raised_hand|octagonal_sign):|[\u274c\u26d4\u270b]|\u{1f44e}|\u{1f6ab}|\u{1f6d1}/u;

const DAY = '(?:today|(?:mon|tues|wednes|thurs|fri|satur|sun)day)';
const SPAN =
  '(?:m|mins?|minutes?|h|hours?|hrs?|days?|weeks?|secs?|seconds?|while|bit|moment|morning|afternoon|evening)';

/** Beginnings that no first word of a reason has; the end of a word follows. */
function first(...beginnings: string[]): RegExp {
  return new RegExp(`^(?:${beginnings.join('|')})(?![\\p{L}\\p{N}'\\u2019])`, 'iu');
}

/** A condition or a later time: "roll back if it fails again". */
const CONDITION = first(
  'if|when|whenever|unless|until|till?|once|as soon as|as long as|only|in case|provided|assuming|before|after',
  'later|soon|eventually|tomorrow|tonight|maybe|perhaps|probably|possibly|next (?:week|sprint|month|time)',
  '(?:at|by|from|around) (?:\\d[\\d:.]*(?: ?[ap]m)?|noon|midnight|lunch)',
  `in (?:\\d+|an?|half an?|the|a few|some) ?${SPAN}`,
  `(?:(?:on|this|next|later) )?${DAY}(?=[^\\p{L}\\p{N}]*$)`,
);
/** A condition wherever it stands. */
const CONDITION_WITHIN = /\b(?:unless|only if|if (?:needed|necessary|required)|as soon as)\b/i;

const NEEDED = 'needed|necessary|required';

/** What takes a command back rather than gives its reason, and what joins it to another. */
const DENIAL = first(
  `not(?:(?=[^\\p{L}\\p{N}]*$)| (?:yet|now|today|this|that|it|planned|${NEEDED}|if|when|until|unless|before|after|so fast))`,
  `no(?:(?=\\s*$|[^\\p{L}\\p{N}\\s])| (?:need|way|thanks|please|wait|longer (?:${NEEDED})))`,
  'nope|nah|never ?mind|hold on|hm+|yet|or|and|vs',
  `do not|don['\\u2019]?t|(?:is|was|are)n['\\u2019]?t (?:planned|${NEEDED})`,
  'wait(?=[^\\p{L}\\p{N}]*$|[^\\p{L}\\p{N}\\s]| (?:for|until|till|a|please)\\b)',
);

/** The verb as a noun, or within a sentence: "rollback is not needed", "reject can we". */
const SENTENCE = first(
  'is|are|was|were|will|would|should|shall|could|can|may|might|must|be|been|being',
  'why|who|what|how|which|where|of',
  // "lock planned maintenance" has a reason.
  `(?:${NEEDED}|planned|pending|possible|scheduled|recommended|requested)(?=[^\\p{L}\\p{N}]*$|[^\\p{L}\\p{N}\\s]| (?:for|from|by|at|on|in|after|before|if|when|today|tomorrow|tonight|this|next|later|soon|now|and|but|or)\\b)`,
  "(?:i|we|you|they|let)['\\u2019](?:m|d|s|ll|re|ve)|(?:i|we|you) (?:think|guess|wonder|hope|suggest|am|would|do|don['\\u2019]?t)",
  '(?:i|we|you) (?:should|could|might|may|can|will|need|have|are|were)',
);

/** What begins a sentence about the command as often as a reason, so where a wrong act costs more than a click. */
const PERHAPS = first(
  'no|not|never|nothing|nobody|none|cannot',
  "(?:do|does|did|is|are|was|were|wo|would|should|could|ca|must|has|have|had|need)n['\\u2019]?t",
  'has|have|had|does|did|do|needs?|looks|seems|sounds|feels|means',
);
const DENIAL_WITHIN = new RegExp(`\\b(?:(?:not|no longer) (?:${NEEDED})|no need|not yet)\\b`, 'i');

/** How far it is, whose it is, or how it went. */
const PROGRESS = first(
  'in progress|ongoing|under ?way|ready|by(?! (?:hand|accident|mistake))|plan|to be (?:decided|confirmed|discussed|done)',
  'worked|went|took|finished|completed|succeeded|done|started',
  'failed(?=[^\\p{L}\\p{N}]*$| (?:again|with|because|at|on|to)\\b)',
);

/** Whether the words are nothing but politeness. */
export function isPolite(words: string): boolean {
  return POLITE.test(words);
}

/** What was asked, and the words that it was read from. */
export interface Heard {
  /** Everything that was said. */
  said: string;
  /** What was said after the verb. */
  words: string;
  asked: Request;
  where: Where;
}

/**
 * Whether a mention reads like talk about a release rather than a command: a question, a condition, a denial, a sentence
 * about the command, or further words where it takes none. People discuss a release in its thread, so what is not plainly
 * a command changes nothing.
 */
export function isTalk({ said, words, asked, where }: Heard): boolean {
  if (QUESTION.test(said)) return true;
  const added = addedTo(asked);
  const openings = added.map((text) => text.replace(POLITE_OR_PRONOUN_START, ''));
  if (openings.some((text) => CONDITION.test(text) || DENIAL.test(text))) return true;
  if (CONDITION_WITHIN.test(said) || SENTENCE.test(words.replace(POLITE_START, ''))) return true;
  switch (asked.kind) {
    case 'approve':
    case 'deploy':
    case 'retry':
      return NO_EMOJI.test(said) || !added.every(isPoliteOrNothing) || !namesOnly(words, asked, where);
    case 'unlock':
    case 'rebuild':
      if (NO_EMOJI.test(said) || openings.some((text) => PROGRESS.test(text))) return true;
      return !namesOnly(words, asked, where);
    case 'reject':
    case 'fail':
    case 'cancel':
      // They only stop something, so "not translated" is a reason.
      return false;
    case 'accept':
    case 'promote':
    case 'prepare':
    case 'redeploy':
    case 'resume':
      return isPerhaps(said, openings);
    default:
      return isPerhaps(said, openings) || openings.some((text) => PROGRESS.test(text));
  }
}

function isPerhaps(said: string, openings: readonly string[]): boolean {
  if (NO_EMOJI.test(said) || DENIAL_WITHIN.test(said)) return true;
  return openings.some((text) => SENTENCE.test(text) || PERHAPS.test(text));
}

function isPoliteOrNothing(words: string): boolean {
  return words === '' || isPolite(words);
}

/** The reason, without the end that was read from it; and where a word was read as a commit that need not be one, that word with it: "prepare prod later". */
function addedTo(asked: Request): string[] {
  const reason = ('reason' in asked ? asked.reason : 'note' in asked ? asked.note : null) ?? '';
  const commit = 'commit' in asked ? (asked.commit ?? null) : null;
  return commit === null || isSurelyCommit(commit) ? [reason] : [reason, `${commit} ${reason}`.trim()];
}

/** Words that may stand before what a command is about. */
const JOINING = /^(?:to|into|in|on|onto|at|for|of|commit|sha|rev|revision)$/i;

/** Whether the words name what the command is about, and add nothing but politeness. */
function namesOnly(
  words: string,
  { product, commit }: { product: string; commit?: string },
  { products }: Where,
): boolean {
  const here: Where = { products, channelProducts: [product] };
  const isPlaceName = (word: string) => {
    const name = unwrapped(word).toLowerCase();
    return isPlace(word, here) || name === ALL || name.endsWith(`/${ALL}`);
  };
  const isCommit = (word: string) =>
    isSurelyCommit(word) || (commit !== undefined && unwrapped(word) === commit);
  const isName = (word: string) =>
    isPlaceName(word) || isCommit(word) || sameName(products, unwrapped(word)) !== undefined;
  let left = words.split(' ').filter(Boolean);
  for (;;) {
    const rest = left.join(' ').replace(POLITE_OR_PRONOUN_START, '');
    if (isPoliteOrNothing(rest)) return true;
    const [word = '', next = '', ...others] = left;
    if (JOINING.test(word) && isName(next)) left = [next, ...others];
    else if (isPlaceName(word) && NUMBER.test(next)) left = others;
    else if (isName(word) || /^#\d+[.,:;!]?$/.test(word)) left = left.slice(1);
    else if (isPolite(word)) left = left.slice(1);
    else return false;
  }
}

const NUMBER = /^#?\d{1,9}[.,:;!]?$/;
