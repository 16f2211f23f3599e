import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Pause } from '../../../documents/values/lock.ts';
import { isWaiting } from '../../../documents/values/release.ts';
import { knownAcceptances } from '../../../gates/acceptances.ts';
import { ROBOT } from '../../../people/people.ts';
import { type Draft, type Outcome, refresh, refuse, show, showWaiting, trim } from '../draft/draft.ts';
import { replyReady } from '../draft/held.ts';
import { end } from '../draft/waiting.ts';
import { enqueue } from './deploy.ts';
import { addRelease, newRelease } from './prepare.ts';

type CommandOf<T extends EnvironmentCommand['type']> = Extract<EnvironmentCommand, { type: T }>;

/** Makes a release of the newest commit of the branch, or of the environment below, in a continuous environment. */
export function makeRelease(draft: Draft, command: CommandOf<'makeRelease'>): Outcome {
  const { environment, context } = draft;
  // The configuration may have changed meanwhile: nothing enters an approval environment without approvals.
  if (context.policy.mode !== 'continuous' || context.policy.retired) return refuse({ rule: 'nothingToDo' });
  if (command.head < environment.newestHead) {
    if (command.card !== null) {
      refresh(draft, command.card);
    }
    return refuse({ rule: 'newerHead', head: command.head, newest: environment.newestHead });
  }
  environment.newestHead = command.head;
  const { sha, ref, head, card } = command;
  if (environment.paused) {
    const before = environment.paused.newest;
    environment.paused.newest = { sha, ref, head, card };
    for (const stale of [before?.card, card, environment.paused.card]) if (stale) refresh(draft, stale);
    return refuse({ rule: 'paused', newest: sha });
  }
  const held = environment.open.find((release) => release.held?.gate === 'order' && release.sha === sha);
  if (held) {
    held.held = null;
    show(draft, held);
    return { kind: 'accepted', release: held.number };
  }
  return { kind: 'accepted', release: releaseOf(draft, { sha, ref, head, card }) };
}

type Newest = NonNullable<Pause['newest']>;

function releaseOf(draft: Draft, { sha, ref, head, card }: Newest): number {
  const { environment } = draft;
  const release = newRelease(draft, 'continuous', { sha, ref, actor: ROBOT });
  release.head = head;
  if (card !== null) release.card = card;
  // A newer commit supersedes waiting ones, never a running one (DESIGN §3).
  for (const older of environment.open.filter((other) => other.kind === 'continuous' && isWaiting(other))) {
    if (older.queue?.was) continue;
    end(draft, older, 'superseded', ROBOT, null, { release: release.number, sha: release.sha });
  }
  addRelease(draft, release);
  enqueue(draft, release, ROBOT, null);
  return release.number;
}

/**
 * After a pause: makes a release of the newest commit, unless it was begun already, waits, or is revoked here (RULES 8).
 * null: no release was made.
 */
export function resumeNewest(draft: Draft, newest: Newest): number | null {
  const { environment, context } = draft;
  const known = [...environment.open, ...environment.ended.map((entry) => entry.release)];
  const wasBegun = known.some(({ sha, begun, head }) => sha === newest.sha && begun && head === newest.head);
  const waits = environment.open.some((release) => release.sha === newest.sha && isWaiting(release));
  const revoked = knownAcceptances(environment, context.acceptances).some(
    (acceptance) => acceptance.sha === newest.sha && acceptance.revoked !== null,
  );
  if (environment.desired?.sha === newest.sha || wasBegun || waits || revoked) {
    if (newest.card !== null) refresh(draft, newest.card);
    return null;
  }
  return releaseOf(draft, newest);
}

/** The build of a commit has ended: updates the releases of that commit that wait here. */
export function buildEnded(draft: Draft, command: CommandOf<'buildEnded'>): Outcome {
  for (const release of draft.environment.open) {
    if (!isWaiting(release) || release.sha !== command.sha) continue;
    // A successful build stays successful: a failure that arrives later is older than the retry that fixed it.
    if (release.build === 'succeeded') continue;
    release.build = command.succeeded ? 'succeeded' : 'failed';
    if (command.again) release.builtAgain = true;
    replyReady(draft, release);
    show(draft, release);
  }
  showWaiting(draft);
  return { kind: 'accepted' };
}

/**
 * Writing this document is the purpose: a begin that read the acceptance before loses the race (RULES 22). A release that
 * soaks on the revoked acceptance is no longer held, so it is evaluated again and sent back (RULES 8).
 */
export function revokedBelow(draft: Draft, command: CommandOf<'revokedBelow'>): Outcome {
  for (const release of draft.environment.open) {
    if (release.sha === command.sha && release.held?.gate === 'soak') release.held = null;
  }
  showWaiting(draft);
  return { kind: 'accepted' };
}

/**
 * Redraws cards that show other environments: the newest acceptance shows what runs above, a promoted commit how its
 * promotion is going.
 */
export function redraw(draft: Draft, command: CommandOf<'redraw'>): Outcome {
  const { open, ended, accepted, deployed } = draft.environment;
  const all = command.sha === null;
  for (const { release } of ended) {
    const newest = release.number === accepted?.release;
    const runs = all && release.number === deployed?.release;
    const promoted = release.sha === command.sha && release.status === 'accepted';
    if (newest || runs || promoted) show(draft, release);
  }
  if (all) for (const release of open) show(draft, release);
  return { kind: 'accepted' };
}

/** Removes effects that were dispatched, and marks what was stored outside, which may then leave the document. */
export function dispatched(draft: Draft, command: CommandOf<'carried'>): Outcome {
  const { environment } = draft;
  environment.effects = environment.effects.filter((effect) => !command.effects.includes(effect.id));
  for (const entry of environment.ended) {
    const { number } = entry.release;
    if (command.releases.some((stored) => stored.number === number && stored.revision === entry.revision)) {
      entry.recorded = true;
      // The history has all attempts; the last deploy and verification are enough here.
      entry.release.attempts = entry.release.attempts.slice(-2);
    }
  }
  for (const entry of environment.acceptances) {
    const { sha, revision } = entry.acceptance;
    if (command.acceptances.some((stored) => stored.sha === sha && stored.revision === revision)) {
      entry.recorded = true;
    }
  }
  trim(environment);
  return { kind: 'accepted' };
}
