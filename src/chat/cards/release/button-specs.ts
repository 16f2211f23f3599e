import { isWaiting, runningAttempt } from '../../../domain/documents/values/release.ts';
import { type ButtonSpec, confirm } from '../../blocks/blocks.ts';
import { mayApprove, mayRetryDeploy, pendingRollback, revokedBelow } from '../../eligibility/offers.ts';
import { isLastApproval, opensWhen, refusesDeploy, shutGates, waitsFor } from '../../gates/summary.ts';
import { line } from '../../text/clean.ts';
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
    says: `${label} ${environment}#${release.number}`,
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

/** Roll Back, if `allowed`, a commit to go back to exists and no rollback waits here yet. */
export function rollBack(view: ReleaseView, allowed: boolean): Button {
  if (!allowed || !view.rollbackTo || pendingRollback(view.here.environment)) return false;
  return make(view, 'Roll Back', 'rollback', { style: 'danger' });
}

/** The buttons for a failed build. */
export function ofBuild(view: ReleaseView): Button[] {
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
export function approve(view: ReleaseView): Button {
  const { here, release } = view;
  if (!mayApprove(here, release)) return false;
  const { freeze, lock } = shutGates(view);
  if (!here.policy.startApproved || freeze || !isLastApproval(view)) {
    return make(view, 'Approve', 'approve', { style: 'primary' });
  }
  const unless = lock ? inline`, unless the ${lock} holds you back` : NOTHING;
  const text = inline`Yours is the last approval: the deploy ${startsWords(view)}${unless}.`;
  const title = `Approve ${sha(view)} for ${here.environment.id}?`;
  return make(view, 'Approve', 'approve', { style: 'primary', confirm: confirm(title, text, 'Approve') });
}

/** Why: who opens the shut gates, or when they open. Not shown if every gate is open. */
export function why(view: ReleaseView): Button {
  return waitsFor(shutGates(view)) !== null && make(view, 'Why', 'why');
}

/** Deploy, which says before it begins what it removes and when it starts. Not shown while a gate refuses it. */
export function deploy(view: ReleaseView): Button {
  const { policy } = view.here;
  if (refusesDeploy(shutGates(view))) return false;
  const label = `Deploy to ${line(policy.name, 24)}`;
  const text = inline`${risks(view)}It ${startsWords(view)}.`;
  const title = `Deploy ${sha(view)} to ${view.here.environment.id}?`;
  return make(view, label, 'deploy', { style: 'primary', confirm: confirm(title, text, 'Deploy') });
}

/** Retry of the deploy. It asks first unless the command is idempotent or changed nothing. */
export function retry(view: ReleaseView): Button {
  const { here, release } = view;
  if (!mayRetryDeploy(here, release, view.now)) return false;
  const shut = shutGates(view);
  // A queued rollback waits for a lock by itself, so nobody has to ask again (RULES 8).
  if (release.kind === 'rollback' ? shut.order : refusesDeploy(shut)) return false;
  const outcome = release.attempts.at(-1)?.outcome;
  const unchanged = outcome?.kind === 'errored' && !outcome.ran;
  if (unchanged) return make(view, 'Retry', 'retry', { style: 'primary' });
  if (here.policy.idempotent) return make(view, 'Retry', 'retry');
  const text = inline`The deploy command of ${sha(view)} runs again from the beginning in ${here.environment.id}.`;
  return make(view, 'Retry', 'retry', { confirm: confirm(`Deploy ${sha(view)} again?`, text, 'Retry') });
}

/** Cancel for a running deploy. Not shown once it was asked for. */
export function cancelRunning(view: ReleaseView): Button {
  if (runningAttempt(view.release)?.cancelWished) return false;
  const { environment, policy } = view.here;
  const text = inline`The deploy command and everything it started will be ended. ${policy.name} may be left half changed.`;
  const title = `Cancel the deploy of ${sha(view)} to ${environment.id}?`;
  return make(view, 'Cancel', 'cancel', {
    style: 'danger',
    confirm: { ...confirm(title, text, 'Cancel Deploy', 'Keep Running'), style: 'danger' },
  });
}

/** Prepare Again. Not shown if the commit waits here already or could not be prepared. */
export function prepareAgain(view: ReleaseView): Button {
  const { here, release } = view;
  const { open, deployed } = here.environment;
  const waits = open.some((other) => other.sha === release.sha && isWaiting(other));
  const shut = release.kind !== 'promotion' || revokedBelow(view.below, release.sha) !== null;
  // A commit that removes commits and adds none is contained in what runs there: deploying it would be a rollback.
  const behind = deployed && view.adds?.count === 0 && (view.removes?.count ?? 0) > 0;
  return !waits && !shut && !behind && make(view, 'Prepare Again', 'prepareAgain');
}
