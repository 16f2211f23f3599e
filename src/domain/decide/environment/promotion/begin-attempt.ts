import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { latestAttempt } from '../../../documents/environment.ts';
import {
  type Attempt,
  goesByPeople,
  type Held,
  isRedeploy,
  isRollbackByItself,
  isWaiting,
  type Release,
  type Step,
} from '../../../documents/values/release.ts';
import type { Remote } from '../../../documents/values/remote.ts';
import {
  deployerOf,
  freezeGate,
  type GateName,
  latestReevaluation,
  lockGate,
  nextWork,
  orderGate,
  pausedGate,
  soakGate,
} from '../../../gates/gates.ts';
import { ROBOT } from '../../../people/people.ts';
import { leaseNow, MARGIN_MS } from '../../../time/lease.ts';
import { relationOf } from '../draft/context.ts';
import { close, type Draft, type Outcome, refuse, reply, show, showWaiting } from '../draft/draft.ts';
import { end, leaveQueue } from '../draft/waiting.ts';
import { cancelUnaware } from '../reversal/rollback.ts';
import { checkBegins, overtakeBake } from './bake.ts';
import { buildAgain } from './prepare.ts';

type Begin = Extract<EnvironmentCommand, { type: 'begin' }>;

/** How many attempts a release remembers, beside its last deploy; only the newest keeps its last line of output. */
const ATTEMPTS_KEPT = 3;

/**
 * A worker claims the next work of this environment. All gates are decided in the one write that begins the attempt. If a
 * gate is shut, the release is sent back and nothing has been done (RULES 8).
 */
export function begin(draft: Draft, command: Begin): Outcome {
  const work = nextWork(draft.environment);
  if (!work) return refuse({ rule: 'nothingToDo' });
  if (work.release.number !== command.release || work.step !== command.step) {
    return refuse({ rule: 'notFirst', release: command.release });
  }
  const guarded = guardMayLive(draft);
  if (guarded !== null) return refuse({ rule: 'guardMayLive', until: guarded });
  const { release } = work;
  if (work.step === 'deploy') {
    const sentBack = shutAtBegin(draft, release);
    if (sentBack) return sentBack;
    if (cancelUnaware(draft, release)) {
      showWaiting(draft);
      return refuse({ rule: 'sentBack', release: release.number, to: release.status });
    }
    overtakeBake(draft, release);
    startDeploy(draft, release);
  }
  const isOneOfMany = work.step === 'verify' && release.bake !== undefined;
  const attempt = startAttempt(draft, release, work.step, command);
  const begun: Outcome = { kind: 'accepted', release: release.number, attempt: attempt.number };
  // Cards say when the next check of a bake is due, so they are not drawn again when it begins.
  if (isOneOfMany) return begun;
  show(draft, release);
  showWaiting(draft);
  return begun;
}

/** Until when the guard of the previous attempt may still live; null: it is certainly gone (RULES 4). */
function guardMayLive(draft: Draft): number | null {
  const { environment, context } = draft;
  const latest = latestAttempt(environment)?.attempt;
  // A remote attempt has no guard.
  if (!latest || latest.remote || latest.outcome?.kind !== 'interrupted' || context.guardGone) return null;
  const until = latest.leaseUntil + (context.marginMs ?? MARGIN_MS);
  return until > leaseNow(context) ? until : null;
}

/** Evaluates the gates again when the release would begin. null: all are open; else it was sent back, and why. */
function shutAtBegin(draft: Draft, release: Release): Outcome | null {
  const { environment, context } = draft;
  // Until git has answered, it is unknown whether the approvals were for what the release would bring now (RULES 28).
  if (goesByPeople(release) && environment.movedFrom) return refuse({ rule: 'nothingToDo' });
  if (goesByPeople(release) && environment.deployed && !release.begun) {
    const { deployed } = environment;
    const relation = relationOf(context, release.sha, deployed.sha);
    // Git has not answered since `deployed` changed: superseding and voiding come before the begin (RULES 19).
    if (relation === null && environment.relationsOwed) return refuse({ rule: 'nothingToDo' });
    if (relation === 'ancestor') {
      end(draft, release, 'superseded', ROBOT, null, { release: deployed.release, sha: deployed.sha });
      return refuse({ rule: 'sentBack', release: release.number, to: 'superseded' });
    }
  }
  const shut = firstShut(draft, release);
  if (shut === null && context.built === 'discarded') {
    buildAgain(draft, release);
    showWaiting(draft);
    return refuse({ rule: 'sentBack', release: release.number, to: 'queued' });
  }
  if (shut === null) return null;
  const waits = !goesByPeople(release) || shut.gate === 'soak';
  if (waits) {
    release.held = shut;
    show(draft, release);
    showWaiting(draft);
    return refuse({ rule: 'sentBack', release: release.number, to: 'queued' });
  }
  leaveQueue(draft, release);
  if (!release.begun) release.status = 'approved';
  const { gate } = shut;
  if (gate === 'order' || gate === 'freeze' || gate === 'lock') {
    reply(draft, release, { kind: 'sentBack', gate, requester: release.requestedBy });
  }
  showWaiting(draft);
  return refuse({ rule: 'sentBack', release: release.number, to: release.status });
}

