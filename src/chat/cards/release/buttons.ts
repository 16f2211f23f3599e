import { overtakenBy, runsHere } from '../../../domain/documents/environment.ts';
import { isSettled, verificationEndedBadly } from '../../../domain/documents/values/release.ts';
import { resumeRefusal } from '../../../domain/eligibility/environment.ts';
import type { ActionName } from '../../blocks/actions.ts';
import type { ButtonSpec } from '../../blocks/blocks.ts';
import { isEligible } from '../../eligibility/awaiting.ts';
import { isHeld, shutGates } from '../../gates/summary.ts';
import { holdButtons, resume } from '../../locks/buttons.ts';
import type { ReleaseView } from '../../view-model.ts';
import {
  approve,
  type Button,
  cancelRunning,
  cancelWaiting,
  deploy,
  make,
  ofBuild,
  prepareAgain,
  promote,
  retry,
  rollBack,
  showDiff,
  showLog,
  why,
} from './button-specs.ts';

function only(buttons: readonly Button[]): ButtonSpec[] {
  return buttons.filter((one) => one !== false);
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
  return only([
    isEligible(view, 'retry') && make(view, 'Retry Verification', 'retryVerification'),
    isEligible(view, 'accept') && make(view, 'Accept Anyway', 'acceptAnyway'),
    rollBack(view, runsHere(here.environment, release)),
    showLog(view),
  ]);
}

function accepted(view: ReleaseView): ButtonSpec[] {
  const { release, here, above, promoted, newer } = view;
  const runs = runsHere(here.environment, release);
  if (release.revoked) return [];
  if (release.kind === 'rollback') {
    const paused = here.environment.paused?.rollback === release.number && resumes(view);
    return runs ? only([paused, showDiff(view), showLog(view)]) : only([paused]);
  }
  if (!here.policy.above) return runs ? only([rollBack(view, true), showDiff(view)]) : [];
  const runsAbove = above?.environment.deployed;
  if (promoted || newer || runsAbove?.sha === release.sha) return [];
  const offer = promote(view);
  return offer ? only([offer, Boolean(runsAbove) && make(view, 'Show Diff', 'showDiff')]) : [];
}

function resumes({ here, by }: ReleaseView): Button {
  return resumeRefusal(here, by ?? null) === null && resume(here);
}

/**
 * Buttons that go once the environment is removed from the configuration, and that no rule about its own commands
 * refuses: nothing waits there, and nothing is promoted from there.
 */
const NOT_WHEN_RETIRED: ReadonlySet<ActionName> = new Set(['why', 'retryBuild', 'promote']);

/**
 * The buttons of a card. Each one shown can be used now by at least one person (RULES, "Status × command"): what it asks
 * for is eligible by the rules that `decide` refuses with.
 */
export function releaseButtons(view: ReleaseView): ButtonSpec[] {
  const buttons = buttonsOf(view);
  return view.here.policy.retired ? buttons.filter(({ action }) => !NOT_WHEN_RETIRED.has(action)) : buttons;
}

function buttonsOf(view: ReleaseView): ButtonSpec[] {
  const { release, here } = view;
  const { status } = release;
  switch (status) {
    case 'prepared':
      return only([
        approve(view),
        isEligible(view, 'reject') && make(view, 'Reject', 'reject'),
        ...ofBuild(view),
        showDiff(view),
        why(view),
        cancelWaiting(view),
      ]);
    case 'approved':
      return only([
        deploy(view),
        ...holdButtons(view),
        why(view),
        ...ofBuild(view),
        showDiff(view),
        cancelWaiting(view),
      ]);
    case 'queued':
      return only([
        ...holdButtons(view),
        ...ofBuild(view),
        isHeld(shutGates(view)) && why(view),
        cancelWaiting(view),
      ]);
    case 'deploying':
      return only([showLog(view), cancelRunning(view)]);
    case 'verifying':
      // A bake takes long, so it can be ended before its end, also by going back at once.
      return release.bake
        ? only([showLog(view), cancelRunning(view), rollBack(view, runsHere(here.environment, release))])
        : [showLog(view)];
    case 'testing':
      return only([
        isEligible(view, 'accept') && make(view, 'Accept', 'accept', { style: 'primary' }),
        isEligible(view, 'fail') && make(view, 'Test Failed', 'testFailed'),
        showDiff(view),
        showLog(view),
      ]);
    case 'accepted':
      return accepted(view);
    case 'unverified':
    case 'errored':
      return verificationEndedBadly(release) ? afterBadVerification(view) : afterBadDeploy(view);
    case 'failed':
      return afterBadDeploy(view);
    case 'cancelled':
      return isSettled(release) ? only([prepareAgain(view)]) : afterBadDeploy(view);
    case 'faulty':
      if (!runsHere(here.environment, release)) return [];
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
