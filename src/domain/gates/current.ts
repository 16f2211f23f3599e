import { type Environment, latestAttempt, runningIn } from '../documents/environment.ts';
import type { CurrentQuestion } from '../documents/values/current.ts';
import { type Attempt, isIdle, type Release } from '../documents/values/release.ts';
import { MARGIN_MS } from '../time/lease.ts';

/** What decides whether an interrupted attempt is over: nothing of it runs any more, and nothing else will be known of it. */
export interface OverFacts {
  /** By the clock that leases are counted by. */
  leaseNow: number;
  marginMs?: number | undefined;
  /** True: the guard of the latest attempt is proven gone (RULES 4). */
  guardGone: boolean;
}

/** The latest attempt here, if it is a deploy of which only the environment itself can still say what became of it. */
export function unknownDeploy(environment: Environment): { release: Release; attempt: Attempt } | null {
  const latest = latestAttempt(environment);
  if (latest?.attempt.step !== 'deploy' || !environment.uncertain) return null;
  return latest.attempt.outcome?.kind === 'interrupted' ? latest : null;
}

/** When an attempt of which nothing is known is over, counted as leases are; null: its system is still asked about it. */
export function overAt({ leaseUntil, remote }: Attempt, marginMs = MARGIN_MS): number | null {
  if (!remote) return leaseUntil + marginMs;
  return remote.lookAt === null ? remote.deadline : null;
}

function isOver(attempt: Attempt, { leaseNow, marginMs, guardGone }: OverFacts): boolean {
  if (!attempt.remote && guardGone) return true;
  const at = overAt(attempt, marginMs);
  return at !== null && at <= leaseNow;
}

/**
 * The commit that the environment is asked about: what was deployed here, else what may have been; null: it is not asked. A bake
 * may last for days, so it is asked between two of its checks.
 */
export function askedAbout(environment: Environment): string | null {
  const running = runningIn(environment);
  if (running !== null && !isIdle(running)) return null;
  return environment.deployed?.sha ?? unknownDeploy(environment)?.release.sha ?? null;
}

/** The state in which the environment would be asked now; null: it is not asked. */
export function currentQuestion(environment: Environment, facts: OverFacts): CurrentQuestion | null {
  if (askedAbout(environment) === null) return null;
  const { attempts: attempt, deployedRevision: revision, uncertain } = environment;
  const unknown = unknownDeploy(environment);
  if (unknown === null) return { attempt, revision, decides: uncertain ? 'nothing' : 'drift' };
  const settles = isOver(unknown.attempt, facts) && environment.current?.unchanged !== attempt;
  return { attempt, revision, decides: settles ? 'deploy' : 'nothing' };
}

export function isSameQuestion(one: CurrentQuestion, other: CurrentQuestion): boolean {
  return one.attempt === other.attempt && one.revision === other.revision && one.decides === other.decides;
}

/** When the environment must be asked which commit runs, counted as leases are; null: it is not asked. */
export function nextCurrentAsk(environment: Environment): number | null {
  return environment.current && askedAbout(environment) !== null ? environment.current.askAt : null;
}
