import type { Build } from '../documents/build.ts';
import type { Refusal } from '../documents/refusal.ts';

/**
 * Why a build cannot be done again now; null: it would be accepted from any member. `lost`: what it made is damaged or gone,
 * so even a successful one is done again.
 */
export function retryBuildRefusal({ sha, status }: Build, lost: boolean): Refusal | null {
  const ended = status === 'failed' || status === 'errored' || status === 'skipped';
  return ended || (status === 'succeeded' && lost) ? null : { rule: 'buildSettled', sha, status };
}

/**
 * True: the newest push of the commit was left out by `paths`, and its build was done for somebody else, or will be. Who asks for
 * the build has no need of another one: the push goes the way of any other.
 */
export function isBuiltForOthers({ status, pushes }: Build, lost: boolean): boolean {
  if (pushes.at(-1)?.leftOut?.why !== 'paths') return false;
  if (status === 'succeeded') return !lost;
  return status === 'requested' || status === 'awaiting' || status === 'building';
}
