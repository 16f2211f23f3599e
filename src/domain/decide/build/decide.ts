import { type Build, isKept } from '../../documents/build.ts';
import type { BuildCommand } from '../../documents/commands/build.ts';
import type { Decision } from '../../documents/document.ts';
import type { PushRequest } from '../../documents/values/build/run.ts';
import { isBuiltForOthers, retryBuildRefusal } from '../../eligibility/build.ts';
import { wakeBuild } from '../../gates/wake.ts';
import type { EnvironmentId } from '../../ids.ts';
import { LEASE_MS, leaseNow, MARGIN_MS } from '../../time/lease.ts';
import { documentTime, finish, markRecorded } from '../shared/finish.ts';
import { begin, interrupt, renew, report } from './attempt.ts';
import {
  awaitChecks,
  beginLook,
  checksUnread,
  followConfiguration,
  reportCheck,
  retryChecks,
  ringChecks,
  sawChecks,
  supersedeChecks,
  tickChecks,
} from './checks.ts';
import { type BuildContext, type Draft, NOTHING_TO_DO, type Outcome } from './draft.ts';
import { sendSuccess, showPush, showPushes, wantedPushes } from './effects.ts';

/** How many pushes of one commit a build remembers. */
const PUSHES_KEPT = 10;

/**
 * Decides a build. Each commit is built and tested once. A build changes nothing outside, so it may always begin again.
 */
export function decideBuild(before: Build, command: BuildCommand, context: BuildContext): Decision<Build> {
  const at = documentTime(before, context.now);
  const draft: Draft = {
    build: structuredClone(before),
    context,
    at,
    revision: before.revision + 1,
    effects: [],
  };
  const { attempt } = draft.build;
  const { marginMs = MARGIN_MS } = context;
  const overdue = attempt?.outcome === null && attempt.leaseUntil + marginMs <= leaseNow(context);
  if (overdue && command.type !== 'renewBuild' && command.type !== 'reportBuild') interrupt(draft);
  followConfiguration(draft);
  const answer = handle(draft, command);
  return finish(before, draft.build, command, {
    answer,
    effects: draft.effects,
    at,
    wake: (build) => wakeBuild(build, marginMs),
  });
}

function handle(draft: Draft, command: BuildCommand): Outcome {
  const { build } = draft;
  switch (command.type) {
    case 'requestBuild':
      return request(draft, command.push, command.watcher);
    case 'skipBuild':
      return skip(draft, command.head);
    case 'retryBuild':
      return retry(draft, command);
    case 'holdBuild':
      if (build.status !== 'requested' || build.held === command.why) return NOTHING_TO_DO;
      build.held = command.why;
      showPushes(draft);
      return { kind: 'accepted' };
    case 'beginBuild':
      return begin(draft, command.worker, command.leaseUntil);
    case 'renewBuild':
      return renew(draft, command);
    case 'reportBuild':
      return report(draft, command);
    case 'discardBuild':
      if (!isKept(build) || build.checks || build.attempt?.number !== command.attempt) return NOTHING_TO_DO;
      build.discarded = true;
      return { kind: 'accepted' };
    case 'lookAtChecks': {
      const attempt = beginLook(draft);
      return attempt === null ? NOTHING_TO_DO : { kind: 'accepted', attempt };
    }
    case 'sawChecks':
      return sawChecks(draft, command) ? { kind: 'accepted' } : NOTHING_TO_DO;
    case 'checksUnread':
      return checksUnread(draft, command) ? { kind: 'accepted' } : NOTHING_TO_DO;
    case 'ringChecks':
      return ringChecks(draft) ? { kind: 'accepted' } : NOTHING_TO_DO;
    case 'reportCheck':
      reportCheck(draft, command);
      return { kind: 'accepted' };
    case 'tick':
      tickChecks(draft);
      return { kind: 'accepted' };
    case 'workersGone':
      if (build.attempt && build.attempt.worker !== command.except) {
        // A lease counted by a clock that was ahead would keep the next attempt from beginning.
        const until = leaseNow(draft.context) + LEASE_MS;
        build.attempt.leaseUntil = Math.min(build.attempt.leaseUntil, until);
        if (build.attempt.outcome === null) interrupt(draft);
      }
      return { kind: 'accepted' };
    case 'carried':
      build.effects = build.effects.filter((effect) => !command.effects.includes(effect.id));
      markRecorded(build, command.settled);
      return { kind: 'accepted' };
    default:
      return command satisfies never;
  }
}

function request(draft: Draft, push: PushRequest | null, watcher: EnvironmentId | null): Outcome {
  const { build } = draft;
  if (push) {
    build.pushes = [...build.pushes.filter(({ head }) => head !== push.head), push].slice(-PUSHES_KEPT);
    if (push.leftOut) {
      if (build.status === 'none') build.status = 'skipped';
      if (push.leftOut.why === 'old') showPush(draft, push);
      return { kind: 'accepted' };
    }
  }
  if (watcher !== null && !build.watchers.includes(watcher)) build.watchers.push(watcher);
  if (isKept(build)) sendSuccess(draft, push ? [push] : []);
  else if (build.status !== 'building') {
    if (draft.context.checks) awaitChecks(draft, draft.context.checks);
    else build.status = 'requested';
  }
  if (push) showPush(draft, push);
  return { kind: 'accepted' };
}

/** Skips only a build that nobody waits for: a force push may have moved the branch back to this commit since. */
function skip(draft: Draft, newer: number): Outcome {
  const { build } = draft;
  const wanted = build.watchers.length > 0 || wantedPushes(build).some((push) => push.head >= newer);
  if (build.revision === 0 || wanted) return NOTHING_TO_DO;
  if (supersedeChecks(draft)) return { kind: 'accepted' };
  if (build.status !== 'requested') return NOTHING_TO_DO;
  build.status = 'skipped';
  showPushes(draft);
  return { kind: 'accepted' };
}

function retry(draft: Draft, command: Extract<BuildCommand, { type: 'retryBuild' }>): Outcome {
  const { build, context } = draft;
  const { actor, again = [] } = command;
  const lost = command.lost === true || build.discarded === true;
  if (actor.kind !== 'person' || !actor.member) return { kind: 'refused', refusal: { rule: 'notMember' } };
  if (isBuiltForOthers(build, lost)) {
    takeBackLeftOut(build);
    if (build.status === 'succeeded') sendSuccess(draft, wantedPushes(build));
    showPushes(draft);
    return { kind: 'accepted' };
  }
  const refusal = retryBuildRefusal(build, lost);
  if (refusal) return { kind: 'refused', refusal };
  // Releases that were told of the success wait for the next one.
  if (build.status === 'succeeded') build.discarded = true;
  // A failure may be built again for whoever else waits for it.
  if (build.status === 'skipped' || build.status === 'succeeded') takeBackLeftOut(build);
  if (context.checks) retryChecks(draft, context.checks, again);
  else build.status = 'requested';
  showPushes(draft);
  return { kind: 'accepted' };
}

/** Somebody wants the commit although its push was left out: it goes the way of any other. */
function takeBackLeftOut({ pushes }: Build): void {
  for (const push of pushes) if (push.leftOut?.why === 'paths') delete push.leftOut;
}