type AtBegin<G> = (draft: Draft, release: Release) => (Held & { gate: G }) | null;

/**
 * The gates in the order in which they are decided when a release would begin. null: decided before, as a release without
 * them is not queued or not first. A gate without an entry does not compile.
 */
const AT_BEGIN: { readonly [G in GateName]: G extends Held['gate'] ? AtBegin<G> : null } = {
  approvals: null,
  built: null,
  free: null,
  order: ({ context: { policy, order } }, release) =>
    orderGate(release, policy, order).open ? null : { gate: 'order', until: null },
  // Soak is tested before freeze and lock: a soaking release is not first in the queue, so they do not send it back
  // (RULES 7).
  soak: ({ context: { policy, order }, now }, release) => {
    const { open, until } = soakGate(release, policy, order, now);
    if (open) return null;
    return { gate: 'soak', until: until && Math.min(until, latestReevaluation(policy, now)) };
  },
  freeze: ({ context: { policy }, now }, release) => {
    const freeze = freezeGate(release, policy, now);
    return freeze.open ? null : { gate: 'freeze', until: freeze.freeze.until };
  },
  lock: ({ environment, now }, release) => {
    const lock = lockGate(environment, deployerOf(release), now);
    return lock.open ? null : { gate: 'lock', until: lock.lock.until };
  },
  paused: ({ environment }, release) =>
    pausedGate(environment, release).open ? null : { gate: 'paused', until: null },
};

/** The first shut gate; null: none. */
function firstShut(draft: Draft, release: Release): Held | null {
  for (const decide of Object.values(AT_BEGIN)) {
    const shut = decide?.(draft, release) ?? null;
    if (shut) return shut;
  }
  return null;
}

function startDeploy(draft: Draft, release: Release): void {
  const { environment } = draft;
  release.status = 'deploying';
  if (!release.begun) release.replaces = environment.deployed?.sha ?? null;
  release.begun = true;
  release.deployer = deployerOf(release);
  release.erroredIn = null;
  release.queue = null;
  release.end = null;
  overtakeBegun(draft, release);
}

/**
 * Called when a release begins. Earlier releases that ended badly can no longer be retried, and waiting retries end
 * (RULES 11). A waiting redeploy is superseded, because another commit will run here (RULES 34), and a rollback that Slipway
 * began by itself is cancelled, because what it was to take back does not run here any more (RULES 46).
 */
export function overtakeBegun(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.desired = { sha: release.sha, release: release.number };
  for (const other of environment.open.filter((candidate) => candidate.number !== release.number)) {
    if (other.queue?.was) leaveQueue(draft, other);
    if (isWaiting(other) && (other.begun || isRedeploy(other))) {
      end(draft, other, 'superseded', ROBOT, null, { release: release.number, sha: release.sha });
    } else if (isWaiting(other) && isRollbackByItself(other)) {
      const reason = `${environment.name}#${release.number} began meanwhile and replaces what failed`;
      reply(draft, other, { kind: 'cancelled', by: ROBOT, reason });
      end(draft, other, 'cancelled', ROBOT, reason);
    } else if (other.status === 'failed' || other.status === 'cancelled' || isDeployError(other)) {
      close(draft, other);
      show(draft, other);
    }
  }
}

function isDeployError(release: Release): boolean {
  return release.status === 'errored' && release.erroredIn === 'deploy';
}

function startAttempt(draft: Draft, release: Release, step: Step, command: Begin): Attempt {
  const { environment, at } = draft;
  environment.attempts += 1;
  const attempt: Attempt = {
    number: environment.attempts,
    step,
    worker: command.worker,
    startedAt: at,
    leaseUntil: command.leaseUntil,
    wasUncertain: environment.uncertain,
    cancelWished: null,
    lastLine: null,
    progressAt: at,
    endedAt: null,
    outcome: null,
    ...(command.remote && { remote: intended(draft, command.remote, command.leaseUntil) }),
  };
  if (step === 'deploy') environment.uncertain = true;
  else checkBegins(draft, release);
  const before = release.attempts.map((earlier) => ({ ...earlier, lastLine: null }));
  release.attempts = newestOf([...before, attempt]);
  return attempt;
}

/** Many checks of a bake push out neither what is known of the deploy nor its log. */
function newestOf(attempts: readonly Attempt[]): Attempt[] {
  const lastDeploy = attempts.findLast(({ step }) => step === 'deploy');
  const oldest = attempts.length - ATTEMPTS_KEPT;
  return attempts.filter((attempt, index) => index >= oldest || attempt === lastDeploy);
}

/** Nothing was called yet. Until the lease and its margin are over, only the worker that began it calls (RULES 37). */
function intended(
  { context }: Draft,
  { system, key, place, timeoutMs }: NonNullable<Begin['remote']>,
  leaseUntil: number,
): Remote {
  const lookAt = leaseUntil + (context.marginMs ?? MARGIN_MS);
  return {
    system,
    key,
    ...(place !== undefined && { place }),
    run: null,
    lookAt,
    deadline: leaseNow(context) + timeoutMs,
    timeoutMs,
  };
}
