import type { AggregateKind } from '../../domain/documents/document.ts';
import type { Aggregates } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';
import { KINDS } from './kinds.ts';

/**
 * Enqueues wake-ups for what a document has to do now. A failure is only logged: the document is the work list, and the
 * sweep enqueues again. `how`: 'once' adds nothing while an earlier wake-up that was enqueued so still waits, and leaves
 * out what is not due yet.
 */
export async function enqueueWakeUps<K extends AggregateKind>(
  services: Pick<Services, 'queue' | 'clock' | 'timing' | 'log'>,
  kind: K,
  aggregate: Aggregates[K],
  how: 'always' | 'once' = 'always',
): Promise<void> {
  const place = { kind, id: aggregate.id };
  for (const { lane, delayMs } of KINDS[kind].wakeUps(services, aggregate)) {
    try {
      if (how === 'always') await services.queue.enqueue(lane, place, delayMs);
      else if (delayMs === 0) await services.queue.enqueueOnce(lane, place);
    } catch (error) {
      services.log.warn({ err: error, ...place, lane }, 'could not enqueue a wake-up; the sweep will');
    }
  }
}
