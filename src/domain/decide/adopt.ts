import type { EnvironmentCommand } from '../commands.ts';
import type { Person } from '../people.ts';
import { isRunning } from '../release.ts';
import { acceptHere } from './accept.ts';
import { overtakeBegun } from './begin.ts';
import { type Draft, type Outcome, refuse, show, showWaiting, tellBelow } from './draft.ts';
import { addRelease, newRelease } from './prepare.ts';
import { supersedeTested } from './report.ts';
import { barredByRole } from './role.ts';
import { overtakeWaiting } from './waiting.ts';

type Adopt = Extract<EnvironmentCommand, { type: 'adopt' }>;

/**
 * Records what already runs here as deployed and accepted, so that a team can start with what it has. It takes the number
 * of an attempt: a report of an earlier one is late from then on (RULES 2 and 18).
 */
export function adopt(draft: Draft, command: Adopt, by: Person): Outcome {
  const { environment, now } = draft;
  const barred = barredByRole(draft, 'adopt', by);
  if (barred) return barred;
  if (!command.reason.trim()) return refuse({ rule: 'reasonRequired', release: null });
  const running = environment.open.find(isRunning);
  if (running) return refuse({ rule: 'deploying', release: running.number });
  const release = newRelease(draft, 'adopted', { ...command, note: command.reason });
  addRelease(draft, release);
  environment.attempts += 1;
  release.begun = true;
  release.replaces = environment.deployed?.sha ?? null;
  release.deployedAt = now;
  overtakeBegun(draft, release);
  environment.deployed = { sha: release.sha, ref: release.ref, release: release.number, at: now, by };
  environment.deployedRevision = draft.revision;
  environment.uncertain = false;
  supersedeTested(draft, release);
  overtakeWaiting(draft);
  tellBelow(draft, release.sha);
  acceptHere(draft, release, by, command.reason);
  show(draft, release);
  showWaiting(draft);
  return { kind: 'accepted', release: release.number };
}
