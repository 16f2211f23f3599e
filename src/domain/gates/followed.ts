import { type Environment, latestAttempt } from '../documents/environment.ts';
import type { Attempt, Release } from '../documents/values/release.ts';
import type { Remote } from '../documents/values/remote.ts';

/** An attempt that another system carries out. */
export interface Followed {
  release: Release;
  attempt: Attempt;
  remote: Remote;
}

/**
 * The remote attempt that the system is asked about; null: none. It is the latest attempt here, which runs, or whose end
 * may still turn out to be a success (RULES 40).
 */
export function followed(environment: Environment): Followed | null {
  const latest = latestAttempt(environment);
  const remote = latest?.attempt.remote;
  if (!latest || !remote) return null;
  const follows = latest.attempt.outcome === null || mayStillSucceed(environment, latest);
  return follows ? { ...latest, remote } : null;
}

/** The wish of a person that an attempt ends; null: there is none, or its system refused it, so it may be wished again. */
export function openWish({ cancelWished, remote }: Attempt): Attempt['cancelWished'] {
  return remote?.cancel?.refused === undefined ? cancelWished : null;
}

/** The wish by which an attempt has ended; null: it ended otherwise, by itself, by somebody there, or by its deadline. */
export function heededWish(attempt: Attempt): Attempt['cancelWished'] {
  return attempt.remote?.cancel?.why === 'timeout' ? null : openWish(attempt);
}

/** When the system that carries out the attempt must be asked; null: nothing is followed. */
export function nextRemoteLook(environment: Environment): number | null {
  return followed(environment)?.remote.lookAt ?? null;
}

/**
 * True: the latest attempt has ended elsewhere without success, and the system may still say that it succeeded: the answer
 * came late, or somebody ran it again there.
 */
export function mayStillSucceed(
  environment: Environment,
  { release, attempt: { remote, outcome, step } }: { release: Release; attempt: Attempt },
): boolean {
  if (!remote || outcome === null || outcome.kind === 'succeeded') return false;
  if (outcome.kind === 'errored' && !outcome.ran) return false;
  if (step === 'deploy') return true;
  // A bake does not wait for one of its checks. What people or a later deploy decided about a release ends the wait for its
  // verification.
  return release.bake === undefined && environment.open.includes(release);
}
