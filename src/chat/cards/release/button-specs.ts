import type { Acceptance } from '../../../domain/documents/environment.ts';
import { retryBuildRefusal } from '../../../domain/eligibility/build.ts';
import {
  isOpenToPrepareAgain,
  prepareRefusal,
  rollbackRefusal,
  rollbackTarget,
} from '../../../domain/eligibility/environment.ts';
import { holdRefusal } from '../../../domain/eligibility/release.ts';
import { knownAcceptances } from '../../../domain/gates/acceptances.ts';
import { deployerOf, lockGate } from '../../../domain/gates/gates.ts';
import { releaseId } from '../../../domain/ids.ts';
import { type ButtonSpec, confirm } from '../../blocks/blocks.ts';
import { cancelDeploy } from '../../blocks/cancel-button.ts';
import { mayPromote } from '../../blocks/promote-button.ts';
import { factsOf, isEligible } from '../../eligibility/awaiting.ts';
import { isLastApproval, opensWhen, shutGates, shutSummary } from '../../gates/summary.ts';
import { line } from '../../text/clean.ts';
import { beginsAgain } from '../../text/elsewhere.ts';
import { type Inline, inline, NOTHING } from '../../text/inline.ts';
import { commit } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import type { ReleaseView } from '../../view-model.ts';
import { risks } from './consequences.ts';

/** A button, or false if it is not shown. */
export type Button = ButtonSpec | false;

/** A button of this card. Its value names the release, its commit and the revision of the environment that was shown. */
export function make(
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
    says: `${label} ${releaseId(environment, release.number)}`,
    ...more,
  };
}

function sha(view: ReleaseView): string {
  return plain([commit(view.release.sha, view)]);
}

/** Compares with what runs there or, once the deploy has begun, with what the release replaces. */
export function showDiff(view: ReleaseView): Button {
  const { release, here } = view;
  const base = release.begun ? release.replaces : (here.environment.deployed?.sha ?? null);
  return base !== null && base !== release.sha && make(view, 'Show Diff', 'showDiff');
}

export function showLog(view: ReleaseView): ButtonSpec {
  return make(view, 'Show Log', 'showLog');
}

/** What Roll Back would deploy; null: there is nothing to go back to. */
export function rollbackTo({ here: { environment }, acceptances }: ReleaseView): Acceptance | null {
  return rollbackTarget(environment, knownAcceptances(environment, acceptances));
}

/** Whether somebody who may could roll back now. */
export function mayRollBack(view: ReleaseView): boolean {
  return rollbackRefusal(factsOf(view), view.by ?? null) === null;
}

/** Roll Back, if a rollback would be accepted. `fits`: whether the card is about the commit that it leaves. */
export function rollBack(view: ReleaseView, fits: boolean): Button {
  return fits && mayRollBack(view) && make(view, 'Roll Back', 'rollback', { style: 'danger' });
}

/** The buttons for a failed build: Retry Build only while the build itself would be done again. */
export function ofBuild(view: ReleaseView): Button[] {
  const { build, here, release } = view;
  if (release.build !== 'failed' || !build) return [];
  const value = {
    environment: here.environment.id,
    release: release.number,
    sha: release.sha,
    build: build.id,
  };
  return [
    retryBuildRefusal(build, false) === null && make(view, 'Retry Build', 'retryBuild', { value }),
    make(view, 'Show Log', 'showLog', { value }),
  ];
}

/** "starts by itself at 15:02, when its soak ends" */
function startsWords(view: ReleaseView): Inline {
  const when = opensWhen(view);
  return when ? inline`starts by itself ${when}` : inline`starts at once`;
}

/** Approve. With `start: approved`, the last approval starts the deploy, so its dialog says so. */
export function approve(view: ReleaseView): Button {
  const { here } = view;
  if (!isEligible(view, 'approve')) return false;
  const { lock } = shutGates(view);
  // The rule by which the last approval starts the deploy, for somebody whom no lock holds.
  const isRefused = holdRefusal(factsOf(view), view.release, null) !== null;
  if (!here.policy.startApproved || isRefused || !isLastApproval(view)) {
    return make(view, 'Approve', 'approve', { style: 'primary' });
  }
  const unless = lock ? inline`, unless the ${lock} holds you back` : NOTHING;
  const text = inline`Yours is the last approval: the deploy ${startsWords(view)}${unless}.`;
  const title = `Approve ${sha(view)} for ${here.environment.id}?`;
  return make(view, 'Approve', 'approve', { style: 'primary', confirm: confirm(title, text, 'Approve') });
}

