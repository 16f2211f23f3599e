import type { Actor, Role } from '../people/people.ts';
import type { Frozen } from '../time/freeze.ts';
import type { BuildStatus } from './values/build/run.ts';
import type { Lock, Pause } from './values/lock.ts';
import type { End, Release, Status } from './values/release.ts';

/** The rule that refused a command, with the facts that the answer needs. The text is made in `chat`. */
export type Refusal =
  | { rule: 'notMember' }
  | { rule: 'noRelease'; release: number }
  /** The requested step does not fit the status: too early or too late. `end`: who ended it and when; null: it has not ended. */
  | { rule: 'settled'; release: number; status: Status; end: End | null; approvedBy: Actor[] }
  | { rule: 'continuous'; environment: string }
  | { rule: 'alreadyWaits'; release: number; status: Status }
  /** So many releases wait here for people that another one would only hide them. */
  | { rule: 'tooManyWait'; waiting: number[] }
  | { rule: 'behindDeployed'; sha: string; deployed: string }
  | { rule: 'order'; sha: string; below: string; revoked: { by: Actor; release: number | null } | null }
  | { rule: 'ownRequest'; release: number; count: number; required: number }
  | { rule: 'notApprover'; release: number; from: string[]; count: number; required: number }
  /**
   * The person wrote some of the commits that would be added. `known` false: unknown, Slack did not show their e-mail
   * address.
   */
  | { rule: 'commitAuthor'; release: number; known: boolean; count: number; required: number }
  /** Every rule that this person fits is met; others are not. */
  | { rule: 'approvalNotNeeded'; release: number; count: number; required: number }
  /** What runs there has changed since the person was shown what they approve. */
  | { rule: 'shownIsOld'; release: number; deployed: string | null }
  | { rule: 'alreadyApproved'; release: number; at: number; count: number; required: number }
  | { rule: 'noApprovals'; release: number; kind: Release['kind'] }
  | { rule: 'approvals'; release: number; count: number; required: number }
  | { rule: 'alreadyQueued'; release: number; by: Actor }
  /** `from`: the people who have the role. */
  | { rule: 'notRole'; role: Role; from: string[] }
  /** `from`: the people who may cancel it, beside whoever started or requested it (RULES 31). */
  | { rule: 'notCanceller'; release: number; roles: Role[]; from: string[] }
  | { rule: 'notTester'; release: number; from: string[] | null }
  | { rule: 'reasonRequired'; release: number | null }
  | { rule: 'notDeployed'; release: number; deployed: string | null }
  | { rule: 'uncertain'; release: number }
  | { rule: 'overtaken'; release: number; by: number }
  | { rule: 'rollbackFirst'; release: number; rollback: number }
  | { rule: 'cancelWished'; release: number; by: Actor; at: number }
  /** RULES 31: the person was shown a release that waits; its deploy began since. */
  | { rule: 'begunMeanwhile'; release: number }
  | { rule: 'requestExpired'; release: number; at: number }
  | { rule: 'busy'; release: number; by: number }
  | { rule: 'buildSettled'; sha: string; status: BuildStatus }
  | { rule: 'nothingDeployed' }
  | { rule: 'noTarget'; leaves: string }
  | { rule: 'notAcceptedHere'; sha: string; revoked: boolean }
  | { rule: 'targetIsLeft'; sha: string }
  /**
   * RULES 13: the rollback would leave and revoke another commit than the one that the person was shown. `sha`: the
   * target that was asked for; null: none was named.
   */
  | { rule: 'leavesAnother'; sha: string | null; shown: string; leaves: string }
  /**
   * RULES 48: going from `leaves` back to `sha` goes past commits that touched irreversible paths, which nobody has
   * confirmed. `commits`: the newest of them; `count`: of them all, null: git could not say which. `reason`: as it was given.
   */
  | {
      rule: 'irreversible';
      sha: string;
      leaves: string;
      commits: string[];
      count: number | null;
      reason: string;
    }
  /** The person asked to deploy this commit again, but another one runs there. */
  | { rule: 'runsAnother'; sha: string; deployed: string }
  | { rule: 'retired'; environment: string }
  /** `release` null: no release was made. */
  | { rule: 'frozen'; release: number | null; freeze: Frozen }
  | { rule: 'locked'; release: number | null; lock: Lock; all: boolean }
  | { rule: 'notLocker'; product: string }
  /** `now`: what is locked is not as the person was shown it, and this lock is in force instead (RULES 8). */
  | { rule: 'notLocked'; now?: { lock: Lock; all: boolean } | undefined }
  /** `asked`: who has asked its owner to unlock and has no answer yet: the person, or as many others as are remembered. */
  | { rule: 'notLockOwner'; lock: Lock; all: boolean; asked?: 'self' | 'others' | undefined }
  | { rule: 'ownLock'; lock: Lock }
  /** `now`: the freeze that the person was shown is over, and this one is in force instead (RULES 8). */
  | { rule: 'notFrozen'; release: number; nextAt: number | null; now?: Frozen | undefined }
  | { rule: 'overriddenAlready'; release: number; by: Actor; at: number }
  | { rule: 'notContinuous'; environment: string }
  | { rule: 'pausedAlready'; pause: Pause }
  | { rule: 'notPaused' }
  /** RULES 8: the pause that the person was shown is over; this one is another. */
  | { rule: 'pausedAnew'; pause: Pause }
  /**
   * RULES 26: Slipway has deployed here, so it knows by itself what runs. `instead`: how this commit can be brought
   * there; 'revert': only by a new commit.
   */
  | {
      rule: 'deployedHere';
      sha: string;
      deployed: string;
      instead: 'hotfix' | 'rollback' | 'push' | 'revert';
    }
  /** RULES 27: the release was made for the other mode of the environment. */
  | { rule: 'modeChanged'; release: number; mode: 'continuous' | 'approval' }
  /** RULES 18: a release is deploying or verifying. */
  | { rule: 'deploying'; release: number }
  /** The following are answers to workers and other documents, never to people. */
  | { rule: 'newerHead'; head: number; newest: number }
  | { rule: 'notFirst'; release: number }
  | { rule: 'notBuilt'; release: number }
  | { rule: 'guardMayLive'; until: number }
  | { rule: 'sentBack'; release: number; to: Status }
  | { rule: 'staleAttempt'; attempt: number; latest: number }
  | { rule: 'paused'; newest: string }
  | { rule: 'nothingToDo' }
  | { rule: 'claimed'; until: number };

export type Rule = Refusal['rule'];
