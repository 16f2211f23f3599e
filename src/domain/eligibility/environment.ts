import {
  type Acceptance,
  type Environment,
  findRelease,
  openRollback,
  releasesOf,
} from '../documents/environment.ts';
import type { Refusal } from '../documents/refusal.ts';
import { goesByPeople, isWaiting, type Release } from '../documents/values/release.ts';
import { knownAcceptances, targetsAmong } from '../gates/acceptances.ts';
import { type By, type Facts, retiredRefusal, roleRefusal } from './facts.ts';
import { orderRefusal } from './release.ts';

/** How many releases may wait for people at once; this keeps an environment's document below 64 KB (DESIGN §4). */
const WAITING_MAX = 10;

/** A commit that somebody would like to prepare. */
interface CommitToPrepare {
  sha: string;
  kind: 'promotion' | 'hotfix';
  /** True: what runs here contains the commit and more. False also if that is unknown. */
  isBehind: boolean;
}

/**
 * Why no release of this commit can be prepared here now; null: it would be accepted. Only `order` must be open, because
 * nobody should approve what cannot be deployed. `facts.order`: the acceptance of this commit below.
 */
export function prepareRefusal(facts: Facts, commit: CommitToPrepare, by: By): Refusal | null {
  const { environment, policy } = facts;
  const { sha, kind, isBehind } = commit;
  const retired = retiredRefusal(policy, 'prepare');
  if (retired) return retired;
  if (policy.mode === 'continuous') return { rule: 'continuous', environment: policy.name };
  const barred = roleRefusal(policy, 'prepare', by);
  if (barred) return barred;
  const same = environment.open.find((release) => isWaiting(release) && release.sha === sha);
  if (same) return { rule: 'alreadyWaits', release: same.number, status: same.status };
  if (environment.deployed && isBehind) {
    return { rule: 'behindDeployed', sha, deployed: environment.deployed.sha };
  }
  const waiting = environment.open.filter((other) => isWaiting(other) && goesByPeople(other));
  if (waiting.length >= WAITING_MAX) {
    return { rule: 'tooManyWait', waiting: waiting.map(({ number }) => number) };
  }
  return orderRefusal(facts, { kind, sha });
}

/** Whether a release is a promotion that ended before its deploy began, by people or by time: its commit may still go there. */
export function mayBePreparedAgain({ kind, status, begun }: Release): boolean {
  if (kind !== 'promotion') return false;
  return status === 'rejected' || status === 'expired' || (status === 'cancelled' && !begun);
}

/** The same, if no later release of its commit was made here: the card of that one offers it then. */
export function isOpenToPrepareAgain(environment: Environment, release: Release): boolean {
  const isLater = ({ number, sha }: Release) => number > release.number && sha === release.sha;
  return mayBePreparedAgain(release) && !releasesOf(environment).some(isLater);
}

/** The commit that a rollback leaves. */
interface Left {
  sha: string;
  release: number | null;
  /** Commits that it does not go to by itself. */
  alsoBad: string[];
}

/**
 * The commit that a rollback would leave: `desired` or, if the last begun release is a rollback that was not accepted,
 * the commit which that one leaves (RULES 12). A rollback that a person marked as faulty is bad itself and is avoided as
 * a target too.
 */
export function leftBehind(environment: Environment): Left | null {
  const { desired, deployed } = environment;
  if (desired) {
    const last: Release | undefined = findRelease(environment, desired.release);
    const succeeded = last?.status === 'accepted' || (last?.revoked ?? null) !== null;
    if (last?.kind === 'rollback' && last.leaves && !succeeded) {
      return { ...last.leaves, alsoBad: last.status === 'faulty' ? [last.sha] : [] };
    }
    return { ...desired, alsoBad: [] };
  }
  return deployed ? { sha: deployed.sha, release: deployed.release, alsoBad: [] } : null;
}

/** Where a rollback goes and what it leaves, or the refusal. */
export type Way = { target: Acceptance; left: Pick<Left, 'sha' | 'release'> } | { refusal: Refusal };

/** What is asked of a rollback. */
interface WayWanted {
  /** The commit to go to; null: the newest that was accepted here and is not the one left. */
  to: string | null;
  /** The commit that the person was shown as the one left; absent: whichever it is. */
  leaves?: string | undefined;
}

