import { type Environment, openRollback, runsHere } from '../../../documents/environment.ts';
import { lockAgainst } from '../../../documents/values/lock.ts';
import type { Attempt, CommandEnd, Release, Step } from '../../../documents/values/release.ts';
import type { NotRolledBack, ReplyEvent } from '../../../documents/values/replies.ts';
import { wayByItself } from '../../../eligibility/environment.ts';
import { ROBOT } from '../../../people/people.ts';
import { durationText } from '../../../time/duration.ts';
import { crossedOn } from '../draft/context.ts';
import { type Draft, reply } from '../draft/draft.ts';
import { factsOf } from '../draft/eligible.ts';
import { namedOf, startRollback } from './rollback.ts';

/**
 * Called when a deploy or a verification has finally failed. Where the policy says so, Slipway rolls back in the same write:
 * once for a release, only while that is what the environment is at, and never past irreversible commits (RULES 46 to 48).
 */
export function rollBackByItself(draft: Draft, release: Release, attempt: Attempt): void {
  const { environment, context } = draft;
  const { outcome, cancelWished } = attempt;
  if (context.policy.onFailure !== 'rollback' || context.policy.retired) return;
  // Somebody who has asked for its end decides what comes next.
  if (outcome?.kind !== 'failed' || cancelWished !== null) return;
  if (!isAt(environment, release, attempt) || openRollback(environment)) return;
  reply(draft, release, beginIfPossible(draft, release, attempt.step, outcome.how));
}

function beginIfPossible(draft: Draft, release: Release, step: Step, how: CommandEnd): ReplyEvent {
  const { environment, context, now } = draft;
  if (release.rolledBackBy !== undefined) return not({ kind: 'again', release: release.rolledBackBy });
  const way = wayByItself(factsOf(draft));
  if ('refusal' in way) return not({ kind: 'noTarget' });
  const { sha } = way.target;
  const crossed = crossedOn(context, way.left.sha, sha);
  if (crossed?.length !== 0) return not({ kind: 'irreversible', sha, ...namedOf(crossed) });
  const what = step === 'verify' ? 'verification' : 'deploy';
  const reason = `the ${what} of ${environment.name}#${release.number} failed: ${endWords(how)}`;
  const { number } = startRollback(draft, way, { by: ROBOT, reason });
  release.rolledBackBy = number;
  const heldBy = lockAgainst(environment, ROBOT, now)?.owner ?? null;
  return { kind: 'rollingBack', release: number, sha, heldBy };
}

function not(why: NotRolledBack): ReplyEvent {
  return { kind: 'notRolledBack', why };
}

/** Whether what this release deployed, or half deployed, is what the environment is at. A rollback is never left by itself. */
function isAt(environment: Environment, release: Release, { step }: Attempt): boolean {
  const { desired, uncertain } = environment;
  if (release.kind === 'rollback' || desired?.release !== release.number) return false;
  return step === 'deploy' ? uncertain : runsHere(environment, release) && !uncertain;
}

function endWords(how: CommandEnd): string {
  switch (how.kind) {
    case 'exit':
      return `exit ${how.code}`;
    case 'signal':
      return `ended by ${how.signal}`;
    case 'timeout':
      return `longer than ${durationText(how.afterMs)}`;
    case 'outside':
      return how.says;
    default:
      return how satisfies never;
  }
}
