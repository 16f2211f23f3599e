import type { Request } from '../command/request.ts';

/** Words that add nothing to a command. */
const POLITE =
  /^(?:(?:please|pls|now|this|that|it|one|thanks|thank you|thx|ok|go ahead|then|here|too|release|commit|deploy)[\s.,!?]*|:[\w+-]+:\s*|(?:\p{So}|\p{Sk}|\p{Cf}|\ufe0f)\s*)+$/iu;

/** A reason that begins so is a condition rather than a reason: "roll back if it fails again". */
const CONDITION = /^(?:if|when|unless|until|once|as soon as|only|in case|before|after)\b/i;

/** "accept not yet" */
const DENIAL =
  /^(?:not|no|nope|never|nothing|nobody|don['\u2019]?t|do not|cannot|can['\u2019]?t|yet|or|and|is|was|looks|seems)\b/i;

/** Whether the words are nothing but politeness. */
export function isPolite(words: string): boolean {
  return POLITE.test(words);
}

/**
 * Whether a mention reads like talk about a release rather than a command: a question, a condition, a denial, or further
 * words where the command takes none. People discuss a release in its thread, so what is not plainly a command changes
 * nothing. `words`: everything that was said.
 */
export function isTalk(words: string, asked: Request): boolean {
  if (/\?["'\u201d)\s]*$/.test(words)) return true;
  const added = 'reason' in asked ? asked.reason : 'note' in asked ? asked.note : null;
  if (added === null) return false;
  switch (asked.kind) {
    case 'approve':
    case 'deploy':
    case 'retry':
      return !isPolite(added);
    case 'accept':
    case 'promote':
    case 'prepare':
    case 'redeploy':
    case 'resume':
      return CONDITION.test(added) || DENIAL.test(added);
    case 'reject':
    case 'fail':
    case 'cancel':
    case 'override':
    case 'rollback':
      return CONDITION.test(added);
    default:
      return false;
  }
}
