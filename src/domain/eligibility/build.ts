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
