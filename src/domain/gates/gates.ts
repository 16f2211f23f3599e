import { needsStandIn, tally } from '../approvals/approvals.ts';
import type { EnvironmentPolicy } from '../approvals/policy.ts';
import type { Acceptance, Environment } from '../documents/environment.ts';
import type { Approval } from '../documents/values/approval.ts';
import { type Lock, lockAgainst, type Pause } from '../documents/values/lock.ts';
import { goesByPeople, isIdle, isRunning, type Release } from '../documents/values/release.ts';
import type { Need } from '../documents/warning.ts';
import { type Actor, ROBOT } from '../people/people.ts';
import { type Frozen, frozenAt } from '../time/freeze.ts';

/** A named condition on a release: open, or shut with the facts that the answer needs. */
export type Gate =
  | { gate: 'built'; open: true }
  | { gate: 'built'; open: false; failed: boolean }
  /** `acceptance`: the one that opens the gate; null: none is required. */
  | { gate: 'order'; open: true; acceptance: Acceptance | null }
  | { gate: 'order'; open: false; below: string; acceptance: Acceptance | null }
  /** `needs`: the rules that are not met yet. */
  | { gate: 'approvals'; open: boolean; count: number; required: number; needs: Need[] }
  /** `since`: when the soak began, at the acceptance below; null: none is required, or there is no acceptance. */
  | { gate: 'soak'; open: boolean; since: number | null; until: number | null }
  /** `override`: the decision that opens the gate; null: there is no freeze, or the release is exempt. */
  | { gate: 'freeze'; open: true; override: Release['override'] }
  | { gate: 'freeze'; open: false; freeze: Frozen }
  | { gate: 'lock'; open: true }
  | { gate: 'lock'; open: false; lock: Lock }
  | { gate: 'free'; open: true }
  /** `behind`: numbers of the releases that go first, the running one foremost. */
  | { gate: 'free'; open: false; behind: number[] }
  | { gate: 'paused'; open: true }
  | { gate: 'paused'; open: false; pause: Pause };
export type GateName = Gate['gate'];
/** The gate of this name. */
export type GateOf<N extends GateName> = Extract<Gate, { gate: N }>;

/** What gates are decided from, beside the environment and the release. */
export interface GateContext {
  now: number;
  policy: EnvironmentPolicy;
  /**
   * The newest acceptance of the release's commit in the environment below, revoked or not; null: never accepted there.
   */
  order: Acceptance | null;
  /** Who would deploy: a lock does not hold its own owner. */
  deployer: Actor;
}

/** All gates of a release, in the order of DESIGN §2. */
export function gatesOf(environment: Environment, release: Release, context: GateContext): Gate[] {
  const { now, policy, order, deployer } = context;
  return [
    builtGate(release),
    orderGate(release, policy, order),
    approvalsGate(release, policy, now),
    soakGate(release, policy, order, now),
    freezeGate(release, policy, now),
    lockGate(environment, deployer, now),
    freeGate(environment, release),
    pausedGate(environment, release),
  ];
}

/**
 * The person who would count as the deployer if the release began now: whoever pressed Deploy, otherwise the requester.
 */
export function deployerOf(release: Release): Actor {
  return release.queue?.by ?? release.requestedBy;
}

/** Approvals that have not ended by `now`. */
export function validApprovals(release: Release, now: number): Approval[] {
  return release.approvals.filter((approval) => approval.until > now);
}

/** Promotions and hotfixes need approvals. Continuous releases need nobody, and a rollback must not wait for anybody. */
export function needsApprovals(release: Release): boolean {
  return goesByPeople(release);
}

/**
 * True: the commit must be accepted in the environment below. Rollbacks are exempt, because their commit was accepted
 * here before, and so are hotfixes. The lowest environment takes any commit.
 */
export function needsOrder(release: Pick<Release, 'kind'>, policy: EnvironmentPolicy): boolean {
  return (release.kind === 'promotion' || release.kind === 'continuous') && policy.below !== null;
}

/** Open when the commit is built and tested. `failed`: its build has ended badly. */
export function builtGate(release: Release): GateOf<'built'> {
  return release.build === 'succeeded'
    ? { gate: 'built', open: true }
    : { gate: 'built', open: false, failed: release.build === 'failed' };
}

/** `acceptance`: the release's commit in the environment below; null: never accepted there. */
export function orderGate(
  release: Pick<Release, 'kind'>,
  policy: EnvironmentPolicy,
  acceptance: Acceptance | null,
): GateOf<'order'> {
  if (policy.below === null || !needsOrder(release, policy))
    return { gate: 'order', open: true, acceptance: null };
  return acceptance !== null && acceptance.revoked === null
    ? { gate: 'order', open: true, acceptance }
    : { gate: 'order', open: false, below: policy.below, acceptance };
}

/** Counts the approvals that are valid at `now`; open for releases that need none. */
export function approvalsGate(release: Release, policy: EnvironmentPolicy, now: number): GateOf<'approvals'> {
  const rules = needsApprovals(release) ? policy.approvals.rules : [];
  const far = tally(validApprovals(release, now), rules, needsStandIn(release, policy.approvals));
  return { gate: 'approvals', open: far.needs.length === 0, ...far };
}

