import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Current, Said } from '../../../documents/values/current.ts';
import type { Attempt, Release } from '../../../documents/values/release.ts';
import { currentQuestion, isSameQuestion, overAt, unknownDeploy } from '../../../gates/current.ts';
import { CURRENT_WAITS, type CurrentWaits } from '../../../time/current-waits.ts';
import { leaseNow } from '../../../time/lease.ts';
import { type Draft, type Outcome, refuse, reply, show, showWaiting } from '../draft/draft.ts';
import { report } from '../promotion/report-attempt.ts';
import { drifted, endDrift } from './drift.ts';

type Saw = Extract<EnvironmentCommand, { type: 'sawCurrent' }>;

/** The environment was asked which commit really runs there. An answer to a question that is out of date is dropped (RULES 41). */
export function sawCurrent(draft: Draft, command: Saw): Outcome {
  const { environment, context } = draft;
  const { asked, answer } = command;
  const { current } = environment;
  const now = leaseNow(context);
  const { guardGone, marginMs } = context;
  const question = currentQuestion(environment, { leaseNow: now, guardGone, marginMs });
  if (!current || question === null || !isSameQuestion(asked, question))
    return refuse({ rule: 'nothingToDo' });
  current.heardAt = now;
  current.askAt = now + intervalOf(draft);
  if (answer.kind === 'silent') {
    const since = current.silent?.since ?? draft.at;
    current.silent = { since, reason: answer.reason };
    askAgain(draft, current, Math.max(waitsOf(draft).soonMs, draft.at - since));
    return { kind: 'accepted' };
  }
  const { sha, said } = answer;
  delete current.silent;
  current.answer = { sha, said, at: draft.at };
  switch (question.decides) {
    case 'drift':
      judge(draft, current, { sha, said });
      break;
    case 'deploy':
      settle(draft, current, command, sha);
      break;
    case 'nothing':
      askWhenOver(draft, current);
      break;
    default:
      question.decides satisfies never;
  }
  if (question.decides !== 'drift' && question.revision === environment.deployedRevision)
    followDrift(draft, { sha, said });
  return { kind: 'accepted' };
}

function waitsOf({ context }: Draft): CurrentWaits {
  return context.currentWaits ?? CURRENT_WAITS;
}

function intervalOf({ context }: Draft): number {
  return context.policy.current?.everyMs ?? CURRENT_WAITS.settleMs;
}

/** It is asked again after this time, unless its interval is shorter. */
function askAgain(draft: Draft, current: Current, afterMs: number): void {
  current.askAt = leaseNow(draft.context) + Math.min(afterMs, intervalOf(draft));
}

/** Another commit than Slipway deployed is a drift, unless a deploy has only just ended. */
function judge(draft: Draft, current: Current, said: Said): void {
  const { deployed } = draft.environment;
  if (deployed === null) return;
  if (said.sha === deployed.sha) endDrift(draft, 'again');
  else if (isQuiet(draft, current)) drifted(draft, said, deployed);
  else askAgain(draft, current, waitsOf(draft).soonMs);
}

/** Where a deploy has ended badly since, no drift is found; one that was found before is kept up to date all the same. */
function followDrift(draft: Draft, said: Said): void {
  const { current, deployed } = draft.environment;
  if (!current?.drift || deployed === null) return;
  if (said.sha === deployed.sha) endDrift(draft, 'again');
  else drifted(draft, said, deployed);
}

/** What the last deploy here did has had time to show. */
function isQuiet(draft: Draft, { quietSince }: Current): boolean {
  return leaseNow(draft.context) - quietSince >= waitsOf(draft).settleMs;
}

/** Nothing else will be known of the latest deploy: what runs now may say what became of it (RULES 42). */
function settle(draft: Draft, current: Current, { id, actor }: Saw, sha: string | null): void {
  const { environment } = draft;
  const unknown = unknownDeploy(environment);
  if (unknown === null) return;
  const { release, attempt } = unknown;
  const before = environment.deployed?.sha ?? null;
  if (sha === release.sha) {
    if (!broughtBy(environment.deployed?.sha ?? null, current, unknown)) return;
    reply(draft, release, { kind: 'saidItself', sha, deployed: true });
    const outcome = { kind: 'succeeded' } as const;
    report(draft, { id, actor, type: 'report', attempt: attempt.number, outcome, log: '' });
    return;
  }
  // What another system was asked for may still begin there.
  if (attempt.remote || sha === null || sha !== before) return;
  if (!isQuiet(draft, current)) {
    askAgain(draft, current, waitsOf(draft).soonMs);
    return;
  }
  current.unchanged = attempt.number;
  environment.uncertain = uncertainBefore(release, attempt);
  reply(draft, release, { kind: 'saidItself', sha, deployed: false });
  show(draft, release);
  showWaiting(draft);
}

/**
 * True: that this commit runs now is the work of this deploy. A commit that ran there already, or may have been brought by an
 * earlier deploy that ended badly, says nothing about how far this one came.
 */
function broughtBy(
  deployed: string | null,
  { before }: Current,
  { release, attempt }: { release: Release; attempt: Attempt },
): boolean {
  if (deployed === release.sha) return false;
  return before === undefined ? !attempt.wasUncertain : before !== release.sha;
}

/** Whether the environment was uncertain before this attempt and those before it of which nothing is known either. */
function uncertainBefore({ attempts }: Release, attempt: Attempt): boolean {
  let first = attempt;
  for (const earlier of attempts.toReversed()) {
    const isUnknown = earlier.step === 'deploy' && earlier.outcome?.kind === 'interrupted' && !earlier.remote;
    if (earlier.number === first.number - 1 && isUnknown) first = earlier;
  }
  return first.wasUncertain;
}

/** While an interrupted deploy may still do something, it is asked again when that is over. */
function askWhenOver(draft: Draft, current: Current): void {
  const unknown = unknownDeploy(draft.environment);
  if (unknown === null || current.unchanged === unknown.attempt.number) return;
  const at = overAt(unknown.attempt, draft.context.marginMs);
  if (at !== null) current.askAt = Math.min(current.askAt, Math.max(at, leaseNow(draft.context)));
}
