import { openRollback } from '../../../domain/documents/environment.ts';
import { bakesSince } from '../../../domain/documents/values/bake.ts';
import {
  goesByPeople,
  isRedeploy,
  lastAttempt,
  type Release,
  runningAttempt,
} from '../../../domain/documents/values/release.ts';
import { isGroup } from '../../../domain/people/groups.ts';
import { isEligible } from '../../eligibility/awaiting.ts';
import { heldWords, opensWhen, placeInLine, shutGates, shutSummary } from '../../gates/summary.ts';
import { ordinal } from '../../text/clean.ts';
import { elsewhere, pageOfRun } from '../../text/elsewhere.ts';
import { type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, namesOf, person, releaseRef } from '../../text/references.ts';
import { since, time } from '../../text/times.ts';
import type { ReleaseView } from '../../view-model.ts';
import { bakeWords } from '../bake.ts';
import { attemptCount, deployedWords, howVerificationEnded, soFar, took } from '../outcomes.ts';
import { stepWords } from '../steps.ts';
import { accepted, cancelled, errored, failed, faulty, notDeployed, superseded } from './headline-ended.ts';
import { type Head, place } from './headline-parts.ts';

function deploy({ release }: ReleaseView): string {
  if (isRedeploy(release)) return 'Redeploy';
  return release.kind === 'hotfix' ? 'Hotfix: deploy' : 'Deploy';
}

function prepared(view: ReleaseView): Head {
  const shut = shutSummary(shutGates(view));
  return {
    title: inline`${deploy(view)} ${commit(view.release.sha, view)} to ${view.here.environment.id}`,
    mark: '⏳',
    word: 'Prepared',
    rest: shut ? inline`, waiting: ${shut}` : inline`, every gate is open`,
  };
}

function approved(view: ReleaseView): Head {
  return { ...prepared(view), word: 'Approved' };
}

function queued(view: ReleaseView): Head {
  const { release, here } = view;
  const { id } = here.environment;
  const sha = commit(release.sha, view);
  const goes =
    release.kind === 'rollback' ? inline`Roll back ${id} to ${sha}` : inline`${deploy(view)} ${sha} to ${id}`;
  const by =
    release.queue && release.queue.by.kind === 'person' ? inline` by ${person(release.queue.by)}` : NOTHING;
  const retried = release.begun ? 'the deploy again, ' : NOTHING;
  const shut = shutGates(view);
  const { built, order } = shut;
  const holds = heldWords(shut);
  const line = placeInLine(here, release, view);
  const when = opensWhen(view);
  const waits = order ?? (built && line ? inline`${built} · ${line}` : (built ?? line));
  const starts = line && !built ? line : inline`starts by itself ${when ?? 'at once'}`;
  const failed = release.build === 'failed' || order;
  const held = holds.length > 0 && !failed ? join(holds, ' · ') : null;
  const byItself = goesByPeople(release)
    ? inline`${starts}. If still held then (${held ?? NOTHING}), it waits until Deploy is pressed again`
    : inline`waits (${held ?? NOTHING}), then starts by itself`;
  return {
    title: goes,
    mark: '⏳',
    word: 'Queued',
    rest: inline`${by}: ${retried}${held ? byItself : failed && waits ? waits : starts}`,
  };
}