/** Counted from the acceptance below. Without an acceptance there is no end yet, and `order` is shut too. */
export function soakGate(
  release: Release,
  policy: EnvironmentPolicy,
  acceptance: Acceptance | null,
  now: number,
): GateOf<'soak'> {
  if (policy.soakMs === 0 || !needsOrder(release, policy)) {
    return { gate: 'soak', open: true, since: null, until: null };
  }
  if (acceptance === null || acceptance.revoked !== null) {
    return { gate: 'soak', open: false, since: null, until: null };
  }
  const since = acceptance.clock ?? acceptance.at;
  const until = since + policy.soakMs;
  return { gate: 'soak', open: until <= now, since, until };
}

/** A soak shorter than this is not evaluated more often. */
const REEVALUATION_MS = 60_000;

/**
 * The latest time at which a held soak is evaluated again: one soak from `now`. A clock that was ahead may have computed
 * a later end, and the commit may have been accepted again meanwhile (RULES 35).
 */
export function latestReevaluation({ soakMs }: EnvironmentPolicy, now: number): number {
  return now + Math.max(soakMs, REEVALUATION_MS);
}

/** True for rollbacks and hotfixes, which no freeze holds. */
export function isExemptFromFreezes({ kind }: Pick<Release, 'kind'>): boolean {
  return kind === 'rollback' || kind === 'hotfix';
}

/** An override counts for one release, whatever the freeze is. */
export function freezeGate(
  release: Pick<Release, 'kind' | 'override'>,
  policy: EnvironmentPolicy,
  now: number,
): GateOf<'freeze'> {
  const open = { gate: 'freeze', open: true } as const;
  if (isExemptFromFreezes(release)) return { ...open, override: null };
  const freeze = frozenAt(policy.freeze, now);
  if (freeze === null) return { ...open, override: null };
  return release.override === null
    ? { gate: 'freeze', open: false, freeze }
    : { ...open, override: release.override };
}

/** Shut by a lock whose owner is not the deployer. */
export function lockGate(environment: Environment, deployer: Actor, now: number): GateOf<'lock'> {
  const lock = lockAgainst(environment, deployer, now);
  return lock === null ? { gate: 'lock', open: true } : { gate: 'lock', open: false, lock };
}

/** Shut for continuous releases that nobody asked for, while the environment is paused. */
export function pausedGate({ paused }: Environment, release: Release): GateOf<'paused'> {
  // A release that a person retries is deployed: the pause holds only what comes automatically.
  const waits = release.kind === 'continuous' && paused !== null && deployerOf(release).kind === ROBOT.kind;
  return waits ? { gate: 'paused', open: false, pause: paused } : { gate: 'paused', open: true };
}

/** Open if nothing else deploys or verifies here and this release is first in the queue. */
export function freeGate(environment: Environment, release: Release): GateOf<'free'> {
  const running = environment.open.filter((other) => isRunning(other) && other.number !== release.number);
  const ahead = queue(environment).filter(
    (other) => other.number !== release.number && goesBefore(other, release),
  );
  const behind = [...running, ...ahead].map(({ number }) => number);
  return behind.length === 0 ? { gate: 'free', open: true } : { gate: 'free', open: false, behind };
}

/**
 * The queue: first in, first out among queued releases whose `built` is open and that no other gate holds (RULES 7 and
 * 8). A rollback goes first (DESIGN §3).
 */
export function queue(environment: Environment): Release[] {
  return environment.open
    .filter(
      (release) => release.status === 'queued' && release.build === 'succeeded' && release.held === null,
    )
    .sort((a, b) => (goesBefore(a, b) ? -1 : 1));
}

const STAGES = ['queued', 'approved', 'prepared'] as const;

/** All waiting releases, nearest to its deploy first: the queue, then held ones, then approved and prepared ones. */
export function lineOf(environment: Environment): Release[] {
  const first = queue(environment);
  const others = STAGES.flatMap((status) =>
    environment.open
      .filter((release) => release.status === status && !first.includes(release))
      .sort((a, b) => (a.queue?.place ?? a.number) - (b.queue?.place ?? b.number)),
  );
  return [...first, ...others];
}

function goesBefore(a: Release, b: Release): boolean {
  if ((a.kind === 'rollback') !== (b.kind === 'rollback')) return a.kind === 'rollback';
  return (a.queue?.place ?? Number.POSITIVE_INFINITY) < (b.queue?.place ?? Number.POSITIVE_INFINITY);
}

/**
 * What a worker can do for this environment now; null: nothing. A verification continues where its deploy ended. Between
 * two checks of a bake that yields, the first in the queue may begin, if its gates are open then (RULES 45).
 */
export function nextWork(environment: Environment): { step: 'deploy' | 'verify'; release: Release } | null {
  const running = environment.open.find(isRunning);
  const first = queue(environment)[0];
  if (!running) return first ? { step: 'deploy', release: first } : null;
  if (!isIdle(running)) return null;
  const { bake } = running;
  if (bake?.yields && first && !isOwed(environment)) return { step: 'deploy', release: first };
  return (bake?.nextAt ?? null) === null ? { step: 'verify', release: running } : null;
}

/** True: until git has answered, what people approve is not begun, so nothing makes way for it (RULES 19 and 28). */
function isOwed({ relationsOwed, movedFrom }: Environment): boolean {
  return relationsOwed || movedFrom !== undefined;
}
