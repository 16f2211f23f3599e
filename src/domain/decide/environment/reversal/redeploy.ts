import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import { openRollback, runningIn } from '../../../documents/environment.ts';
import { isWaiting } from '../../../documents/values/release.ts';
import { holdRefusal, orderRefusal } from '../../../eligibility/release.ts';
import { knownAcceptances } from '../../../gates/acceptances.ts';
import type { Person } from '../../../people/people.ts';
import { type Draft, type Outcome, refuse } from '../draft/draft.ts';
import { barredByRole, factsOf } from '../draft/eligible.ts';
import { enqueue } from '../promotion/deploy.ts';
import { addRelease, newRelease, prepare } from '../promotion/prepare.ts';

type Redeploy = Extract<EnvironmentCommand, { type: 'redeploy' }>;

/**
 * Deploys the commit in `deployed` once more, because its state drifted or another deploy left it half changed
 * (RULES 34). In an approval environment this makes a release that people approve. In a continuous environment it makes
 * one that a person asked for: a freeze and other people's locks refuse it at once, as they refuse Deploy, and a pause
 * does not hold it.
 */
export function redeploy(draft: Draft, command: Redeploy, by: Person): Outcome {
  const { environment, context } = draft;
  const { policy } = context;
  const approved = policy.mode === 'approval';
  const barred = barredByRole(draft, approved ? 'prepare' : 'deploy', by);
  if (barred) return barred;
  const { deployed } = environment;
  if (deployed === null) return refuse({ rule: 'nothingDeployed' });
  const { sha, ref } = deployed;
  if (command.sha !== null && command.sha !== sha) {
    return refuse({ rule: 'runsAnother', sha: command.sha, deployed: sha });
  }
  if (approved) return prepare(draft, { ...command, type: 'prepare', sha, ref, note: command.reason }, by);
  const running = runningIn(environment);
  if (running) return refuse({ rule: 'deploying', release: running.number });
  const rollback = openRollback(environment);
  if (rollback) return refuse({ rule: 'rollbackFirst', release: rollback.number, rollback: rollback.number });
  const same = environment.open.find((release) => isWaiting(release) && release.sha === sha);
  if (same) return refuse({ rule: 'alreadyWaits', release: same.number, status: same.status });
  if (isRevokedHere(draft, sha) && !command.reason?.trim()) {
    // A successful verification would accept the revoked commit again, so a reason is required.
    return refuse({ rule: 'reasonRequired', release: null });
  }
  const release = newRelease(draft, 'continuous', { sha, ref, note: command.reason, actor: by });
  const facts = factsOf(draft);
  const shut = orderRefusal(facts, release) ?? holdRefusal(facts, release, by);
  if (shut) return refuse(shut);
  addRelease(draft, release);
  enqueue(draft, release, by, null);
  return { kind: 'accepted', release: release.number };
}

function isRevokedHere({ environment, context }: Draft, sha: string): boolean {
  const known = knownAcceptances(environment, context.acceptances);
  return known.some((acceptance) => acceptance.sha === sha && acceptance.revoked !== null);
}
