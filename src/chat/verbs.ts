/** Verbs of `/release`, roughly in the order in which people meet them. */
export const VERBS = [
  'prepare',
  'promote',
  'approve',
  'reject',
  'deploy',
  'accept',
  'fail',
  'cancel',
  'retry',
  'rollback',
  'redeploy',
  'hotfix',
  'adopt',
  'rebuild',
  'override',
  'lock',
  'unlock',
  'takeover',
  'locks',
  'pause',
  'resume',
  'status',
  'why',
  'diff',
  'where',
  'history',
  'log',
  'help',
] as const;
export type Verb = (typeof VERBS)[number];

/** Verbs about locks, pauses, hotfixes and adopting. */
const HOLD_VERBS = ['lock', 'unlock', 'takeover', 'locks', 'pause', 'resume', 'hotfix', 'adopt'] as const;
export type HoldVerb = (typeof HOLD_VERBS)[number];

/** Verbs that are followed by an environment and are not in `HOLD_VERBS`. */
export type EnvironmentVerb = Exclude<Verb, 'status' | 'help' | 'where' | 'rebuild' | HoldVerb>;

export function isVerb(word: string): word is Verb {
  return (VERBS as readonly string[]).includes(word);
}

export function isHoldVerb(word: string): word is HoldVerb {
  return (HOLD_VERBS as readonly string[]).includes(word);
}
