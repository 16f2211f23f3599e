import { isOfMode, isWaiting, type Release } from '../../../documents/values/release.ts';
import { ROBOT } from '../../../people/people.ts';
import { type Draft, reply, show, showWaiting } from '../draft/draft.ts';
import { end, leaveQueue } from '../draft/waiting.ts';

/**
 * The mode of an environment may change while releases wait. Those made for the other mode end, with the reason, in the
 * first write that knows (RULES 27). An environment that leaves the configuration is retired instead.
 */
export function endReleasesOfOtherMode(draft: Draft): void {
  const { environment, context } = draft;
  const { mode, name, retired } = context.policy;
  if (retired) return;
  // A commit kept back by a pause was never approved, and is outdated when the environment becomes continuous again.
  if (mode === 'approval' && environment.paused) environment.paused.newest = null;
  const others = environment.open.filter((release) => isWaiting(release) && !isOfMode(release, mode));
  if (others.length === 0) return;
  const reason =
    mode === 'approval'
      ? `${name} now asks for approvals, but this release was made without`
      : `${name} now deploys every new commit by itself, but this release was made to be approved`;
  for (const release of others) cancelByItself(draft, release, reason);
  showWaiting(draft);
}

/**
 * Cancels a waiting release on Slipway's own account. A waiting retry gets its old status back, because what its first
 * deploy left behind still needs a person.
 */
export function cancelByItself(draft: Draft, release: Release, reason: string): void {
  reply(draft, release, { kind: 'cancelled', by: ROBOT, reason });
  if (release.queue?.was) leaveQueue(draft, release);
  else if (release.begun) {
    release.status = 'cancelled';
    release.end = { at: draft.at, by: ROBOT, reason, cause: null };
    show(draft, release);
  } else end(draft, release, 'cancelled', ROBOT, reason);
}
