import type { Right } from '../eligibility/rights.ts';
import type { Verb } from '../verbs.ts';

/** Headings of `help`, in order. */
export const HEADINGS = ['Ship', 'Decide', 'Hold', 'Look'] as const;

/** Environment names for the examples. */
export interface Names {
  /** The topmost environment, and the one below it. */
  top: string;
  low: string;
  /** The lowest one. */
  bottom: string;
}

/** One line of `help`. */
export interface Usage {
  under: (typeof HEADINGS)[number];
  /** Writes what is typed after `/release`. */
  write(names: Names): string;
  what: string;
  /** Shown only to people who have this right somewhere in the product; absent: to everybody. */
  needs?: Right;
  /** Shown only if the product has at least two environments, or one that needs approvals; absent: always. */
  where?: 'below' | 'approval';
}

/** One line per verb, in the order of `help`. A verb without a line does not compile. */
export const USAGE = {
  promote: {
    under: 'Ship',
    write: ({ low }) => `promote ${low} [note]`,
    what: 'offer what is accepted there to the environment above',
    needs: 'prepare',
    where: 'below',
  },
  prepare: {
    under: 'Ship',
    write: ({ top }) => `prepare ${top} [commit] [note]`,
    what: 'offer one commit: SHA, tag or branch; without one, a note stands in "quotes"',
    needs: 'prepare',
    where: 'approval',
  },
  rollback: {
    under: 'Ship',
    write: ({ top }) => `rollback ${top} [commit] reason`,
    what: 'go back to what was accepted before; a commit is 7 or more hex digits, or to:NAME; all else is the reason',
    needs: 'roll back',
  },
  redeploy: {
    under: 'Ship',
    write: ({ bottom }) => `redeploy ${bottom} [reason]`,
    what: 'deploy again what runs there; where people approve, offer it again',
  },
  hotfix: {
    under: 'Ship',
    write: ({ top }) => `hotfix ${top} commit reason`,
    what: 'offer a commit past order, soak and freeze; approvals stay',
    needs: 'prepare',
    where: 'approval',
  },
  adopt: {
    under: 'Ship',
    write: ({ top }) => `adopt ${top} commit reason`,
    what: 'record what runs there already',
    needs: 'adopt',
  },
  rebuild: {
    under: 'Ship',
    write: () => 'rebuild commit',
    what: 'build a commit again whose build failed, errored or is lost',
  },
  approve: {
    under: 'Decide',
    write: ({ top }) => `approve ${top}`,
    what: 'say yes; with two releases waiting write their number, as in all of these',
    needs: 'approve',
  },
  reject: {
    under: 'Decide',
    write: ({ top }) => `reject ${top}#42 reason`,
    what: 'say no: one no ends it',
    needs: 'approve',
  },
  deploy: {
    under: 'Decide',
    write: ({ top }) => `deploy ${top}`,
    what: 'start it, or queue it until its build and turn have come',
    needs: 'deploy',
  },
  accept: {
    under: 'Decide',
    write: ({ top }) => `accept ${top}`,
    what: 'found good: it may go further up',
    needs: 'accept',
  },
  fail: {
    under: 'Decide',
    write: ({ top }) => `fail ${top} reason`,
    what: 'found faulty, also after it was accepted',
    needs: 'accept',
  },
  cancel: { under: 'Decide', write: ({ top }) => `cancel ${top} [reason]`, what: 'end what waits or runs' },
  retry: { under: 'Decide', write: ({ top }) => `retry ${top}`, what: 'the deploy or verification again' },
  lock: {
    under: 'Hold',
    write: ({ top }) => `lock ${top} reason [for 2h]`,
    what: 'nobody but you deploys there, also until 17:00 or Fri 16:00; all in its place: all environments',
    needs: 'lock',
  },
  unlock: { under: 'Hold', write: ({ top }) => `unlock ${top}`, what: 'end your lock' },
  takeover: {
    under: 'Hold',
    write: ({ top }) => `takeover ${top} reason`,
    what: 'make the lock of somebody else yours; they are told',
    needs: 'lock',
  },
  locks: { under: 'Hold', write: () => 'locks', what: 'what is locked and paused' },
  pause: {
    under: 'Hold',
    write: ({ bottom }) => `pause ${bottom} reason`,
    what: 'build new commits, and deploy none',
    needs: 'lock',
  },
  resume: {
    under: 'Hold',
    write: ({ bottom }) => `resume ${bottom} [reason]`,
    what: 'deploy the newest commit, and new ones as they come',
    needs: 'lock',
  },
  override: {
    under: 'Hold',
    write: ({ top }) => `override ${top}#42 reason`,
    what: 'let one release go although there is a freeze',
    needs: 'override',
  },
  status: {
    under: 'Look',
    write: ({ top }) => `status [${top}]`,
    what: 'what runs where, and what waits',
  },
  why: {
    under: 'Look',
    write: ({ top }) => `why ${top}`,
    what: 'what holds the release that waits there, and who or when opens it',
    where: 'approval',
  },
  diff: {
    under: 'Look',
    write: ({ top }) => `diff ${top} [commit]`,
    what: 'what a deploy would add and remove there',
  },
  where: { under: 'Look', write: () => 'where commit', what: 'how far a commit came' },
  history: { under: 'Look', write: ({ top }) => `history ${top}`, what: 'its releases, and who did what' },
  log: { under: 'Look', write: ({ top }) => `log ${top}#42`, what: 'the last lines that were printed' },
  help: { under: 'Look', write: () => 'help', what: 'this' },
} as const satisfies Record<Verb, Usage>;
