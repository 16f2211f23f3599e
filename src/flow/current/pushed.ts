import type { RemoteRun } from '../../domain/documents/values/remote.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { Seen } from '../../ports/executor.ts';
import { apply } from '../commands/apply.ts';
import { retryUntilStored } from '../commands/retry-until-stored.ts';
import { plainRun } from '../remote/record.ts';
import type { RemoteWork } from '../remote/target.ts';
import { attemptLog } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment } from '../settings/settings.ts';
import { askCurrent } from './ask.ts';

/**
 * What a deploy is that was only pushed to a repository: where the environment says which commit runs, the deploy goes on until
 * that says the commit (RULES 42). Everything else is as it was seen.
 */
export function asPushed(services: Pick<Services, 'settings'>, work: RemoteWork, seen: Seen): Seen {
  return settingsOf(services, work) !== undefined && isPushed(work, seen) ? waits(work, seen.run) : seen;
}

/**
 * The same after asking the environment. null: it did not say the commit before the deadline, and that it failed by that is
 * recorded.
 */
export async function untilItRuns(services: Services, work: RemoteWork, seen: Seen): Promise<Seen | null> {
  const settings = settingsOf(services, work);
  if (settings === undefined || !isPushed(work, seen)) return seen;
  const { environment, product, followed } = work;
  const { release, attempt, remote } = followed;
  const answer = await askCurrent(services, { environment, product, settings, sha: release.sha });
  if (answer.kind === 'said' && answer.sha === release.sha) return seen;
  if (attempt.outcome !== null || services.clock.leaseNow() < remote.deadline) return waits(work, seen.run);
  await retryUntilStored(services, () =>
    apply(services, 'environments', environment.id, {
      id: services.newId(),
      actor: ROBOT,
      type: 'report',
      attempt: attempt.number,
      outcome: { kind: 'failed', how: { kind: 'timeout', afterMs: remote.timeoutMs } },
      log: attemptLog(environment.id, attempt.number),
      run: plainRun(runOf(work, seen.run)),
    }),
  );
  return null;
}

function settingsOf({ settings }: Pick<Services, 'settings'>, { environment }: RemoteWork) {
  return findEnvironment(settings, environment.id)?.environment.current;
}

function isPushed({ followed }: RemoteWork, seen: Seen): seen is Extract<Seen, { kind: 'ended' }> {
  const { attempt, remote } = followed;
  const isOfGit = remote.system === 'git' && attempt.step === 'deploy';
  return isOfGit && seen.kind === 'ended' && seen.outcome.kind === 'succeeded';
}

function waits(work: RemoteWork, run: RemoteRun | null): Seen {
  const waiting = `${work.environment.name} to run it`;
  return { kind: 'running', run: runOf(work, run), waits: waiting, lastLine: null };
}

function runOf({ followed: { remote } }: RemoteWork, run: RemoteRun | null): RemoteRun {
  return run ?? remote.run ?? { id: remote.key, url: null };
}
