import { needsStandIn, tally } from '../../../domain/approvals/approvals.ts';
import { findRelease } from '../../../domain/documents/environment.ts';
import { isRedeploy, isSettled, lastAttempt } from '../../../domain/documents/values/release.ts';
import { heededWish } from '../../../domain/gates/followed.ts';
import { duration } from '../../../domain/time/duration.ts';
import { names, plural } from '../../text/clean.ts';
import { endedThere, pageOfRun, told, whatEnded, whyNotKnown } from '../../text/elsewhere.ts';
import { because, type Inline, inline, NOTHING, quote, REASON_MAX } from '../../text/inline.ts';
import { commit, person, releaseRef } from '../../text/references.ts';
import { dayTime, time } from '../../text/times.ts';
import type { ReleaseView } from '../../view-model.ts';
import { builtIn, erroredInBake, howEnded, ran, took, verificationPassed } from '../outcomes.ts';
import { type Head, place } from './headline-parts.ts';

function acceptedRest(view: ReleaseView): Inline {
  const { release, here } = view;
  const end = release.end;
  if (release.kind === 'rollback') {
    const before = here.environment.acceptances.findLast(
      ({ acceptance }) =>
        acceptance.sha === release.sha &&
        acceptance.release !== release.number &&
        acceptance.kind !== 'rollback',
    );
    const from = release.leaves ? inline` from ${commit(release.leaves.sha, view)}` : NOTHING;
    const ms = ran(lastAttempt(release, 'deploy'));
    const known = before ? inline` Accepted here before by ${person(before.acceptance.by)}.` : NOTHING;
    return inline`: rolled back${from}${ms === null ? '' : ` in ${duration(ms)}`}${verificationPassed(view) ? ', verification passed' : ''}.${known}`;
  }
  if (end && end.by.kind === 'person') {
    const tested = release.deployedAt === null ? null : end.at - release.deployedAt;
    const lasted = tested === null || end.reason ? '' : `, after ${duration(tested)} of testing`;
    return inline` by ${person(end.by)} ${dayTime(end.at)}${lasted}${because(end.reason, REASON_MAX)}`;
  }
  const facts = [
    builtIn(view.build),
    took(release, 'deploy', 'deployed'),
    verificationPassed(view) ? took(release, 'verify', 'verification passed') : '',
  ].filter(Boolean);
  return inline`: ${facts.join(', ')}`;
}

/** The headline of an accepted release, also if it was revoked later. */
export function accepted(view: ReleaseView): Head {
  const { release, here } = view;
  const sha = commit(release.sha, view);
  const head = { mark: '✅', word: 'Accepted' };
  if (release.revoked) {
    const { by, at, release: cause } = release.revoked;
    const first =
      release.end && release.end.by.kind === 'person' ? inline` by ${person(release.end.by)}` : NOTHING;
    const see = cause === null ? NOTHING : inline`, see ${releaseRef(here.policy, cause, view)}`;
    const title = inline`${sha} accepted in ${place(view)}, revoked`;
    return { title, ...head, rest: inline`${first}; revoked by ${person(by)} ${dayTime(at)}${see}` };
  }
  const title =
    release.kind === 'rollback'
      ? inline`${place(view)} is back on ${sha}`
      : release.kind === 'adopted'
        ? inline`${place(view)} runs ${sha}, adopted as it was`
        : isRedeploy(release)
          ? inline`${place(view)} runs ${sha} again`
          : inline`${sha} accepted in ${place(view)}`;
  return { title, ...head, rest: acceptedRest(view) };
}

/** "Deploy of abc123f to storefront/prod" */
function deployOf(view: ReleaseView): Inline {
  const { release, here } = view;
  const sha = commit(release.sha, view);
  const { id } = here.environment;
  if (release.kind === 'rollback') return inline`Rollback of ${id} to ${sha}`;
  return inline`${isRedeploy(release) ? 'Redeploy' : 'Deploy'} of ${sha} to ${id}`;
}

/** The headline after a failed deploy. */
export function failed(view: ReleaseView): Head {
  const attempt = lastAttempt(view.release, 'deploy');
  const outcome = attempt?.outcome;
  const how = outcome?.kind === 'failed' ? howEnded(outcome.how, ran(attempt)) : 'did not succeed';
  return {
    title: inline`${deployOf(view)} failed`,
    mark: '❌',
    word: 'Failed',
    rest: inline`: the deploy${attempt?.remote ? NOTHING : ' command'} ${how}${pageOfRun(attempt)}`,
  };
}

