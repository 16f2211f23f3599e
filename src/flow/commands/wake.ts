import type { AggregateKind } from '../../domain/documents/document.ts';
import { nextWork } from '../../domain/gates/gates.ts';
import { nextFetch, wakeCard } from '../../domain/gates/wake.ts';
import type { Lane } from '../../ports/queue.ts';
import type { Aggregates } from '../../ports/store.ts';
import type { Services } from '../services/services.ts';

/**
 * Enqueues wake-ups for what a document has to do now. A failure is only logged: the document is the work list, and the
 * sweep wakes again. `how`: 'remind' adds nothing while an earlier reminder still waits.
 */
export async function wake<K extends AggregateKind>(
  services: Pick<Services, 'queue' | 'clock' | 'timing' | 'log'>,
  kind: K,
  aggregate: Aggregates[K],
  how: 'ring' | 'remind' = 'ring',
): Promise<void> {
  const bells = bellsOf(services, { kind, aggregate } as Rung);
  const place = { kind, id: aggregate.id };
  for (const { lane, delayMs } of bells) {
    try {
      if (how === 'ring') await services.queue.ring(lane, place, delayMs);
      else if (delayMs === 0) await services.queue.remind(lane, place);
    } catch (error) {
      services.log.warn(
        { err: error, kind, id: aggregate.id, lane },
        'could not enqueue a wake-up; the sweep will',
      );
    }
  }
}

type Rung = { [K in AggregateKind]: { kind: K; aggregate: Aggregates[K] } }[AggregateKind];

interface Bell {
  lane: Lane;
  delayMs: number;
}

function bellsOf({ clock, timing }: Pick<Services, 'clock' | 'timing'>, rung: Rung): Bell[] {
  const now = clock.dueNow();
  const bells: Bell[] = [];
  const ring = (lane: Lane, delayMs = 0) => bells.push({ lane, delayMs });
  const { kind, aggregate } = rung;
  const due = aggregate.wakeAt !== null && aggregate.wakeAt <= now;
  switch (kind) {
    case 'environments': {
      const work = nextWork(aggregate);
      if (due) ring('tell');
      if (work) ring(work.release.kind === 'rollback' ? 'rollback' : 'deploy');
      break;
    }
    case 'builds':
      if (due) ring('tell');
      if (aggregate.status === 'requested') ring('build');
      break;
    case 'products':
      if (due) ring('tell');
      if ((nextFetch(aggregate) ?? Number.POSITIVE_INFINITY) <= now) ring('fetch');
      break;
    case 'cards': {
      const wake = wakeCard(aggregate, timing.cardProgressMs);
      // The worker that holds the claim continues by itself, and wakes the card when it gives the claim up.
      const at = clock.leaseNow();
      const claimed = aggregate.claim !== null && aggregate.claim.until > at;
      if (wake !== null && !claimed) ring('chat', Math.max(0, wake - at));
      break;
    }
    default:
      kind satisfies never;
  }
  return bells;
}
