import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { LockCommand } from '../../../documents/commands/lock.ts';
import type { Lock } from '../../../documents/values/lock.ts';
import {
  deployEndedBadly,
  goesByPeople,
  isWaiting,
  type Release,
} from '../../../documents/values/release.ts';
import { freezeGate, isExemptFromFreezes, latestReevaluation, lockGate } from '../../../gates/gates.ts';
import { type Person, samePerson } from '../../../people/people.ts';
import { frozenAt, nextFreeze } from '../../../time/freeze.ts';
import { decideLock, type LockMessage, type LockPlace, lockInTime } from '../../shared/lock-transition.ts';
import { type Draft, notify, type Outcome, refuse, reply, show, showWaiting } from '../draft/draft.ts';
import { barredByRole } from '../draft/eligible.ts';
import { holdsChanged, replyReady } from '../draft/held.ts';
import { withEligible } from '../draft/lookup.ts';

type Of<T extends EnvironmentCommand['type']> = Extract<EnvironmentCommand, { type: T }>;

function notifyAll(draft: Draft, messages: readonly LockMessage[]): void {
  for (const { card, notice, reply: event } of messages) notify(draft, card, notice, event);
}

function placeOf(draft: Draft): LockPlace {
  const { environment, now, at, revision } = draft;
  const waiting = environment.open.filter(isWaiting).map(({ number }) => number);
  return { now, at, revision, place: environment.id, all: false, waiting };
}

/** Handles a person's command about the lock of this environment. */
export function lock(draft: Draft, command: LockCommand, by: Person): Outcome {
  const { environment } = draft;
  const mustHave = command.type === 'lock' || command.type === 'takeOver';
  const barred = mustHave ? barredByRole(draft, 'lock', by) : null;
  if (barred) return barred;
  const locking = decideLock(environment.lock, command, by, placeOf(draft));
  if ('refusal' in locking) return refuse(locking.refusal);
  changeLocks(draft, () => {
    environment.lock = locking.lock;
    notifyAll(draft, locking.messages);
  });
  return { kind: 'accepted' };
}

/** Stores the lock of all environments as the product decided it; it is in force here from this write on (RULES 22). */
export function productLock(draft: Draft, command: Of<'productLock'>): Outcome {
  changeLocks(draft, () => {
    draft.environment.productLock = command.lock;
  });
  return { kind: 'accepted' };
}

/** Changes locks, and replies to the releases that were locked before the change and are free after it. */
function changeLocks(draft: Draft, change: () => void): void {
  const { environment, now } = draft;
  const locked = environment.open.filter((release) => !lockGate(environment, release.requestedBy, now).open);
  change();
  holdsChanged(draft);
  for (const release of locked) replyReady(draft, release);
}

/** Lets one release be deployed despite freezes; a reason is required. */
export function override(draft: Draft, command: Of<'override'>, by: Person): Outcome {
  return withEligible(draft, command, by, (release) => {
    const frozen = frozenAt(draft.context.policy.freeze, draft.now);
    if (frozen && (command.freeze ?? frozen.until) !== frozen.until) {
      return refuse({ rule: 'notFrozen', release: release.number, nextAt: null, now: frozen });
    }
    if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: release.number });
    release.override = { by, at: draft.at, reason: command.reason };
    reply(draft, release, { kind: 'overridden', by, reason: command.reason, freeze: frozen?.reason ?? '' });
    holdsChanged(draft);
    show(draft, release);
    replyReady(draft, release);
    return { kind: 'accepted', release: release.number };
  });
}

/**
 * Applies the passage of time to locks, freezes and soaks, before every command. Locks end, lock owners are reminded,
 * a freeze is announced while releases wait for it, and releases whose hold is over return to the queue.
 */
export function updateHolds(draft: Draft): void {
  const { environment, now } = draft;
  const { lock, productLock } = environment;
  const timed = lock ? lockInTime(lock, placeOf(draft)) : null;
  if (lock && timed) {
    environment.lock = timed.lock;
    notifyAll(draft, timed.messages);
    if (timed.lock === null) lockEnded(draft, lock);
  }
  if (productLock?.until != null && productLock.until <= now) {
    environment.productLock = null;
    lockEnded(draft, productLock);
  }
  notifyFreeze(draft);
  showRetries(draft);
  for (const release of environment.open) {
    if (release.soaksUntil === null || release.soaksUntil > now) continue;
    release.soaksUntil = null;
    show(draft, release);
  }
  const free = environment.open.filter((release) => isHeldNoMore(draft, release));
  for (const release of free) release.held = null;
  // They are in the queue again, by which the others go.
  if (free.length > 0) showWaiting(draft);
}