/** The headline of a deploy or verification that errored or was interrupted. */
export function errored(view: ReleaseView): Head {
  const { release } = view;
  const step = release.erroredIn ?? 'deploy';
  const attempt = lastAttempt(release, step);
  const outcome = attempt?.outcome;
  const what =
    step === 'verify'
      ? inline`Verification of ${commit(release.sha, view)} in ${place(view)}`
      : deployOf(view);
  if (outcome?.kind === 'interrupted' || !outcome || outcome.kind !== 'errored') {
    if (attempt?.remote) {
      const rest = inline` (interrupted): it is not known what became of it.${whyNotKnown(attempt)}${pageOfRun(attempt)}`;
      return { title: inline`${what} was interrupted`, mark: '⚠️', word: 'Errored', rest };
    }
    const at = attempt?.endedAt == null ? NOTHING : inline` at ${time(attempt.endedAt)}`;
    const rest = inline` (interrupted): Slipway stopped${at} while the ${step === 'verify' ? 'verification' : 'deploy'} ran. Its result is unknown.`;
    return { title: inline`${what} was interrupted`, mark: '⚠️', word: 'Errored', rest };
  }
  const notRun = attempt.remote ? ' It was not started there.' : ` The ${step} command did not run.`;
  const ranOrNot = outcome.ran ? '' : notRun;
  const many = step === 'verify' ? erroredInBake(release) : '';
  const rest = inline`: ${many}${told(outcome.reason)}.${ranOrNot}${pageOfRun(attempt)}`;
  return { title: inline`${what} errored`, mark: '⚠️', word: 'Errored', rest };
}

/** The headline of a release that another one superseded, before its deploy or in testing. */
export function superseded(view: ReleaseView): Head {
  const { release, here } = view;
  const cause = release.end?.cause ?? null;
  const sha = commit(release.sha, view);
  const tested = release.deployedAt !== null;
  const when = tested ? ' before it was accepted' : ' before it was deployed';
  const title = tested
    ? inline`Not accepted: ${sha} in ${here.environment.id}`
    : inline`Not deployed: ${sha} to ${here.environment.id}`;
  const head = { title, mark: '🚫', word: 'Superseded' };
  if (!cause) return { ...head, rest: inline` by a newer release${when}.` };
  const ref = releaseRef(here.policy, cause.release, view);
  const rollback = findRelease(here.environment, cause.release)?.kind === 'rollback';
  if (rollback) return { ...head, rest: inline` by the rollback ${ref}${when}.` };
  if (release.kind === 'continuous')
    return { ...head, rest: inline` by ${commit(cause.sha, view)} (${ref})${when}.` };
  if (tested) return { ...head, rest: inline` by ${ref}${when}` };
  return { ...head, rest: inline` by ${ref}, which is deployed and contains ${sha}` };
}

/** The headline of a release that was rejected, expired or cancelled before it began. `word`: its status. */
export function notDeployed(view: ReleaseView, word: string): Head {
  const { release, here } = view;
  const { end } = release;
  const sha = commit(release.sha, view);
  const { id } = here.environment;
  const title =
    release.kind === 'rollback'
      ? inline`Not rolled back: ${id} to ${sha}`
      : inline`Not deployed: ${sha} to ${id}`;
  const by = end && !(word === 'Expired') ? inline` by ${person(end.by)}` : NOTHING;
  const at = end ? inline` ${dayTime(end.at)}` : NOTHING;
  const { approvals } = here.policy;
  const { validForMs } = approvals;
  const { required } = tally(release.approvals, approvals.rules, needsStandIn(release, approvals));
  const who = release.approvals.map((approval) => approval.by.name);
  const rest =
    word === 'Expired'
      ? inline`${at}: ${who.length} of ${plural(required, 'approval')}${who.length > 0 ? ` (${names(who)})` : ''} within ${duration(validForMs)}.`
      : inline`${by}${at}${because(end?.reason ?? null, REASON_MAX)}`;
  return { title, mark: '🚫', word, rest };
}

/** The headline of a cancelled release: before its deploy began, or while it ran. */
export function cancelled(view: ReleaseView): Head {
  const { release } = view;
  if (isSettled(release)) return notDeployed(view, 'Cancelled');
  const attempt = lastAttempt(release, 'deploy');
  const by = (attempt && heededWish(attempt)?.by) ?? release.end?.by;
  const ms = ran(attempt);
  const there = endedThere(attempt);
  const rest =
    there ??
    inline`${by ? inline` by ${person(by)}` : NOTHING}${ms === null ? '' : ` after ${duration(ms)}`}; ${whatEnded(attempt)}`;
  return { title: inline`${deployOf(view)} cancelled`, mark: '🚫', word: 'Cancelled', rest };
}

/** The headline of a release that a person marked as faulty. */
export function faulty(view: ReleaseView): Head {
  const { end } = view.release;
  const who = end ? inline`, reported by ${person(end.by)} ${dayTime(end.at)}` : NOTHING;
  const why = end?.reason ? inline`: ${quote(end.reason, REASON_MAX)}` : NOTHING;
  const title = inline`${commit(view.release.sha, view)} is faulty in ${place(view)}`;
  return { title, mark: '❌', word: 'Faulty', rest: inline`${who}${why}` };
}
