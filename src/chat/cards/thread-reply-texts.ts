import { findRelease, overtakenBy } from '../../domain/documents/environment.ts';
import { locksOf } from '../../domain/documents/values/lock.ts';
import { isRollbackByItself, lastAttempt, type Step } from '../../domain/documents/values/release.ts';
import type { NotRolledBack, ReplyEvent } from '../../domain/documents/values/replies.ts';
import { type Actor, samePerson } from '../../domain/people/people.ts';
import { isEligible } from '../eligibility/awaiting.ts';
import { checksEndWords } from '../text/checks.ts';
import { line, plural } from '../text/clean.ts';
import { told, whatEnded } from '../text/elsewhere.ts';
import { because, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { commit, mention, mentions, person, releaseRef } from '../text/references.ts';
import type { EnvironmentView, NoticeView, PushView, ReleaseView } from '../view-model.ts';
import { bakedWords } from './bake.ts';
import { mayRetry, mayRollBack } from './release/button-specs.ts';

/** The card whose thread is replied in. */
export type View = ReleaseView | PushView | NoticeView;

/** What a reply says and how it is shown. */
export interface ReplyText {
  words: Inline;
  broadcast?: boolean;
  /** Whether the last lines of the log are shown below. */
  log?: boolean;
}

/** What a reply is about; `sha` is empty if there is no commit, `number` null if there is no release. */
export type About = { view: View; here: EnvironmentView; sha: string; number: number | null };

/** The mention before a sentence, with a space after it; nothing if nobody is mentioned. */
export function to(words: Inline): Inline {
  return words.length > 0 ? inline`${words} ` : NOTHING;
}

/** "prod#42", or the commit if there is no release. */
export function it({ view, here, sha, number }: About): Inline {
  return number === null ? inline`${commit(sha, view)}` : inline`${releaseRef(here.policy, number, view)}`;
}

/** A deploy or a verification that ended without success. */
export function ended(event: Extract<ReplyEvent, { kind: 'ended' }>, about: About): ReplyText {
  const { view, here, sha } = about;
  const who = to(mention(concerned(event.requester, about)));
  const { id } = here.environment;
  const rollback = 'release' in view && view.release.kind === 'rollback';
  const deploy = rollback ? inline`the rollback ${it(about)}` : inline`the deploy of ${it(about)}`;
  const what = event.step === 'verify' ? inline`the verification of ${commit(sha, view)} in ${id}` : deploy;
  const { outcome } = event;
  switch (outcome.kind) {
    case 'failed':
      return { words: inline`${who}${what} failed${inBake(about)}.`, broadcast: true, log: true };
    case 'cancelled': {
      const attempt = 'release' in view ? lastAttempt(view.release, event.step) : null;
      return { words: inline`${what} was cancelled; ${whatEnded(attempt)}` };
    }
    case 'interrupted': {
      const subject = event.step === 'verify' ? what : it(about);
      const next = 'release' in view ? afterInterruption(event.step, view) : '.';
      return { words: inline`${who}${subject} was interrupted${next}`, broadcast: true };
    }
    case 'errored': {
      const subject = event.step === 'verify' ? what : it(about);
      return { words: inline`${who}${subject} errored: ${told(outcome.reason)}.`, broadcast: true };
    }
    default:
      return outcome satisfies never;
  }
}

/** Whose release it is; of a rollback that Slipway began by itself, whose release it takes back. */
function concerned(requester: Actor, { view, here }: About): Actor {
  if (!('release' in view) || !isRollbackByItself(view.release)) return requester;
  const left = view.release.leaves?.release ?? null;
  return (left === null ? undefined : findRelease(here.environment, left))?.requestedBy ?? requester;
}

/** ", after 9 min of 15 min": how far a verification came that is repeated. */
function inBake({ view }: About): string {
  const { bake } = 'release' in view ? view.release : {};
  return bake ? `, after ${bakedWords(bake)}` : '';
}

/** ": retry or roll back?", as far as the card has buttons for that. */
function afterInterruption(step: Step, view: ReleaseView): string {
  const { here, release } = view;
  if (step === 'verify') return isEligible(view, 'retry') ? ': retry it?' : '.';
  const isLatest = overtakenBy(here.environment, release) === null;
  const ways = [mayRetry(view) && 'retry', isLatest && mayRollBack(view) && 'roll back'].filter(Boolean);
  return ways.length > 0 ? `: ${ways.join(' or ')}?` : '.';
}

/** Asks the testers to test, or the person who asked for the release to find one. A robot is not mentioned. */
export function pleaseTest(event: Extract<ReplyEvent, { kind: 'pleaseTest' }>, about: About): Inline {
  const { view, here, sha } = about;
  const what = inline`${commit(sha, view)} in ${here.environment.id}`;
  if (event.testers !== null) return inline`${to(mentions(event.testers, view))}please test ${what}.`;
  if (event.requester.kind === 'robot') {
    return inline`Please have ${what} tested: people now accept commits in ${here.policy.name}, and any member can.`;
  }
  return inline`${to(mention(event.requester))}please have ${what} tested: anyone but you can accept it.`;
}

/** Mentions the person who asked for the release that was rolled back, unless they rolled it back themselves. */
export function rolledBack(reason: string, about: About): Inline {
  const { view, here, sha } = about;
  const left = 'release' in view ? (view.release.leaves?.release ?? null) : null;
  const before = left === null ? undefined : findRelease(here.environment, left);
  const isOther = before && 'release' in view && !samePerson(before.requestedBy, view.release.requestedBy);
  const who = isOther ? to(mention(before.requestedBy)) : NOTHING;
  return inline`${who}${here.environment.id} is back on ${commit(sha, view)}${because(reason)}`;
}

/** Why Slipway does not roll back by itself, as it does here after other failures. */
export function notRolledBack(why: NotRolledBack, { view, here }: About): Inline {
  const not = inline`Slipway does not roll ${here.policy.name} back by itself:`;
  switch (why.kind) {
    case 'noTarget':
      return inline`${not} there is nothing to roll back to.`;
    case 'unknown':
      return inline`${not} it does so after a failure, and nobody knows whether this was one. A person still can, with Roll Back.`;
    case 'accepted':
      return inline`${not} this release deployed again what ran and was accepted there. A person still can, with Roll Back.`;
    case 'again':
      return inline`${not} it did once after this release failed, see ${releaseRef(here.policy, why.release, view)}.`;
    case 'irreversible': {
      const target = commit(why.sha, view);
      if (why.count === null) {
        return inline`${not} git could not say whether going back to ${target} goes past irreversible commits. A person still can, with Roll Back.`;
      }
      const named = why.commits.map((sha) => inline`${commit(sha, view)}`);
      const more = why.count - named.length;
      const all = inline`${join(named, ', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return inline`${not} going back to ${target} goes past ${plural(why.count, 'irreversible commit')}, ${all}. A person still can, with Roll Back.`;
    }
    default:
      return why satisfies never;
  }
}

/** A build that failed: the requester of the release is mentioned; for a push, whoever pushed is named. */
export function buildFailed(
  { checks }: Extract<ReplyEvent, { kind: 'buildFailed' }>,
  about: About,
): ReplyText {
  const { view, sha } = about;
  const pushedBy = 'push' in view ? view.push?.pushedBy : null;
  const push = pushedBy ? inline`, pushed by ${line(pushedBy, 30)},` : NOTHING;
  const asker = 'release' in view ? to(mention(view.release.requestedBy)) : NOTHING;
  const build = inline`${asker}the build of ${commit(sha, view)}${push}`;
  if (checks) {
    const ended = checks.kind === 'failed' ? 'failed' : 'errored';
    return { words: inline`${build} ${ended}: ${checksEndWords(checks)}.`, broadcast: true };
  }
  return {
    words: inline`${build} failed.`,
    broadcast: true,
    log: true,
  };
}

/** "@Lin ff00aa1 is not in main: the next promotion to prod would remove it." */
export function notInBranch(requester: Actor, { view, here, sha }: About): Inline {
  const branch = 'missingFrom' in view ? view.missingFrom : null;
  const where = branch === null ? 'the branch' : line(branch, 80);
  return inline`${to(mention(requester))}${commit(sha, view)} is not in ${where}: the next promotion to ${here.policy.name} would remove it.`;
}

/** Why a gate was shut when the release was sent back, as far as it can still be seen. */
export function whyShut(gate: 'order' | 'freeze' | 'lock', { view, here, sha }: About): Inline {
  const { policy, environment } = here;
  switch (gate) {
    case 'order':
      return inline`${commit(sha, view)} is no longer accepted in ${policy.below ?? 'the environment below'}`;
    case 'freeze':
      return inline`${policy.name} was frozen`;
    case 'lock': {
      const [lock] = locksOf(environment);
      return lock
        ? inline`${policy.name} was locked by ${person(lock.owner)}`
        : inline`${policy.name} was locked`;
    }
    default:
      return gate satisfies never;
  }
}
