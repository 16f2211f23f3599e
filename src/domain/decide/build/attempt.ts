import type { BuildCommand } from '../../documents/commands/build.ts';
import { leaseNow, MARGIN_MS } from '../../time/lease.ts';
import { showsProgress } from '../shared/progress.ts';
import { type Draft, NOTHING_TO_DO, type Outcome } from './draft.ts';
import { sendFailure, sendSuccess, showPushes, wantedPushes } from './effects.ts';

/** How many interruptions in a row a build survives before a person must ask for it again. */
const INTERRUPTIONS = 3;

export function begin(draft: Draft, worker: string, leaseUntil: number): Outcome {
  const { build, context, at } = draft;
  if (build.status !== 'requested' || build.revision === 0) {
    return NOTHING_TO_DO;
  }
  const last = build.attempt;
  // A worker that hands a build back has seen its guard end.
  const seenGone = context.guardGone || last?.outcome?.kind === 'handedBack';
  const guarded = last !== null && build.interruptions > 0 && !seenGone;
  const mayLiveUntil = guarded ? last.leaseUntil + (context.marginMs ?? MARGIN_MS) : 0;
  if (mayLiveUntil > leaseNow(context)) {
    return { kind: 'refused', refusal: { rule: 'guardMayLive', until: mayLiveUntil } };
  }
  build.attempts += 1;
  build.status = 'building';
  delete build.held;
  delete build.checks;
  build.attempt = {
    number: build.attempts,
    worker,
    startedAt: at,
    leaseUntil,
    step: 'fetch',
    lastLine: null,
    progressAt: at,
    endedAt: null,
    outcome: null,
  };
  showPushes(draft);
  return { kind: 'accepted', attempt: build.attempts };
}

export function renew(draft: Draft, command: Extract<BuildCommand, { type: 'renewBuild' }>): Outcome {
  const { attempt } = draft.build;
  if (attempt?.outcome !== null || attempt.number !== command.attempt) return stale(draft, command.attempt);
  attempt.leaseUntil = Math.max(attempt.leaseUntil, command.leaseUntil);
  const progress = showsProgress(attempt, command.lastLine, draft.at);
  if (attempt.step !== command.step || progress) {
    attempt.progressAt = draft.at;
    showPushes(draft, true);
  }
  attempt.step = command.step;
  attempt.lastLine = command.lastLine;
  return { kind: 'accepted', attempt: attempt.number };
}

export function report(draft: Draft, command: Extract<BuildCommand, { type: 'reportBuild' }>): Outcome {
  const { build, at } = draft;
  const { attempt } = build;
  if (attempt?.number !== command.attempt) return stale(draft, command.attempt);
  if (attempt.outcome !== null && attempt.outcome.kind !== 'interrupted')
    return stale(draft, command.attempt);
  // The interruption is already known: what was decided about it since stands.
  if (attempt.outcome !== null && command.outcome.kind === 'interrupted') {
    return { kind: 'accepted', attempt: attempt.number };
  }
  if (command.outcome.kind === 'interrupted') {
    interrupt(draft);
    return { kind: 'accepted', attempt: attempt.number };
  }
  attempt.outcome = command.outcome;
  attempt.endedAt = at;
  if (command.leftovers) attempt.leftovers = command.leftovers;
  if (command.outcome.kind !== 'handedBack') build.interruptions = 0;
  switch (command.outcome.kind) {
    case 'succeeded':
      build.status = 'succeeded';
      sendSuccess(draft, wantedPushes(build));
      delete build.discarded;
      break;
    case 'failed':
    case 'errored':
      build.status = command.outcome.kind;
      sendFailure(draft, command.log);
      break;
    case 'handedBack':
      build.status = 'requested';
      break;
    default:
      command.outcome satisfies never;
  }
  showPushes(draft);
  return { kind: 'accepted', attempt: attempt.number };
}

function stale(draft: Draft, attempt: number): Outcome {
  return { kind: 'refused', refusal: { rule: 'staleAttempt', attempt, latest: draft.build.attempts } };
}

export function interrupt(draft: Draft): void {
  const { build } = draft;
  if (!build.attempt) return;
  build.attempt.outcome = { kind: 'interrupted' };
  build.attempt.endedAt = draft.at;
  build.interruptions += 1;
  // Without this limit, a build that kills its worker every time would be restarted forever.
  if (build.interruptions < INTERRUPTIONS) build.status = 'requested';
  else {
    build.status = 'errored';
    const reason = `Slipway stopped ${INTERRUPTIONS} times in a row while the build ran`;
    build.attempt.outcome = { kind: 'errored', reason };
    sendFailure(draft, '');
  }
  showPushes(draft);
}
