import { type Environment, openRollback, runsHere } from '../../../documents/environment.ts';
import { lockAgainst } from '../../../documents/values/lock.ts';
import type { Attempt, CommandEnd, Release, Step } from '../../../documents/values/release.ts';
import type { NotRolledBack, ReplyEvent } from '../../../documents/values/replies.ts';
import { wayByItself } from '../../../eligibility/environment.ts';
import { knownAcceptances } from '../../../gates/acceptances.ts';
import { ROBOT } from '../../../people/people.ts';
import { durationText } from '../../../time/duration.ts';
import { crossedOn } from '../draft/context.ts';
import { type Draft, reply } from '../draft/draft.ts';
import { factsOf } from '../draft/eligible.ts';
import { namedOf, startRollback } from './rollback.ts';

/**
 * Called when a deploy or a verification has finally ended badly. Where the policy says so, Slipway rolls back in the same write
 * if it failed: once for a release, only while that is what the environment is at, and never past irreversible commits
 * (RULES 46 to 48). Where it does not, the thread says why.
 */
export function rollBackByItself(draft: Draft, release: Release, attempt: Attempt): void {
  const { environment, context } = draft;
  const { outcome, cancelWished } = attempt;
  if (context.policy.onFailure !== 'rollback' || context.policy.retired) return;
  // Somebody who has asked for its end decides what comes next.
  if (cancelWished !== null || !isAt(environment, release, attempt) || openRollback(environment)) return;
  if (outcome?.kind === 'failed')
    reply(draft, release, beginIfPossible(draft, release, attempt.step, outcome.how));
  else if (isUnknown(attempt)) reply(draft, release, not({ kind: 'unknown' }));
}

/** Whether it ended without saying how far it came. */
function isUnknown({ step, outcome }: Attempt): boolean {
  if (outcome?.kind === 'errored') return step === 'verify' || outcome.ran;
  return outcome?.kind === 'interrupted';
}

function beginIfPossible(draft: Draft, release: Release, step: Step, how: CommandEnd): ReplyEvent {
  const { environment, context, now } = draft;
  if (release.rolledBackBy !== undefined) return not({ kind: 'again', release: release.rolledBackBy });
  if (deploysAgain(draft, release)) return not({ kind: 'accepted' });
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

/** Whether it only deploys again what ran and was accepted here: that it fails says nothing against the commit. */
function deploysAgain({ environment, context }: Draft, { sha, replaces }: Release): boolean {
  if (replaces !== sha) return false;
  const known = knownAcceptances(environment, context.acceptances);
  return known.some((acceptance) => acceptance.sha === sha && acceptance.revoked === null);
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
