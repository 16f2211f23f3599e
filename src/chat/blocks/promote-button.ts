import type { Acceptance } from '../../domain/documents/environment.ts';
import { prepareRefusal } from '../../domain/eligibility/environment.ts';
import { knownAcceptances } from '../../domain/gates/acceptances.ts';
import { releaseId } from '../../domain/ids.ts';
import { line } from '../text/clean.ts';
import type { EnvironmentView } from '../view-model.ts';
import type { ButtonSpec } from './blocks.ts';

/** An environment to which something may be promoted. */
export interface Above extends EnvironmentView {
  /** How many commits it is behind the one to promote; null: unknown, or nothing runs there. */
  behind: number | null;
}

/** Whether somebody who may could prepare this commit there now. `order`: its acceptance below. */
export function mayPromote(
  { environment, policy, behind }: Above,
  { sha, order, now }: { sha: string; order: Acceptance | null; now: number },
): boolean {
  const isBehind = behind === 0 && environment.deployed?.sha !== sha;
  const facts = { environment, policy, now, order, acceptances: [] };
  return prepareRefusal(facts, { sha, kind: 'promotion', isBehind }, null) === null;
}

/** Promotes what was last accepted below; null: nothing is, it runs or waits here already, or it would be refused. */
export function promoteButton(
  above: Above,
  below: EnvironmentView | undefined,
  now: number,
): ButtonSpec | null {
  const { environment, policy } = above;
  const found = below?.environment.accepted;
  if (!below || !found || environment.deployed?.sha === found.sha) return null;
  if (environment.open.some((release) => release.sha === found.sha)) return null;
  const order = knownAcceptances(below.environment, []).find(({ sha }) => sha === found.sha) ?? null;
  if (!mayPromote(above, { sha: found.sha, order, now })) return null;
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
