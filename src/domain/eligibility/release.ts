import { cancellersOf, startingRole } from '../approvals/cancelling.ts';
import { openRollback, overtakenBy, runningIn, runsHere } from '../documents/environment.ts';
import type { Refusal } from '../documents/refusal.ts';
import {
  deployEndedBadly,
  isOfMode,
  isRunning,
  isWaiting,
  type Release,
  runningAttempt,
  verificationEndedBadly,
} from '../documents/values/release.ts';
import { knownAcceptances, targetsAmong } from '../gates/acceptances.ts';
import { openWish } from '../gates/followed.ts';
import { freezeGate, lockGate, needsApprovals, orderGate } from '../gates/gates.ts';
import { type Actor, samePerson } from '../people/people.ts';
import { nextFreeze } from '../time/freeze.ts';
import { approveRefusal, rejectRefusal } from './approving.ts';
import {
  type By,
  type Facts,
  isOneOf,
  progressOf,
  retiredRefusal,
  roleRefusal,
  settledRefusal,
} from './facts.ts';

type Refuse = (facts: Facts, release: Release, by: By) => Refusal | null;

/** What people do with one release, each verb with the rule that refuses it (RULES, "Status × command"). */
const REFUSALS = {
  approve: approveRefusal,
  reject: rejectRefusal,
  deploy: deployRefusal,
  cancel: cancelRefusal,
  retry: retryRefusal,
  accept: acceptRefusal,
  fail: failRefusal,
  override: overrideRefusal,
} satisfies Record<string, Refuse>;
export type ReleaseVerb = keyof typeof REFUSALS;

/** True: what people do with one release: typed, it is followed by `ENV` or `ENV#42`. */
export function isReleaseVerb(word: string): word is ReleaseVerb {
  return Object.hasOwn(REFUSALS, word);
}

/**
 * Why this cannot be done with the release now; null: it would be accepted. `decide` refuses with it, and a button is
 * shown where it is null. What depends on the command itself, such as its reason, is decided afterwards.
 */
export function releaseRefusal(verb: ReleaseVerb, facts: Facts, release: Release, by: By): Refusal | null {
  return retiredRefusal(facts.policy, verb) ?? REFUSALS[verb](facts, release, by);
}

function deployRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  switch (release.status) {
    case 'prepared':
      return { rule: 'approvals', ...progressOf(facts, release) };
    case 'queued':
      return alreadyQueued(release);
    case 'approved':
      return (
        roleRefusal(facts.policy, startingRole(release), by) ??
        orderRefusal(facts, release) ??
        holdRefusal(facts, release, by?.person ?? null)
      );
    default:
      return settledRefusal(release);
  }
}

function alreadyQueued({ number, queue, requestedBy }: Release): Refusal {
  return { rule: 'alreadyQueued', release: number, by: queue?.by ?? requestedBy };
}

/** Refuses a commit that is not accepted in the environment below. */
export function orderRefusal(
  { policy, order }: Pick<Facts, 'policy' | 'order'>,
  release: Pick<Release, 'kind' | 'sha'>,
): Refusal | null {
  const gate = orderGate(release, policy, order);
  if (gate.open) return null;
  return {
    rule: 'order',
    sha: release.sha,
    below: gate.below,
    revoked: gate.acceptance?.revoked ?? null,
  };
}

/**
 * Refuses a deploy at once during a freeze or under somebody's lock, because waiting in the queue opens neither
 * (DESIGN §3). The release need not be in the document yet. `by` null: somebody whom no lock holds, such as its owner.
 */
export function holdRefusal(facts: Facts, release: Release, by: Actor | null): Refusal | null {
  const { environment, policy, now } = facts;
  const freeze = freezeGate(release, policy, now);
  const number = release.number > environment.releases ? null : release.number;
  if (!freeze.open) return { rule: 'frozen', release: number, freeze: freeze.freeze };
  if (by === null) return null;
  const lock = lockGate(environment, by, now);
  if (lock.open) return null;
  const all = lock.lock.card === environment.productLock?.card;
  return { rule: 'locked', release: number, lock: lock.lock, all };
}

