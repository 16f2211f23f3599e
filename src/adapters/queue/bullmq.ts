import {
  type BackendFactory,
  Queue as BullQueue,
  type IQueueBackend,
  type Job,
  type JobsOptions,
  WaitingError,
  Worker,
} from 'bullmq';
import type { DocumentRef } from '../../domain/documents/document.ts';
import { LANES, type Lane, type Queue } from '../../ports/queue.ts';
import { Hands } from './hands.ts';

/** Where BullMQ keeps its jobs. */
export interface Backend<Connection> {
  /** For those who ring: a call on it fails soon when the backend does not answer. */
  connection: Connection;
  /** For those who answer: waits for the backend as long as it takes. Absent: the same. */
  patient?: Connection;
  /** `createPostgresBackend`, or `createRedisBackend`. */
  factory: BackendFactory<IQueueBackend, Connection>;
  /** Of every key in Redis; absent: BullMQ's own, which PostgreSQL keeps as a name. */
  prefix?: string;
  /** Throws while the backend is known not to answer: nothing is sent then. */
  assertUp?(): void;
  /** Rejects when the backend does not answer. */
  ping(): Promise<unknown>;
}

export interface QueueOptions {
  /** The way to the backend failed outside of any call. BullMQ tries again by itself. */
  onError?: ((error: Error) => void) | undefined;
}

/** A ring whose worker was killed comes back after about the two together. */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5_000;

/** How long an idle worker sleeps. A ring wakes it at once; this is for rings it could not hear. In seconds. */
const IDLE_SECONDS = 30;

/** Nobody reads BullMQ's stream of events. */
const EVENTS_KEPT = 10;

/** A reminder whose end was lost says nothing new for so long. */
const REMINDER_MS = 60_000;

/** A backend that takes longer to take a ring does not answer. */
const RING_MS = 3_000;

/** A backend that does not answer holds up no step of a close for longer. */
const CLOSE_MS = 2_000;

/** The queue's backend does not answer. */
export class QueueError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueError';
  }
}

/** Resolves to 'late' when `work` takes longer than `ms`; what it comes to then is nobody's concern any more. */
async function within(ms: number, work: Promise<unknown>): Promise<'in time' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  work.catch(() => undefined);
  return await Promise.race([work.then(() => 'in time' as const), late]).finally(() => clearTimeout(timer));
}

/** Rejects with `QueueError` when the backend fails, or does not answer in time. */
async function answered(call: Promise<unknown>): Promise<void> {
  const how = await within(RING_MS, call).catch((cause: unknown) => {
    throw new QueueError('the queue failed', { cause });
  });
  if (how === 'late') throw new QueueError(`the queue did not answer within ${RING_MS} ms`);
}

function isPlace(data: unknown): data is DocumentRef {
  return (
    typeof data === 'object' && data !== null && 'kind' in data && 'id' in data && typeof data.id === 'string'
  );
}

/** The queue port on BullMQ: one BullMQ queue a lane. */
export function createQueue<Connection>(backend: Backend<Connection>, options: QueueOptions = {}): Queue {
  const { connection, factory } = backend;
  const common = backend.prefix === undefined ? {} : { prefix: backend.prefix };
  const workers: Pick<Worker, 'pause' | 'close'>[] = [];
  const running = new Set<Promise<void>>();
  /** Lanes whose rings are answered at hand; false: nobody here has a hand free. */
  const atHand = new Map<Lane, (place: DocumentRef) => boolean>();
  let closing = false;

  const openLane = (lane: Lane) => {
    const queue = new BullQueue(
      lane,
      {
        ...common,
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

  const add = async (lane: Lane, { kind, id }: DocumentRef, options: JobsOptions) => {
    backend.assertUp?.();
    await answered(lanes[lane].add('ring', { kind, id }, options));
  };

  return {
    async ring(lane, place, delayMs = 0) {
      if (delayMs === 0 && atHand.get(lane)?.(place)) return;
      await add(lane, place, delayMs > 0 ? { delay: delayMs } : {});
    },

    async remind(lane, place) {
      const minute = Math.floor(Date.now() / REMINDER_MS);
      await add(lane, place, { deduplication: { id: `${place.kind} ${place.id} ${minute}` } });
    },

    async ping() {
      backend.assertUp?.();
      await answered(backend.ping());
    },

    answer(lane, concurrency, handler, onError, isAtHand = false) {
      const hands = new Hands(concurrency);
      const handle = (place: DocumentRef): Promise<void> => {
        const answered = handler(place)
          .catch((error) => onError(error, place))
          .finally(() => {
            hands.release();
            running.delete(answered);
          });
        running.add(answered);
        return answered;
      };
      const process = async (job: Job, token?: string) => {
        await hands.take();
        if (closing) {
          hands.release();
          // Taken in the moment of closing: handed back for whoever comes next.
          await job.moveToWait(token);
          throw new WaitingError();
        }
        const place: unknown = job.data;
        if (isPlace(place)) return handle(place);
        hands.release();
        onError(new Error(`A job of the lane ${lane} is not a ring.`), null);
      };
      if (isAtHand) {
        atHand.set(lane, (place) => {
          if (closing || !hands.tryTake()) return false;
          void handle(place);
          return true;
        });
      }
      const worker = new Worker(
        lane,
        process,
        {
          ...common,
          connection: backend.patient ?? connection,
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
      if (closing) return;
      closing = true;
      // Only takes no more: `close` itself would wait without a bound.
      await within(CLOSE_MS, Promise.all(workers.map((worker) => worker.pause(true))));
      // Those that are late lose their rings, which come back when their locks end.
      const force = (await within(withinMs, Promise.all(running))) === 'late';
      await within(CLOSE_MS, Promise.all(workers.map((worker) => worker.close(force))));
      await within(CLOSE_MS, Promise.all(LANES.map((lane) => lanes[lane].close())));
    },
  };
}