/**
 * True: time has opened the gate that held the release. A freeze or soak whose end was computed by a clock that was ahead
 * may end earlier by now, so it is evaluated again (RULES 35).
 */
function isHeldNoMore({ context, now }: Draft, release: Release): boolean {
  const { held } = release;
  if (held?.until == null) return false;
  if (held.until <= now) return true;
  if (held.gate === 'freeze') return freezeGate(release, context.policy, now).open;
  return held.gate === 'soak' && held.until > latestReevaluation(context.policy, now);
}

/** A lock ended by time. Its owner gets no reply: the lock never kept them from deploying. */
function lockEnded(draft: Draft, { owner }: Lock): void {
  holdsChanged(draft);
  for (const release of draft.environment.open) {
    if (!samePerson(release.requestedBy, owner)) replyReady(draft, release);
  }
}

/** Runs after every command: computes when a freeze next begins or ends, and when a request that could be retried expires. */
export function plan(draft: Draft): void {
  const { environment, context, now } = draft;
  const { freeze } = context.policy;
  const { open } = environment;
  const changesAt = freeze.length > 0 ? (frozenAt(freeze, now)?.until ?? nextFreeze(freeze, now)) : null;
  environment.freezeChangesAt = open.some(isWaiting) ? changesAt : null;
  const times = open
    .filter((release) => mayBeRetried(release, now))
    .flatMap((release) => [isExempt(release) ? null : changesAt, release.expiresAt]);
  const ahead = times.filter((time) => time !== null).filter((time) => time > now);
  if (ahead.length === 0) delete environment.retriesChangeAt;
  else environment.retriesChangeAt = Math.min(...ahead);
}

/** Redraws the cards whose Retry time has changed: a freeze has begun or ended, or a request has expired. */
function showRetries(draft: Draft): void {
  const { retriesChangeAt, open } = draft.environment;
  if (retriesChangeAt === undefined || retriesChangeAt > draft.now) return;
  for (const release of open) if (mayBeRetried(release, retriesChangeAt - 1)) show(draft, release);
}

/** Whether its deploy ended badly and its request had not expired by then: after that, time changes nothing of it. */
function mayBeRetried(release: Release, by: number): boolean {
  return deployEndedBadly(release) && (release.expiresAt === null || release.expiresAt > by);
}

function isExempt(release: Release): boolean {
  return isExemptFromFreezes(release) || release.override !== null;
}

/**
 * Posts a notice when a freeze begins or ends while promotions or hotfixes wait. Continuous releases show it on their
 * cards.
 */
function notifyFreeze(draft: Draft): void {
  const { environment, context, now, revision } = draft;
  const freeze = frozenAt(context.policy.freeze, now);
  const waiting = environment.open.filter((release) => isWaiting(release) && goesByPeople(release));
  const known = environment.frozen;
  if (known && (freeze === null || freeze.until !== known.until)) {
    environment.frozen = null;
    const { card, reason, until } = known;
    notify(draft, card, { kind: 'freeze', reason, until, over: true, waiting: numbers(waiting) });
    holdsChanged(draft);
    for (const release of waiting) replyReady(draft, release);
  }
  // A freeze that was on when they asked is no news: their cards say so.
  const news = environment.freezeChangesAt !== null && environment.freezeChangesAt <= now;
  if (freeze && environment.frozen === null && (news || known) && waiting.length > 0) {
    const card = `${environment.id}:freeze-${revision}`;
    environment.frozen = { reason: freeze.reason, until: freeze.until, card };
    const { reason, until } = freeze;
    notify(draft, card, { kind: 'freeze', reason, until, over: false, waiting: numbers(waiting) });
    showWaiting(draft);
  } else if (news && freeze) {
    showWaiting(draft);
  } else if (news) {
    holdsChanged(draft);
    for (const release of waiting) replyReady(draft, release);
  }
}

function numbers(releases: readonly Release[]): number[] {
  return releases.map(({ number }) => number);
}
