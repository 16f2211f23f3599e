import { type Environment, openRollback, releasesOf, runningIn } from '../../../documents/environment.ts';
import { isRunning, isWaiting, type Release } from '../../../documents/values/release.ts';
import { isOpenToPrepareAgain } from '../../../eligibility/environment.ts';
import { type Draft, show } from './draft.ts';

/**
 * Redraws the cards whose buttons go by more than their own release, if that has changed: a lock, what runs or has begun
 * here, a rollback that goes first, what was accepted (CARDS §1). What is drawn again anyway is left out. Waiting releases
 * are redrawn by what changes them. `revoked`: the commit that was revoked below; null: none was.
 */
export function showAffected(before: Environment, draft: Draft, revoked: string | null): void {
  const { environment } = draft;
  const shown = new Set(
    draft.effects.flatMap(({ to, command }) =>
      to.kind === 'cards' && command.type === 'show' ? [to.id] : [],
    ),
  );
  const isChanged = situationOf(before) !== situationOf(environment);
  const moved = before.deployed?.sha !== environment.deployed?.sha;
  const commits = changedCommits(before, environment);
  const named = [before, environment].flatMap(({ deployed, paused }) => [
    deployed?.release,
    paused?.rollback,
  ]);
  for (const release of releasesOf(environment)) {
    if (isRunning(release) || isWaiting(release) || shown.has(release.card)) continue;
    const isOpen = environment.open.includes(release);
    const goesByAll = isOpen || (named.includes(release.number) && hasButtonsWhileItRuns(release, draft));
    const isOffered = !isOpen && [before, environment].some((each) => isOpenToPrepareAgain(each, release));
    const isOwn = release.sha === revoked && (isOpen || isOffered);
    const again = isOffered && (moved || commits.has(release.sha));
    if ((isChanged && goesByAll) || isOwn || again) show(draft, release);
  }
}

/** Everything in the document that buttons of other cards go by. */
function situationOf(environment: Environment): string {
  const { deployed, desired, uncertain, lock, productLock, paused, acceptances } = environment;
  return JSON.stringify([
    [deployed?.release, desired?.release, uncertain, paused?.rollback],
    [runningIn(environment)?.number, openRollback(environment)?.number],
    [lock, productLock].map((each) => each && [each.card, each.owner]),
    acceptances.map(({ acceptance: { sha, revoked } }) => [sha, revoked !== null]),
  ]);
}

/** Roll Back and the log stay on the card of an ended release while it runs, if it is bad or nothing is above. */
function hasButtonsWhileItRuns({ status, kind }: Release, { context }: Draft): boolean {
  return (
    status === 'faulty' || (status === 'accepted' && (kind === 'rollback' || context.policy.above === null))
  );
}

/** The commits of which a release waits here now and did not before, or the other way round, or of which one was made. */
function changedCommits(before: Environment, after: Environment): Set<string> {
  const waiting = (environment: Environment) =>
    new Set(environment.open.filter(isWaiting).map(({ sha }) => sha));
  const [was, is] = [waiting(before), waiting(after)];
  const made = releasesOf(after)
    .filter(({ number }) => number > before.releases)
    .map(({ sha }) => sha);
  return new Set([...made, ...[...was, ...is].filter((sha) => was.has(sha) !== is.has(sha))]);
}