function cancelRefusal({ policy }: Facts, release: Release, by: By): Refusal | null {
  if (!isWaiting(release) && !isRunning(release)) return settledRefusal(release);
  const { roles, people } = cancellersOf(release);
  const mayAnyway = people.some((one) => (by ? samePerson(one, by.person) : one.kind === 'person'));
  const lists = roles.map((role) => policy.roles[role]);
  if (!mayAnyway && !lists.some((from) => isOneOf(from, by))) {
    const from = [...new Set(lists.flatMap((list) => list ?? []))];
    return { rule: 'notCanceller', release: release.number, roles, from };
  }
  const attempt = isRunning(release) ? runningAttempt(release) : null;
  const wished = attempt && openWish(attempt);
  return wished ? { rule: 'cancelWished', release: release.number, by: wished.by, at: wished.at } : null;
}

/** Retries the deploy, through all gates (RULES 11), or the verification alone (RULES 15). */
function retryRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  if (verificationEndedBadly(release)) return retryVerificationRefusal(facts, release);
  if (deployEndedBadly(release)) return retryDeployRefusal(facts, release, by);
  return release.status === 'queued' ? alreadyQueued(release) : settledRefusal(release);
}

function retryDeployRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  const { environment, policy, now } = facts;
  const { number, expiresAt } = release;
  const begun = overtakenBy(environment, release);
  if (begun !== null) return { rule: 'overtaken', release: number, by: begun };
  const rollback = openRollback(environment);
  if (rollback) return { rule: 'rollbackFirst', release: number, rollback: rollback.number };
  if (needsApprovals(release) && expiresAt !== null && expiresAt <= now) {
    return { rule: 'requestExpired', release: number, at: expiresAt };
  }
  const isRollback = release.kind === 'rollback';
  return (
    roleRefusal(policy, startingRole(release), by) ??
    (isOfMode(release, policy.mode) ? null : { rule: 'modeChanged', release: number, mode: policy.mode }) ??
    orderRefusal(facts, release) ??
    // A rollback waits for a lock to end, so nobody has to ask again (RULES 8).
    (isRollback ? targetRefusal(facts, release) : holdRefusal(facts, release, by?.person ?? null))
  );
}

/** Refuses a rollback whose target was revoked since, as adopting another commit does too (RULES 14 and 25). */
function targetRefusal({ environment, acceptances }: Facts, { sha }: Release): Refusal | null {
  const known = knownAcceptances(environment, acceptances);
  const target = known.find((acceptance) => acceptance.sha === sha);
  if (!target || targetsAmong(known).includes(target)) return null;
  return { rule: 'notAcceptedHere', sha, revoked: target.revoked !== null };
}

/** A verification changes nothing, so anybody may retry it. */
function retryVerificationRefusal(facts: Facts, release: Release): Refusal | null {
  const running = runningIn(facts.environment);
  return (
    notWhatRuns(facts, release) ??
    unsure(facts, release) ??
    (running ? { rule: 'busy', release: release.number, by: running.number } : null)
  );
}

function notWhatRuns({ environment }: Facts, release: Release): Refusal | null {
  if (runsHere(environment, release)) return null;
  return { rule: 'notDeployed', release: release.number, deployed: environment.deployed?.sha ?? null };
}

function unsure({ environment }: Facts, release: Release): Refusal | null {
  return environment.uncertain ? { rule: 'uncertain', release: release.number } : null;
}

function acceptRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  if (release.status !== 'testing' && !verificationEndedBadly(release)) return settledRefusal(release);
  return testerRefusal(facts, release, by) ?? notWhatRuns(facts, release) ?? unsure(facts, release);
}

/** An accepted release can be failed whatever runs here, and also when its acceptance was revoked already (RULES 17). */
function failRefusal(facts: Facts, release: Release, by: By): Refusal | null {
  if (release.status === 'accepted') return testerRefusal(facts, release, by);
  if (release.status !== 'testing' && !verificationEndedBadly(release)) return settledRefusal(release);
  return testerRefusal(facts, release, by) ?? notWhatRuns(facts, release);
}

function testerRefusal({ policy }: Facts, release: Release, by: By): Refusal | null {
  const { acceptFrom: from } = policy;
  const may = from === null ? by === null || !samePerson(by.person, release.requestedBy) : isOneOf(from, by);
  return may ? null : { rule: 'notTester', release: release.number, from };
}

function overrideRefusal({ policy, now }: Facts, release: Release, by: By): Refusal | null {
  if (!isWaiting(release)) return settledRefusal(release);
  const barred = roleRefusal(policy, 'override', by);
  if (barred) return barred;
  if (release.override) {
    const { by: first, at } = release.override;
    return { rule: 'overriddenAlready', release: release.number, by: first, at };
  }
  if (!freezeGate(release, policy, now).open) return null;
  return { rule: 'notFrozen', release: release.number, nextAt: nextFreeze(policy.freeze, now) };
}
