import { type Environment, latestAttempt } from '../../domain/documents/environment.ts';
import type { Seen } from '../../ports/executor.ts';
import { asPushed } from '../current/pushed.ts';
import type { Services } from '../services/services.ts';
import { endOverdue } from './overdue.ts';
import { asked, notAsked, opened, record } from './record.ts';
import { remoteWork } from './target.ts';

/**
 * Starts an attempt that this worker has begun, in the one call that ever does (RULES 37), and records the answer. It is
 * followed from then on by whoever is alive, so the worker is free again. `leaseUntil`: the end of the lease as it was begun.
 */
export async function startRemote(
  services: Services,
  environment: Environment,
  leaseUntil: number,
): Promise<void> {
  const latest = latestAttempt(environment);
  const remote = latest?.attempt.remote;
  if (!latest || !remote) throw new TypeError('a begin with a system makes a remote attempt');
  const work = remoteWork(services, environment, { ...latest, remote });
  if (work.target === null) {
    const reason = 'slipway.yml has changed: this step is carried out somewhere else now';
    await record(services, work, didNotRun(reason), null);
    return;
  }
  const executor = await opened(services, work);
  if (executor === null) {
    await record(services, work, didNotRun(notAsked(remote.system).reason), null);
    return;
  }
  const held = heldBack(services, leaseUntil);
  if (held !== null) {
    await record(services, work, didNotRun(held), null);
    return;
  }
  const seen = asPushed(services, work, await asked(services, work, () => executor.start(work.about)));
  const { answer } = await record(services, work, seen, executor);
  if (answer.kind === 'refused') await endOverdue(services, work, seen, executor);
}

/** Why the system must not be called any more; null: it may. */
function heldBack({ stopping, clock, timing }: Services, leaseUntil: number): string | null {
  if (stopping.aborted) return 'Slipway was asked to stop';
  const isLate = clock.leaseNow() + timing.remoteCallMs > leaseUntil;
  return isLate ? 'Slipway was held up for so long that it did not start it' : null;
}

function didNotRun(reason: string): Seen {
  return { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: false } };
}
