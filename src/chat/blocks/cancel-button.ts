import { findRelease } from '../../domain/documents/environment.ts';
import { type Attempt, runningAttempt } from '../../domain/documents/values/release.ts';
import { releaseId, shortSha } from '../../domain/ids.ts';
import { wouldEnd } from '../text/elsewhere.ts';
import { type Inline, inline } from '../text/inline.ts';
import type { EnvironmentView } from '../view-model.ts';
import { type ButtonSpec, confirm } from './blocks.ts';

/** Cancel for a running deploy or a bake. Slack asks to confirm before it sends the click. */
export function cancelDeploy(
  { environment, policy }: EnvironmentView,
  { number, sha }: { number: number; sha: string },
): ButtonSpec {
  const found = findRelease(environment, number);
  const attempt = found ? runningAttempt(found) : null;
  const bakes = found?.status === 'verifying';
  const ends = bakes ? wouldNotCheck(attempt) : inline`${wouldEnd(attempt)}`;
  const left = bakes ? `keeps ${shortSha(sha)}, as not verified.` : 'may be left half changed.';
  const title = bakes
    ? `Cancel the verification of ${shortSha(sha)} in ${environment.id}?`
    : `Cancel the deploy of ${shortSha(sha)} to ${environment.id}?`;
  const text = inline`${ends} ${policy.name} ${left}`;
  const label = bakes ? 'Cancel Verification' : 'Cancel Deploy';
  return {
    label: 'Cancel',
    action: 'cancelRunning',
    value: { environment: environment.id, release: number, sha, shown: environment.revision },
    says: `Cancel ${releaseId(environment.id, number)}`,
    style: 'danger',
    confirm: { ...confirm(title, text, label, 'Keep Running'), style: 'danger' },
  };
}

function wouldNotCheck(attempt: Attempt | null): Inline {
  const runs = attempt === null ? '' : ' The check that runs will be ended.';
  return inline`No further check will begin.${runs}`;
}