/** The way of a rollback that begins now. */
export function wayBack({ environment, policy, acceptances }: Facts, wanted: WayWanted, by: By): Way {
  const { to, leaves: shown } = wanted;
  const barred = retiredRefusal(policy, 'rollback') ?? roleRefusal(policy, 'rollback', by);
  if (barred) return { refusal: barred };
  const open = openRollback(environment);
  if (open) return { refusal: { rule: 'rollbackFirst', release: open.number, rollback: open.number } };
  const left = leftBehind(environment);
  if (left && shown !== undefined && shown !== left.sha) {
    return { refusal: { rule: 'leavesAnother', sha: to, shown, leaves: left.sha } };
  }
  return wayFrom(left, knownAcceptances(environment, acceptances), to);
}

/** The way of a rollback that Slipway begins by itself: to the newest acceptance, whoever has which role (RULES 46). */
export function wayByItself({ environment, acceptances }: Pick<Facts, 'environment' | 'acceptances'>): Way {
  return wayFrom(leftBehind(environment), knownAcceptances(environment, acceptances), null);
}

function wayFrom(left: Left | null, known: readonly Acceptance[], to: string | null): Way {
  if (!left) return { refusal: { rule: 'nothingDeployed' } };
  const target = to === null ? newestOther(known, left) : chosen(known, to, left);
  return 'rule' in target ? { refusal: target } : { target, left };
}

/** Why nothing can be rolled back here now; null: a rollback would be accepted. */
export function rollbackRefusal(facts: Facts, by: By): Refusal | null {
  const way = wayBack(facts, { to: null }, by);
  return 'refusal' in way ? way.refusal : null;
}

/** The commits to which Roll Back may go by itself or by choice in its dialog, newest first, as `known` is. */
export function rollbackTargets(environment: Environment, known: readonly Acceptance[]): Acceptance[] {
  const left = leftBehind(environment);
  return left ? othersThan(known, left) : [];
}

/** What Roll Back would deploy; null: no other commit was accepted here without being revoked. `known`: newest first. */
export function rollbackTarget(environment: Environment, known: readonly Acceptance[]): Acceptance | null {
  return rollbackTargets(environment, known)[0] ?? null;
}

function othersThan(known: readonly Acceptance[], { sha: left, alsoBad }: Left): Acceptance[] {
  return targetsAmong(known).filter(({ sha }) => sha !== left && !alsoBad.includes(sha));
}

type NoTarget = Extract<Refusal, { rule: 'noTarget' | 'notAcceptedHere' | 'targetIsLeft' }>;

function newestOther(known: readonly Acceptance[], left: Left): Acceptance | NoTarget {
  return othersThan(known, left)[0] ?? { rule: 'noTarget', leaves: left.sha };
}

function chosen(known: readonly Acceptance[], sha: string, left: Left): Acceptance | NoTarget {
  if (sha === left.sha) return { rule: 'targetIsLeft', sha };
  const target = targetsAmong(known).find((candidate) => candidate.sha === sha);
  if (target) return target;
  return { rule: 'notAcceptedHere', sha, revoked: known.some((acceptance) => acceptance.sha === sha) };
}

type Paused = Pick<Facts, 'environment' | 'policy'>;

/** Why continuous deployment cannot be paused here now; null: it would be. */
export function pauseRefusal({ environment, policy }: Paused, by: By): Refusal | null {
  const retired = retiredRefusal(policy, 'pause');
  if (retired) return retired;
  if (policy.mode !== 'continuous') return { rule: 'notContinuous', environment: environment.name };
  const barred = roleRefusal(policy, 'lock', by);
  if (barred) return barred;
  return environment.paused ? { rule: 'pausedAlready', pause: environment.paused } : null;
}

/** Why continuous deployment cannot be resumed here now; null: it would be. */
export function resumeRefusal({ environment, policy }: Paused, by: By): Refusal | null {
  const barred = retiredRefusal(policy, 'resume') ?? roleRefusal(policy, 'lock', by);
  return barred ?? (environment.paused ? null : { rule: 'notPaused' });
}
