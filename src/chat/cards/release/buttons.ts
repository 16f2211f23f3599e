import { isSettled } from '../../../domain/documents/values/release.ts';
import type { ActionName } from '../../blocks/actions.ts';
import type { ButtonSpec } from '../../blocks/blocks.ts';
import {
  mayAccept,
  mayFail,
  mayReject,
  mayRetryVerification,
  overtakenBy,
  runsHere,
} from '../../eligibility/offers.ts';
import { refusesDeploy, shutGates } from '../../gates/summary.ts';
import { holdButtons, resume } from '../../locks/buttons.ts';
import { line } from '../../text/clean.ts';
import type { ReleaseView } from '../../view-model.ts';
import {
  approve,
  type Button,
  cancelRunning,
  deploy,
  make,
  ofBuild,
  prepareAgain,
  retry,
  rollBack,
  showDiff,
  showLog,
  why,
} from './button-specs.ts';

function only(buttons: readonly Button[]): ButtonSpec[] {
  return buttons.filter((one) => one !== false);
}

/** Whether a queued release is held by more than its build, its soak and its turn, which the status line shows. */
function isHeld(view: ReleaseView): boolean {
  const shut = shutGates(view);
  return refusesDeploy(shut) || shut.paused !== null;
}

/** After a deploy that did not succeed: Retry and Roll Back, neither of them preferred. */
function afterBadDeploy(view: ReleaseView): ButtonSpec[] {
  const { here, release } = view;
  const outcome = release.attempts.at(-1)?.outcome;
  if (outcome?.kind === 'errored' && !outcome.ran) return only([retry(view)]);
  const latest = overtakenBy(here.environment, release) === null;
  return only([retry(view), rollBack(view, latest), showLog(view)]);
}

function afterBadVerification(view: ReleaseView): ButtonSpec[] {
  const { here, release } = view;
  const { environment } = here;
  return only([
    mayRetryVerification(environment, release) && make(view, 'Retry Verification', 'retryVerification'),
    mayAccept(environment, release) && make(view, 'Accept Anyway', 'acceptAnyway'),
    rollBack(view, runsHere(environment, release)),
    showLog(view),
  ]);
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
      return afterBadVerification(view);
    case 'errored':
      return release.erroredIn === 'verify' ? afterBadVerification(view) : afterBadDeploy(view);
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
