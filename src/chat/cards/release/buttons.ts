import { isSettled, isWaiting, runningAttempt } from '../../../domain/documents/release.ts';
import type { ActionName } from '../../blocks/actions.ts';
import { type ButtonSpec, confirm } from '../../blocks/blocks.ts';
import {
  mayAccept,
  mayApprove,
  mayFail,
  mayReject,
  mayRetryCheck,
  mayRetryDeploy,
  overtakenBy,
  pendingRollback,
  revokedBelow,
  runsHere,
} from '../../eligibility/offers.ts';
import { isLastApproval, opensWhen, refusesDeploy, shutGates, waitsFor } from '../../gates/summary.ts';
import { holdButtons, resume } from '../../locks/buttons.ts';
import { line } from '../../text/clean.ts';
import { type Inline, inline, NOTHING } from '../../text/inline.ts';
import { commit } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import type { ReleaseView } from '../../view-model.ts';
import { risks } from './consequences.ts';

type Button = ButtonSpec | false;

function only(buttons: readonly Button[]): ButtonSpec[] {
  return buttons.filter((one) => one !== false);
}

function make(
  view: ReleaseView,
  label: string,
  action: ButtonSpec['action'],
  more: Partial<ButtonSpec> = {},
): ButtonSpec {
  const { here, release } = view;
  const environment = here.environment.id;
  return {
    label,
    action,
    value: { environment, release: release.number, sha: release.sha, shown: here.environment.revision },
    says: `${label} ${environment}#${release.number}`,
    ...more,
  };
}

function sha(view: ReleaseView): string {
  return plain([commit(view.release.sha, view)]);
}

/** Compares with what runs there or, once the deploy has begun, with what the release replaces. */
function showDiff(view: ReleaseView): Button {
  const { release, here } = view;
  const base = release.begun ? release.replaces : (here.environment.deployed?.sha ?? null);
  return base !== null && base !== release.sha && make(view, 'Show Diff', 'showDiff');
}

function showLog(view: ReleaseView): ButtonSpec {
  return make(view, 'Show Log', 'showLog');
}

function rollBack(view: ReleaseView, allowed: boolean): Button {
  if (!allowed || !view.rollbackTo || pendingRollback(view.here.environment)) return false;
  return make(view, 'Roll Back', 'rollback', { style: 'danger' });
}

/** The buttons for a failed build. */
function ofBuild(view: ReleaseView): Button[] {
  const { build, here, release } = view;
  if (release.build !== 'failed' || !build) return [];
  const value = {
    environment: here.environment.id,
    release: release.number,
    sha: release.sha,
    build: build.id,
  };
  return [make(view, 'Retry Build', 'retryBuild', { value }), make(view, 'Show Log', 'showLog', { value })];
}

/** "starts by itself at 15:02, when soak ends" */
function startsWords(view: ReleaseView): Inline {
  const when = opensWhen(view);
  return when ? inline`starts by itself ${when}` : inline`starts at once`;
}

/** Approve. With `start: approved`, the last approval starts the deploy, so its dialog says so. */
function approve(view: ReleaseView): Button {
  const { here, release } = view;
  if (!mayApprove(here, release)) return false;
  const { freeze, lock } = shutGates(view);
  if (!here.policy.startApproved || freeze || !isLastApproval(view)) {
    return make(view, 'Approve', 'approve', { style: 'primary' });
  }
  const unless = lock ? inline`, unless you are held by the ${lock}` : NOTHING;
  const text = inline`Yours is the last approval: the deploy ${startsWords(view)}${unless}.`;
  const title = `Approve ${sha(view)} for ${here.environment.id}?`;
  return make(view, 'Approve', 'approve', { style: 'primary', confirm: confirm(title, text, 'Approve') });
}

/** Why: who opens the shut gates, or when they open. Not shown if every gate is open. */
function why(view: ReleaseView): Button {
  return waitsFor(shutGates(view)) !== null && make(view, 'Why', 'why');
}

/** Whether a queued release is held by more than its build, its soak and its turn, which the status line shows. */
function isHeld(view: ReleaseView): boolean {
  const shut = shutGates(view);
  return refusesDeploy(shut) || shut.paused !== null;
}

function deploy(view: ReleaseView): Button {
  const { policy } = view.here;
  if (refusesDeploy(shutGates(view))) return false;
  const label = `Deploy to ${line(policy.name, 24)}`;
  const text = inline`${risks(view)}It ${startsWords(view)}.`;
  const title = `Deploy ${sha(view)} to ${view.here.environment.id}?`;
  return make(view, label, 'deploy', { style: 'primary', confirm: confirm(title, text, 'Deploy') });
}

function retry(view: ReleaseView): Button {
  const { here, release } = view;
  if (!mayRetryDeploy(here, release, view.now)) return false;
  const shut = shutGates(view);
  // A queued rollback waits for a lock by itself, so nobody has to ask again (RULES 8).
  if (release.kind === 'rollback' ? shut.order : refusesDeploy(shut)) return false;
  const outcome = release.attempts.at(-1)?.outcome;
  const unchanged = outcome?.kind === 'errored' && !outcome.ran;
  if (unchanged) return make(view, 'Retry', 'retry', { style: 'primary' });
  if (here.policy.idempotent) return make(view, 'Retry', 'retry');
  const text = inline`The deploy command of ${sha(view)} runs again from its beginning in ${here.environment.id}.`;
  return make(view, 'Retry', 'retry', { confirm: confirm(`Deploy ${sha(view)} again?`, text, 'Retry') });
}

