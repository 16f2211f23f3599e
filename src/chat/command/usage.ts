import type { Right } from '../eligibility/rights.ts';
import type { Verb } from '../verbs.ts';

/** Headings of `help`, in order. */
export const HEADINGS = ['Ship', 'Decide', 'Hold', 'Look up'] as const;

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
    what: 'offer one commit: SHA, tag or branch; if you leave it out, put a note in "quotes"',
    needs: 'prepare',
    where: 'approval',
  },
  rollback: {
    under: 'Ship',
    write: ({ top }) => `rollback ${top} [commit] reason`,
    what: 'go back to what was accepted before; a commit is 7 or more hex digits, or to:NAME; everything else is the reason',
    needs: 'roll back',
  },
  redeploy: {
    under: 'Ship',
    write: ({ bottom }) => `redeploy ${bottom} [reason]`,
    what: 'deploy again what runs there; where approvals are needed, offer it again',
  },
  hotfix: {
    under: 'Ship',
    write: ({ top }) => `hotfix ${top} commit reason`,
    what: 'offer a commit that skips order, soak and freeze, but not approvals',
    needs: 'prepare',
    where: 'approval',
  },
  adopt: {
    under: 'Ship',
    write: ({ top }) => `adopt ${top} commit reason`,
    what: 'record what already runs there',
    needs: 'adopt',
  },
  rebuild: {
    under: 'Ship',
    write: () => 'rebuild commit',
    what: 'build a commit again if its build failed, errored or is lost',
  },
  approve: {
    under: 'Decide',
    write: ({ top }) => `approve ${top}`,
    what: 'approve a release; if two wait, write the number, here and in the commands below',
    needs: 'approve',
  },
  reject: {
    under: 'Decide',
    write: ({ top }) => `reject ${top}#42 reason`,
    what: 'reject a release: one rejection ends it',
    needs: 'approve',
  },
  deploy: {
    under: 'Decide',
    write: ({ top }) => `deploy ${top}`,
    what: 'start it, or queue it until it is built and its turn comes',
    needs: 'deploy',
  },
  accept: {
    under: 'Decide',
    write: ({ top }) => `accept ${top}`,
    what: 'say that it is good: it may go to the environment above',
    needs: 'accept',
  },
  fail: {
    under: 'Decide',
    write: ({ top }) => `fail ${top} reason`,
    what: 'say that it is faulty, even after it was accepted',
    needs: 'accept',
  },
  cancel: {
    under: 'Decide',
    write: ({ top }) => `cancel ${top} [reason]`,
    what: 'end a release that waits or runs',
  },
  retry: {
    under: 'Decide',
    write: ({ top }) => `retry ${top}`,
    what: 'run the deploy or verification again',
  },
  lock: {
    under: 'Hold',
    write: ({ top }) => `lock ${top} reason [for 2h]`,
    what: 'only you may deploy there; also until 17:00 or until Fri 16:00; write all for all environments',
    needs: 'lock',
  },
  unlock: { under: 'Hold', write: ({ top }) => `unlock ${top}`, what: 'end your lock' },
  takeover: {
    under: 'Hold',
    write: ({ top }) => `takeover ${top} reason`,
    what: "take over somebody else's lock; they get a message",
    needs: 'lock',
  },
  locks: { under: 'Hold', write: () => 'locks', what: 'what is locked and paused' },
  pause: {
    under: 'Hold',
    write: ({ bottom }) => `pause ${bottom} reason`,
    what: 'build new commits, but deploy none',
    needs: 'lock',
  },
  resume: {
    under: 'Hold',
    write: ({ bottom }) => `resume ${bottom} [reason]`,
    what: 'deploy the newest commit, and new ones as they arrive',
    needs: 'lock',
  },
  override: {
    under: 'Hold',
    write: ({ top }) => `override ${top}#42 reason`,
    what: 'let one release through a freeze',
    needs: 'override',
  },
  status: {
    under: 'Look up',
    write: ({ top }) => `status [${top}]`,
    what: 'what runs where, and what waits',
  },
  why: {
    under: 'Look up',
    write: ({ top }) => `why ${top}`,
    what: 'why the release there waits, and who or what opens each gate',
    where: 'approval',
  },
  diff: {
    under: 'Look up',
    write: ({ top }) => `diff ${top} [commit]`,
    what: 'what a deploy would add and remove there',
  },
  where: { under: 'Look up', write: () => 'where commit', what: 'how far a commit has come' },
  history: { under: 'Look up', write: ({ top }) => `history ${top}`, what: 'its releases, and who did what' },
  log: { under: 'Look up', write: ({ top }) => `log ${top}#42`, what: 'the last lines of output' },
  help: { under: 'Look up', write: () => 'help', what: 'show this' },
} as const satisfies Record<Verb, Usage>;
