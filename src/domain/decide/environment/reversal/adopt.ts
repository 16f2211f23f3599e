import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { hasDeployed } from '../../../documents/environment.ts';
import { isRunning, type Release } from '../../../documents/values/release.ts';
import { knownAcceptances, targetsAmong } from '../../../gates/acceptances.ts';
import type { Person } from '../../../people/people.ts';
import { relationOf } from '../draft/context.ts';
import { type Draft, type Outcome, redrawBelow, refuse, show, showWaiting } from '../draft/draft.ts';
import { barredByRole } from '../draft/eligible.ts';
import { movedOn } from '../draft/waiting.ts';
import { acceptHere, revoke } from '../promotion/accept.ts';
import { overtakeBegun } from '../promotion/begin-attempt.ts';
import { addRelease, newRelease } from '../promotion/prepare.ts';

type Adopt = Extract<EnvironmentCommand, { type: 'adopt' }>;

/**
 * Records what already runs here as deployed and accepted, so that a team can start with its present state. This is
 * allowed only until Slipway has deployed here, because an adopted commit needs no approval and may be rolled back to
 * (RULES 26). It uses up an attempt number, so reports of earlier attempts are late from then on (RULES 2 and 18).
 */
export function adopt(draft: Draft, command: Adopt, by: Person): Outcome {
  const { environment, at } = draft;
  const barred = barredByRole(draft, 'adopt', by);
  if (barred) return barred;
  if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  const running = environment.open.find(isRunning);
  if (running) return refuse({ rule: 'deploying', release: running.number });
  const late = deployedBefore(draft, command.sha);
  if (late) return late;
  const release = newRelease(draft, 'adopted', { ...command, note: command.reason });
  addRelease(draft, release);
  environment.attempts += 1;
  release.begun = true;
  release.replaces = environment.deployed?.sha ?? null;
  release.deployedAt = at;
  overtakeBegun(draft, release);
  const before = environment.deployed;
  const reference = { sha: release.sha, ref: release.ref, release: release.number, at, by };
  environment.deployed = { ...reference, adopted: true };
  environment.deployedRevision = draft.revision;
  environment.uncertain = false;
  movedOn(draft, before);
  redrawBelow(draft, release.sha);
  takeBackAdopted(draft, release, by);
  acceptHere(draft, release, by, command.reason);
  show(draft, release);
  showWaiting(draft);
  return { kind: 'accepted', release: release.number };
}

/** Refuses an adoption once Slipway has deployed here, and says what to do instead; null: it has not. */
function deployedBefore({ environment, context }: Draft, sha: string): Outcome | null {
  const { deployed } = environment;
  if (deployed === null || !hasDeployed(environment)) return null;
  const known = knownAcceptances(environment, context.acceptances);
  const isTarget = sha !== deployed.sha && targetsAmong(known).some((target) => target.sha === sha);
  const behind = relationOf(context, sha, deployed.sha) === 'ancestor' ? 'revert' : 'hotfix';
  const byPeople = context.policy.mode === 'approval' ? behind : 'push';
  const instead = isTarget ? 'rollback' : byPeople;
  return refuse({ rule: 'deployedHere', sha, deployed: deployed.sha, instead });
}

/** Revokes earlier adoptions: no deploy replaced them, so they are nothing to roll back to or to promote (RULES 25). */
function takeBackAdopted(draft: Draft, adoption: Release, by: Person): void {
  const known = knownAcceptances(draft.environment, draft.context.acceptances);
  for (const { kind, sha } of known) {
    if (kind === 'adopted' && sha !== adoption.sha) revoke(draft, sha, by, adoption.number);
  }
}
