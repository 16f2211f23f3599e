import type { EnvironmentCommand } from '../../../documents/commands.ts';
import {
  type Attempt,
  goesByPeople,
  type Held,
  isRedeploy,
  isWaiting,
  type Release,
  type Step,
} from '../../../documents/release.ts';
import {
  deployerOf,
  freezeGate,
  latestLook,
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

type Begin = Extract<EnvironmentCommand, { type: 'begin' }>;

/** How many attempts a release remembers; only the last one remembers what it printed. */
const ATTEMPTS_KEPT = 3;

/**
 * A worker claims the next work of this environment. All gates are decided in the one write that begins; a shut one
 * sends the release back, and nothing was done (RULES 8).
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
    startDeploy(draft, release);
  }
  const attempt = startAttempt(draft, release, work.step, command);
  show(draft, release);
  showWaiting(draft);
  return { kind: 'accepted', release: release.number, attempt: attempt.number };
}

/** null: the guard of the attempt before is gone for certain; else until when it may still live (RULES 4). */
function guardMayLive(draft: Draft): number | null {
  const { environment, context } = draft;
  const latest = [...environment.open, ...environment.ended.map((entry) => entry.release)]
    .flatMap((release) => release.attempts)
    .find((attempt) => attempt.number === environment.attempts);
  if (latest?.outcome?.kind !== 'interrupted' || context.guardGone) return null;
  const until = latest.leaseUntil + (context.marginMs ?? MARGIN_MS);
  return until > leaseNow(context) ? until : null;
}

function shutAtBegin(draft: Draft, release: Release): Outcome | null {
  const { environment, context } = draft;
  // Nor is it known whether its approvals were to what it would bring now (RULES 28).
  if (goesByPeople(release) && environment.movedFrom) return refuse({ rule: 'nothingToDo' });
  if (goesByPeople(release) && environment.deployed && !release.begun) {
    const { deployed } = environment;
    const relation = relationOf(context, release.sha, deployed.sha);
    // Git could not say since `deployed` changed: superseding and voiding come before the begin (RULES 19).
    if (relation === null && environment.relationsOwed) return refuse({ rule: 'nothingToDo' });
    if (relation === 'ancestor') {
      end(draft, release, 'superseded', ROBOT, null, { release: deployed.release, sha: deployed.sha });
      return refuse({ rule: 'sentBack', release: release.number, to: 'superseded' });
    }
  }
  const shut = firstShut(draft, release);
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

/** Approvals and `built` are looked at before: a release without them is not queued, or not first. */
function firstShut(draft: Draft, release: Release): Held | null {
  const { environment, context, now } = draft;
  const { policy, order } = context;
  if (!orderGate(release, policy, order).open) return { gate: 'order', until: null };
  // While it soaks it is not first in the queue, so nothing else sends it back (RULES 7).
  const soak = soakGate(release, policy, order, now);
  if (!soak.open) return { gate: 'soak', until: soak.until && Math.min(soak.until, latestLook(policy, now)) };
  const freeze = freezeGate(release, policy, now);
  if (!freeze.open) return { gate: 'freeze', until: freeze.freeze.until };
  const lock = lockGate(environment, deployerOf(release), now);
  if (!lock.open) return { gate: 'lock', until: lock.lock.until };
  return pausedGate(environment, release).open ? null : { gate: 'paused', until: null };
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
 * Another has begun here: what ended badly before can no longer be retried, nor does a retry wait on (RULES 11); and what was
 * to be deployed again is not what will run here (RULES 34).
 */
export function overtakeBegun(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.desired = { sha: release.sha, release: release.number };
  for (const other of environment.open.filter((candidate) => candidate.number !== release.number)) {
    if (other.queue?.was) leaveQueue(draft, other);
    if (isWaiting(other) && (other.begun || isRedeploy(other))) {
      end(draft, other, 'superseded', ROBOT, null, { release: release.number, sha: release.sha });
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
  };
  if (step === 'deploy') environment.uncertain = true;
  const before = release.attempts.map((earlier) => ({ ...earlier, lastLine: null }));
  release.attempts = [...before, attempt].slice(-ATTEMPTS_KEPT);
  return attempt;
}