/** After a deploy that did not succeed: Retry and Roll Back, neither of them preferred. */
function afterBadDeploy(view: ReleaseView): ButtonSpec[] {
  const { here, release } = view;
  const outcome = release.attempts.at(-1)?.outcome;
  if (outcome?.kind === 'errored' && !outcome.ran) return only([retry(view)]);
  const latest = overtakenBy(here.environment, release) === null;
  return only([retry(view), rollBack(view, latest), showLog(view)]);
}

function afterBadCheck(view: ReleaseView): ButtonSpec[] {
  const { here, release } = view;
  const { environment } = here;
  return only([
    mayRetryCheck(environment, release) && make(view, 'Retry Check', 'retryCheck'),
    mayAccept(environment, release) && make(view, 'Accept Anyway', 'acceptAnyway'),
    rollBack(view, runsHere(environment, release)),
    showLog(view),
  ]);
}

function cancelRunning(view: ReleaseView): Button {
  if (runningAttempt(view.release)?.cancelWished) return false;
  const { environment, policy } = view.here;
  const text = inline`The deploy command and all it started are ended. ${policy.name} may be left half changed.`;
  const title = `Cancel the deploy of ${sha(view)} to ${environment.id}?`;
  return make(view, 'Cancel', 'cancel', {
    style: 'danger',
    confirm: { ...confirm(title, text, 'Cancel Deploy', 'Keep Running'), style: 'danger' },
  });
}

function accepted(view: ReleaseView): ButtonSpec[] {
  const { release, here, above, promoted, newer } = view;
  if (release.revoked) return [];
  if (release.kind === 'rollback') {
    const paused = here.environment.paused?.rollback === release.number && resume(here);
    return runsHere(here.environment, release)
      ? only([paused, showDiff(view), showLog(view)])
      : only([paused]);
  }
  if (!here.policy.above) {
    return runsHere(here.environment, release) ? only([rollBack(view, true), showDiff(view)]) : [];
  }
  if (here.policy.above.mode === 'continuous' || promoted || newer) return [];
  const runsAbove = above?.environment.deployed;
  if (runsAbove?.sha === release.sha) return [];
  const label = `Promote to ${line(here.policy.above.name, 24)}`;
  const says = `${label}: ${here.environment.id}#${release.number}`;
  const value = { ...make(view, label, 'promote').value, to: here.policy.above.name };
  return only([
    make(view, label, 'promote', { style: 'primary', says, value }),
    Boolean(runsAbove) && make(view, 'Show Diff', 'showDiff'),
  ]);
}

function prepareAgain(view: ReleaseView): Button {
  const { here, release } = view;
  const { open, deployed } = here.environment;
  const waits = open.some((other) => other.sha === release.sha && isWaiting(other));
  const shut = release.kind !== 'promotion' || revokedBelow(view.below, release.sha) !== null;
  // A commit that removes commits and adds none is contained in what runs there: deploying it would be a rollback.
  const behind = deployed && view.adds?.count === 0 && (view.removes?.count ?? 0) > 0;
  return !waits && !shut && !behind && make(view, 'Prepare Again', 'prepareAgain');
}

/**
 * Buttons that stay once the environment is removed from the configuration: open releases can still be ended and viewed.
 */
const WHEN_RETIRED: ReadonlySet<ActionName> = new Set([
  'cancel',
  'accept',
  'acceptAnyway',
  'testFailed',
  'showDiff',
  'showLog',
]);

/** The buttons of a card. Each one shown can be used now by at least one person (RULES, "Status × command"). */
export function releaseButtons(view: ReleaseView): ButtonSpec[] {
  const buttons = configuredButtons(view);
  return view.here.policy.retired ? buttons.filter(({ action }) => WHEN_RETIRED.has(action)) : buttons;
}

function configuredButtons(view: ReleaseView): ButtonSpec[] {
  const { release, here } = view;
  const { environment } = here;
  const { status } = release;
  switch (status) {
    case 'prepared':
      return only([
        approve(view),
        mayReject(here, release) && make(view, 'Reject', 'reject'),
        ...ofBuild(view),
        showDiff(view),
        why(view),
        make(view, 'Cancel', 'cancel'),
      ]);
    case 'approved':
      return only([
        deploy(view),
        ...holdButtons(view),
        why(view),
        ...ofBuild(view),
        showDiff(view),
        make(view, 'Cancel', 'cancel'),
      ]);
    case 'queued':
      return only([
        ...holdButtons(view),
        ...ofBuild(view),
        isHeld(view) && why(view),
        make(view, 'Cancel', 'cancel'),
      ]);
    case 'deploying':
      return only([showLog(view), cancelRunning(view)]);
    case 'verifying':
      return [showLog(view)];
    case 'testing':
      return only([
        mayAccept(environment, release) && make(view, 'Accept', 'accept', { style: 'primary' }),
        mayFail(environment, release) && make(view, 'Test Failed', 'testFailed'),
        showDiff(view),
        showLog(view),
      ]);
    case 'accepted':
      return accepted(view);
    case 'unverified':
      return afterBadCheck(view);
    case 'errored':
      return release.erroredIn === 'check' ? afterBadCheck(view) : afterBadDeploy(view);
    case 'failed':
      return afterBadDeploy(view);
    case 'cancelled':
      return isSettled(release) ? only([prepareAgain(view)]) : afterBadDeploy(view);
    case 'faulty':
      if (!runsHere(environment, release)) return [];
      return only([rollBack(view, true), showDiff(view), showLog(view)]);
    case 'rejected':
    case 'expired':
      return only([prepareAgain(view)]);
    case 'superseded':
      return [];
    default:
      return status satisfies never;
  }
}
