import type { Build } from '../domain/build.ts';
import { findRelease } from '../domain/environment.ts';
import { approvalsGate as domainGate, freeGate } from '../domain/gates.ts';
import { goesByPeople, isRunning, type Release } from '../domain/release.ts';
import { revokedBelow, stillAsked } from './offers.ts';
import { listed, many, ordinal } from './text.ts';
import type { EnvironmentView, ReleaseView, Surroundings } from './view.ts';
import { commit, join, mentions, namesOf, person, releaseRef, say, since, type Words } from './words.ts';

/** Shut gates of a waiting release, each as words; null: open, as far as this view tells. */
export interface ShutGates {
  built: Words | null;
  order: Words | null;
  approvals: Words | null;
  free: Words | null;
}

function builtGate(release: Release, build: Build | null, around: Surroundings): Words | null {
  if (release.build === 'succeeded') return null;
  if (release.build === 'failed') {
    return build?.status === 'errored' ? say`built, the build errored` : say`built, the build failed`;
  }
  const started = build?.status === 'building' ? build.attempt?.startedAt : undefined;
  return started === undefined
    ? say`built, the build waits for its turn`
    : say`built, building since ${since(started, around.now)}`;
}

/**
 * "1 of 2 approvals, still needs Lin or Mo"; of several rules each that is not met. Mentions only while nobody has approved;
 * `quiet`: never.
 */
export function approvalsGate(
  here: EnvironmentView,
  release: Release,
  around: Surroundings,
  quiet = false,
): Words | null {
  const { count, required, needs, open } = domainGate(release, here.policy, around.now);
  if (release.status !== 'prepared' && open) return null;
  const far = say`${count} of ${many(required, 'approval')}`;
  const left = needs.map((need) => ({ ...need, from: stillAsked(need.from, here, release) }));
  if (left.some(({ from }) => from?.length === 0)) return say`${far}, and nobody is left who may approve`;
  const several = here.policy.approvals.rules.length > 1 && required - count > 1;
  const requester = here.policy.approvals.self ? '' : ` but ${requesterName(release)}`;
  const whom = left.map(({ missing, from }) => {
    if (from === null)
      return several ? say`${missing} of any members${requester}` : say`any member${requester}`;
    const loud = count === 0 && !quiet;
    const who = loud ? mentions(from, around, ', ') : say`${namesOf(from, around, 'or')}`;
    return several ? say`${missing} of ${who}` : who;
  });
  if (whom.length === 0) return far;
  return say`${far}, ${count > 0 ? 'still needs' : 'needs'} ${join(whom, ' and ')}`;
}

function requesterName(release: Release): string {
  return person(release.requestedBy)
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
}

/** Those that begin before this one: what runs, then the queue. */
export function aheadOf({ environment }: EnvironmentView, release: Release): Release[] {
  const gate = freeGate(environment, release);
  const behind = gate.gate === 'free' && !gate.open ? gate.behind : [];
  return behind.flatMap((number) => findRelease(environment, number) ?? []);
}

/** "prod#41, deploying since 14:10" */
function blocker(other: Release, here: EnvironmentView, around: Surroundings, mark: [string, string]): Words {
  const ref = releaseRef(here.policy, other.number, around);
  if (!isRunning(other)) return say`${ref}${mark[0]}queued${mark[1]}`;
  const started = other.attempts.at(-1)?.startedAt;
  const from = started === undefined ? say`` : say` since ${since(started, around.now)}`;
  return say`${ref}${mark[0]}${other.status}${from}${mark[1]}`;
}

/** "second in line, behind prod#41 (deploying since 14:10)"; null: it is first. */
export function placeInLine(here: EnvironmentView, release: Release, around: Surroundings): Words | null {
  const ahead = aheadOf(here, release);
  const previous = ahead.at(-1);
  if (!previous) return null;
  return say`${ordinal(ahead.length + 1)} in line, behind ${blocker(previous, here, around, [' (', ')'])}`;
}

export function shutGates(view: ReleaseView): ShutGates {
  const { here, release } = view;
  const revoked = here.policy.below ? revokedBelow(view.below, release.sha) : null;
  const [first] = aheadOf(here, release);
  return {
    built: builtGate(release, view.build, view),
    order:
      release.held?.gate === 'order'
        ? say`order, ${commit(release.sha, view)} is not accepted in ${here.policy.below ?? ''} any more`
        : revoked && release.kind === 'promotion'
          ? say`order, ${commit(release.sha, view)} was revoked in ${here.policy.below ?? ''} by ${person(revoked.by)}`
          : null,
    approvals: goesByPeople(release) ? approvalsGate(here, release, view) : null,
    free: first ? blocker(first, here, view, [', ', '']) : null,
  };
}

/** "when its build has succeeded and prod#41 has ended": what a queued release waits for; null: nothing. */
export function opensWhen(view: ReleaseView): string | null {
  const [first] = aheadOf(view.here, view.release);
  const conditions = [
    view.release.build === 'succeeded' ? '' : 'its build has succeeded',
    first ? `${view.here.policy.name}#${first.number} has ended` : '',
  ].filter(Boolean);
  return conditions.length > 0 ? `when ${listed(conditions)}` : null;
}