/** Why: who opens the shut gates, or when they open. Not shown if every gate is open. */
export function why(view: ReleaseView): Button {
  return shutSummary(shutGates(view)) !== null && make(view, 'Why', 'why');
}

/** True: a lock keeps whoever would deploy the release from deploying it. */
function isLocked({ here, release, now }: ReleaseView): boolean {
  return !lockGate(here.environment, deployerOf(release), now).open;
}

/** Deploy, which says before it begins what it removes and when it starts. Not shown while a gate refuses it. */
export function deploy(view: ReleaseView): Button {
  const { policy } = view.here;
  if (!isEligible(view, 'deploy') || isLocked(view)) return false;
  const label = `Deploy to ${line(policy.name, 24)}`;
  const text = inline`${risks(view)}It ${startsWords(view)}.`;
  const title = `Deploy ${sha(view)} to ${view.here.environment.id}?`;
  return make(view, label, 'deploy', { style: 'primary', confirm: confirm(title, text, 'Deploy') });
}

/** Whether Retry is offered. A lock holds a queued rollback, which waits for its end by itself (RULES 8). */
export function mayRetry(view: ReleaseView): boolean {
  return isEligible(view, 'retry') && (view.release.kind === 'rollback' || !isLocked(view));
}

/** Retry of the deploy. It asks first unless the command is idempotent or changed nothing. */
export function retry(view: ReleaseView): Button {
  const { here, release } = view;
  if (!mayRetry(view)) return false;
  const last = release.attempts.at(-1) ?? null;
  const outcome = last?.outcome;
  const unchanged = outcome?.kind === 'errored' && !outcome.ran;
  if (unchanged) return make(view, 'Retry', 'retry', { style: 'primary' });
  if (here.policy.idempotent) return make(view, 'Retry', 'retry');
  const text = beginsAgain(last, sha(view), here.environment.id);
  return make(view, 'Retry', 'retry', { confirm: confirm(`Deploy ${sha(view)} again?`, text, 'Retry') });
}

/** Cancel for a release that waits, which asks for a reason. */
export function cancelWaiting(view: ReleaseView): Button {
  return isEligible(view, 'cancel') && make(view, 'Cancel', 'cancel');
}

/** Cancel for a running deploy. Not shown once it was asked for. */
export function cancelRunning(view: ReleaseView): Button {
  return isEligible(view, 'cancel') && cancelDeploy(view.here, view.release);
}

/** Prepare Again, if its commit can be prepared. */
export function prepareAgain(view: ReleaseView): Button {
  const { release, isBehind, here } = view;
  if (!isOpenToPrepareAgain(here.environment, release)) return false;
  const wanted = { sha: release.sha, kind: 'promotion', isBehind } as const;
  const refusal = prepareRefusal(factsOf(view), wanted, view.by ?? null);
  return refusal === null && make(view, 'Prepare Again', 'prepareAgain');
}

/** Promote, if its commit can be prepared above. */
export function promote(view: ReleaseView): Button {
  const { release, here, above, aboveBehind, now, acceptances } = view;
  if (!above) return false;
  const { sha } = release;
  const known = knownAcceptances(here.environment, acceptances);
  const order = known.find((acceptance) => acceptance.sha === sha) ?? null;
  if (!mayPromote({ ...above, behind: aboveBehind }, { sha, order, now })) return false;
  const label = `Promote to ${line(above.policy.name, 24)}`;
  const says = `${label}: ${releaseId(here.environment.id, release.number)}`;
  const value = { ...make(view, label, 'promote').value, to: above.policy.name };
  return make(view, label, 'promote', { style: 'primary', says, value });
}
