import {
  type BackendFactory,
  Queue as BullQueue,
  type IQueueBackend,
  type Job,
  WaitingError,
  Worker,
} from 'bullmq';
import type { Place } from '../../domain/aggregate.ts';
import { LANES, type Lane, type Queue } from '../../ports/queue.ts';

/** Where BullMQ keeps its jobs. */
export interface Backend<Connection> {
  connection: Connection;
  /** `createPostgresBackend`, or `createRedisBackend`. */
  factory: BackendFactory<IQueueBackend, Connection>;
}

export interface QueueOptions {
  /** The way to the backend failed outside of any call. BullMQ tries again by itself. */
  onError?(error: Error): void;
}

/** A ring whose worker was killed comes back after about the two together. */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5_000;

/** How long an idle worker sleeps. A ring wakes it at once; this is for rings it could not hear. In seconds. */
const IDLE_SECONDS = 30;

/** Nobody reads BullMQ's stream of events. */
const EVENTS_KEPT = 10;

function isPlace(data: unknown): data is Place {
  return (
    typeof data === 'object' && data !== null && 'kind' in data && 'id' in data && typeof data.id === 'string'
  );
}

/** The queue port on BullMQ: one BullMQ queue a lane. */
export function createQueue<Connection>(backend: Backend<Connection>, options: QueueOptions = {}): Queue {
  const { connection, factory } = backend;
  const workers: Pick<Worker, 'pause' | 'close'>[] = [];
  const running = new Set<Promise<void>>();
  let closing = false;

  const openLane = (lane: Lane) => {
    const queue = new BullQueue(
      lane,
      {
        connection,
        streams: { events: { maxLen: EVENTS_KEPT } },
        // No attempts: documents decide what is tried again. Ids are BullMQ's own: nothing is silently dropped as known.
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      },
      factory,
    );
    queue.on('error', (error) => options.onError?.(error));
    return queue;
  };
  const lanes = Object.fromEntries(LANES.map((lane) => [lane, openLane(lane)])) as Record<
    Lane,
    ReturnType<typeof openLane>
  >;

  return {
    async ring(lane, { kind, id }, delayMs = 0) {
      await lanes[lane].add('ring', { kind, id }, delayMs > 0 ? { delay: delayMs } : {});
    },

    answer(lane, concurrency, handler, onError) {
      const process = async (job: Job, token?: string) => {
        if (closing) {
          // Taken in the moment of closing: handed back for whoever comes next.
          await job.moveToWait(token);
          throw new WaitingError();
        }
        const place: unknown = job.data;
        if (!isPlace(place)) {
          onError(new Error(`A job of the lane ${lane} is not a ring.`), null);
          return;
        }
        const answered = handler(place).catch((error) => onError(error, place));
        running.add(answered);
        await answered.finally(() => running.delete(answered));
      };
      const worker = new Worker(
        lane,
        process,
        {
          connection,
          concurrency,
          lockDuration: LOCK_MS,
          stalledInterval: STALLED_INTERVAL_MS,
          drainDelay: IDLE_SECONDS,
        },
        factory,
      );
      worker.on('error', (error) => onError(error, null));
      workers.push(worker);
    },

    async close(withinMs) {
      closing = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, withinMs, 'late');
      });
      // Only takes no more: `close` itself would wait without a bound.
      await Promise.all(workers.map((worker) => worker.pause(true)));
      const inTime = Promise.all(running).then(() => 'in time' as const);
      // Those that are late lose their rings, which come back when their locks end.
      const force = (await Promise.race([inTime, late])) === 'late';
      await Promise.all(workers.map((worker) => worker.close(force)));
      clearTimeout(timer);
      await Promise.all(LANES.map((lane) => lanes[lane].close()));
    },
  };
}
