import { releaseId } from '../../domain/ids.ts';
import { line } from '../text/clean.ts';
import type { EnvironmentView } from '../view-model.ts';
import type { ButtonSpec } from './blocks.ts';

/** Promotes what was last accepted below; null: nothing is, or it runs or waits here already. */
export function promoteButton(
  { environment, policy }: EnvironmentView,
  below: EnvironmentView | undefined,
): ButtonSpec | null {
  const found = below?.environment.accepted;
  if (!below || !found || policy.mode !== 'approval' || environment.deployed?.sha === found.sha) return null;
  if (environment.open.some((release) => release.sha === found.sha)) return null;
  const label = `Promote to ${line(policy.name, 24)}`;
  const value = {
    environment: below.environment.id,
    release: found.release,
    sha: found.sha,
    shown: below.environment.revision,
    to: policy.name,
  };
  return {
    label,
    action: 'promote',
    value,
    says: `${label}: ${releaseId(below.environment.id, found.release)}`,
  };
}
