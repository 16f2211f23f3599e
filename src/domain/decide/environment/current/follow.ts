import { type Environment, latestAttempt } from '../../../documents/environment.ts';
import type { Current } from '../../../documents/values/current.ts';
import { lastAttempt } from '../../../documents/values/release.ts';
import { leaseNow } from '../../../time/lease.ts';
import type { Draft } from '../draft/draft.ts';
import { endDrift } from './drift.ts';

/**
 * Keeps what is known of an environment that says which commit really runs there in step with what was just decided. What it
 * said before a deploy began or ended is forgotten, and it is asked anew.
 */
export function followCurrent(before: Environment, draft: Draft): void {
  const { environment, context } = draft;
  if (!context.policy.current) {
    endDrift(draft, 'notAsked');
    delete environment.current;
    return;
  }
  if (environment.deployed === null && environment.attempts === 0) return;
  const now = leaseNow(context);
  environment.current ??= { askAt: now, quietSince: now };
  const { current } = environment;
  const latest = latestAttempt(environment);
  if (environment.attempts !== before.attempts && latest?.attempt.step === 'deploy') {
    forgetAnswer(current);
    const said = before.current?.answer?.sha ?? null;
    if (said === null) delete current.before;
    else current.before = said;
  }
  if (environment.deployedRevision !== before.deployedRevision) endDrift(draft, 'deployed');
  if (endOf(before) === endOf(environment) && environment.deployedRevision === before.deployedRevision)
    return;
  forgetAnswer(current);
  current.askAt = now;
  current.quietSince = now;
}

/**
 * Applies the passage of time and a changed configuration to what is known of what runs, before every command: no time of it
 * lies further ahead than its interval, unless a clock was ahead, or it was to be asked more rarely.
 */
export function updateCurrent({ environment, context }: Draft): void {
  const { current } = environment;
  const everyMs = context.policy.current?.everyMs;
  if (!current || everyMs === undefined) return;
  const now = leaseNow(context);
  if (current.askAt > now + everyMs) current.askAt = now;
  current.quietSince = Math.min(current.quietSince, now);
  if (current.heardAt !== undefined && current.heardAt > now) delete current.heardAt;
}

function forgetAnswer(current: Current): void {
  delete current.answer;
  delete current.heardAt;
}

/** How the latest deploy ended, for a comparison; null: it has not. A verification changes nothing about what runs. */
function endOf(environment: Environment): string | null {
  const latest = latestAttempt(environment);
  if (!latest) return null;
  const { number, outcome } = lastAttempt(latest.release, 'deploy') ?? latest.attempt;
  return outcome && `${number} ${outcome.kind}`;
}