function deploying(view: ReleaseView): Head {
  const { release, here, now } = view;
  const sha = commit(release.sha, view);
  const attempt = lastAttempt(release, 'deploy');
  const tries = attemptCount(release, 'deploy');
  const again = tries > 1 ? `, ${ordinal(tries)} attempt` : '';
  const wished = attempt?.cancelWished;
  const wish = wished ? inline` · cancel requested by ${person(wished.by)} at ${time(wished.at)}` : NOTHING;
  const built = release.kind === 'continuous' && !isRedeploy(release) && !view.build?.checks;
  const step = stepWords('deploy', {
    built,
    deployed: true,
    verified: here.policy.verify,
    elsewhere: attempt?.remote !== undefined,
  });
  const from = attempt
    ? inline` since ${since(attempt.startedAt, now)}${again} · ${step} · ${soFar(attempt, now)}`
    : NOTHING;
  const { id } = here.environment;
  const doing = isRedeploy(release) ? 'Redeploying' : 'Deploying';
  return {
    title:
      release.kind === 'rollback' ? inline`Rolling back ${id} to ${sha}` : inline`${doing} ${sha} to ${id}`,
    mark: '⚙️',
    word: 'Deploying',
    rest: inline`${from}${elsewhere(attempt, now)}${wish}`,
  };
}

function verifying(view: ReleaseView): Head {
  const { release } = view;
  const attempt = runningAttempt(release);
  const started = bakesSince(release) ?? attempt?.startedAt;
  const from = started === undefined ? NOTHING : inline` since ${since(started, view.now)}`;
  const there = attempt ? elsewhere(attempt, view.now) : pageOfLastCheck(release);
  const wished = attempt?.cancelWished;
  const wish = wished ? inline` · cancel requested by ${person(wished.by)} at ${time(wished.at)}` : NOTHING;
  return {
    title: inline`Verifying ${commit(release.sha, view)} in ${place(view)}`,
    mark: '⚙️',
    word: 'Verifying',
    rest: inline`${from}${bakeWords(release, view.now)} · ${took(release, 'deploy', 'deployed')}${there}${wish}`,
  };
}

function pageOfLastCheck(release: Release): Inline {
  return release.bake ? pageOfRun(lastAttempt(release, 'verify')) : NOTHING;
}

function testing(view: ReleaseView): Head {
  const { here, release } = view;
  const from = here.policy.acceptFrom;
  const anybody = release.requestedBy.kind === 'robot';
  const who =
    from === null && anybody
      ? inline`any member`
      : from === null
        ? inline`anyone but ${person(release.requestedBy)}, who requested it`
        : from.length === 1 && !from.some(isGroup)
          ? inline`${namesOf(from, view)}`
          : inline`${from.length === 1 ? 'a member' : 'one'} of ${namesOf(from, view)}`;
  const open = isEligible(view, 'accept');
  const rollback = openRollback(here.environment);
  const isLeft = rollback?.leaves?.sha === release.sha;
  const left = isLeft
    ? inline`. ${releaseRef(here.policy, rollback.number, view)} waits to roll it back`
    : NOTHING;
  return {
    title: inline`Test ${commit(release.sha, view)} in ${place(view)}`,
    mark: '🔍',
    word: 'Testing',
    rest: open
      ? inline`: ${deployedWords(view)}. Waiting for ${who}${left}`
      : inline`: ${deployedWords(view)}. It cannot be accepted now: another deploy has begun here since`,
  };
}

/** The headline of a release in any status. */
export function releaseHead(view: ReleaseView): Head {
  const { status } = view.release;
  switch (status) {
    case 'prepared':
      return prepared(view);
    case 'approved':
      return approved(view);
    case 'queued':
      return queued(view);
    case 'deploying':
      return deploying(view);
    case 'verifying':
      return verifying(view);
    case 'testing':
      return testing(view);
    case 'accepted':
      return accepted(view);
    case 'unverified': {
      const title = inline`Verification of ${commit(view.release.sha, view)} in ${place(view)} failed`;
      const rest = inline`: ${howVerificationEnded(view.release)}`;
      return { title, mark: '❌', word: 'Verification Failed', rest };
    }
    case 'faulty':
      return faulty(view);
    case 'failed':
      return failed(view);
    case 'errored':
      return errored(view);
    case 'cancelled':
      return cancelled(view);
    case 'rejected':
      return notDeployed(view, 'Rejected');
    case 'expired':
      return notDeployed(view, 'Expired');
    case 'superseded':
      return superseded(view);
    default:
      return status satisfies never;
  }
}
