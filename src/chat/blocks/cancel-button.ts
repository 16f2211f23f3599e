import { findRelease } from '../../domain/documents/environment.ts';
import { runningAttempt } from '../../domain/documents/values/release.ts';
import { releaseId, shortSha } from '../../domain/ids.ts';
import { wouldEnd } from '../text/elsewhere.ts';
import { inline } from '../text/inline.ts';
import type { EnvironmentView } from '../view-model.ts';
import { type ButtonSpec, confirm } from './blocks.ts';

/** Cancel for a running deploy. Slack asks to confirm before it sends the click. */
export function cancelDeploy(
  { environment, policy }: EnvironmentView,
  { number, sha }: { number: number; sha: string },
): ButtonSpec {
  const found = findRelease(environment, number);
  const text = inline`${wouldEnd(found ? runningAttempt(found) : null)} ${policy.name} may be left half changed.`;
  const title = `Cancel the deploy of ${shortSha(sha)} to ${environment.id}?`;
  return {
    label: 'Cancel',
    action: 'cancelRunning',
    value: { environment: environment.id, release: number, sha, shown: environment.revision },
    says: `Cancel ${releaseId(environment.id, number)}`,
    style: 'danger',
    confirm: { ...confirm(title, text, 'Cancel Deploy', 'Keep Running'), style: 'danger' },
  };
}
