import type { Executor, Seen } from '../../ports/executor.ts';
import type { Services } from '../services/services.ts';
import { asked } from './record.ts';
import type { RemoteWork } from './target.ts';

/** This worker was held up within the call until the attempt counted as lost: what it began late must not go on. */
export async function endOverdue(
  services: Pick<Services, 'log'>,
  work: RemoteWork,
  seen: Seen,
  executor: Executor,
): Promise<void> {
  const { environment, followed } = work;
  const about = { environment: environment.id, attempt: followed.attempt.number };
  services.log.warn({ ...about, seen: seen.kind }, 'a remote attempt was begun after it counted as lost');
  if (seen.kind !== 'running') return;
  const answer = await asked(services, work, () => executor.cancel(work.about, seen.run));
  services.log.warn({ ...about, answer: answer.kind }, 'it was asked to end');
}
