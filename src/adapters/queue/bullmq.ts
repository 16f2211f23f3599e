import {
  type BackendFactory,
  Queue as BullQueue,
  type IQueueBackend,
  type Job,
  type JobsOptions,
  WaitingError,
  Worker,
} from 'bullmq';
import { AGGREGATE_KINDS, type DocumentRef } from '../../domain/documents/document.ts';
import { within } from '../../flow/services/within.ts';
import { LANES, type Lane, ONCE_MS, type Queue } from '../../ports/queue.ts';
import { Handled } from './handled.ts';
import { Slots } from './slots.ts';

/** Where BullMQ keeps its jobs. */
export interface Backend<Connection> {
  /** For adding jobs: a call on it fails soon if the backend does not answer. */
  connection: Connection;
  /** For workers: waits for the backend as long as it takes. Absent: `connection`. */
  patient?: Connection;
  /** `createPostgresBackend`, or `createRedisBackend`. */
  factory: BackendFactory<IQueueBackend, Connection>;
  /** Prefix of every key in Redis. Absent: BullMQ's own, which PostgreSQL keeps as a name. */
  prefix?: string;
  /** Throws if the backend is known not to answer, so that nothing is sent to it. */
  assertUp?(): void;
  /** Rejects if the backend does not answer. */
  ping(): Promise<unknown>;
}

export interface QueueOptions {
  /** The connection to the backend failed outside of any call. BullMQ reconnects by itself. */
  onError?: ((error: Error) => void) | undefined;
  /** The time by which reminders repeat. Default: a clock that is never set back. */
  now?: (() => number) | undefined;
}

/** After about the sum of these two, a wake-up whose worker was killed is delivered again. */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5_000;

/** How long an idle worker sleeps, in seconds. A wake-up ends the sleep; this is for wake-ups that did not reach it. */
const IDLE_SECONDS = 30;

/** Events kept in BullMQ's stream, which nothing reads. */
const EVENTS_KEPT = 10;

/** The names of jobs. A reminder comes from `enqueueOnce`. */
const WAKE_UP = 'wake-up';
const REMINDER = 'reminder';

/** If adding a wake-up takes longer, the backend counts as not answering. */
const ENQUEUE_MS = 3_000;

/** Longest wait for a backend that does not answer, in each step of closing. */
const CLOSE_MS = 2_000;

/** The queue's backend does not answer, or failed. */
export class QueueError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueError';
  }
}

/** Whether `work` ends within `ms`. */
async function isInTime(ms: number, work: Promise<unknown>): Promise<boolean> {
  return (
    (await within(
      ms,
      work.then(() => true),
    )) ?? false
  );
}

/** Rejects with `QueueError` if the backend fails or does not answer in time. */
async function answered(call: Promise<unknown>): Promise<void> {
  const done = await isInTime(ENQUEUE_MS, call).catch((cause: unknown) => {
    throw new QueueError('the queue failed', { cause });
  });
  if (!done) throw new QueueError(`the queue did not answer within ${ENQUEUE_MS} ms`);
}

function keyOf({ kind, id }: DocumentRef): string {
  return `${kind} ${id}`;
}

function isPlace(data: unknown): data is DocumentRef {
  if (typeof data !== 'object' || data === null || !('kind' in data) || !('id' in data)) return false;
  return typeof data.id === 'string' && AGGREGATE_KINDS.some((kind) => kind === data.kind);
}

/** Creates the queue port on BullMQ, with one BullMQ queue per lane. */
export function createQueue<Connection>(backend: Backend<Connection>, options: QueueOptions = {}): Queue {
  const { connection, factory } = backend;
  const common = backend.prefix === undefined ? {} : { prefix: backend.prefix };
  const workers: Pick<Worker, 'pause' | 'close'>[] = [];
  const running = new Set<Promise<void>>();
  const { now = () => performance.timeOrigin + performance.now() } = options;
  /** Lanes whose wake-ups are handled in this process at once. Both functions return false if no slot is free. */
  const atHand = new Map<Lane, Record<'wake' | 'remind', (place: DocumentRef) => boolean>>();
  let closing = false;

  const openLane = (lane: Lane) => {
    const queue = new BullQueue(
      lane,
      {
        ...common,
        connection,
        streams: { events: { maxLen: EVENTS_KEPT } },
        // No retries: documents decide what is tried again. BullMQ chooses the ids, so no job is dropped as a duplicate.
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

  const add = async (lane: Lane, name: string, { kind, id }: DocumentRef, options: JobsOptions) => {
    backend.assertUp?.();
    await answered(lanes[lane].add(name, { kind, id }, options));
  };

  return {
    async enqueue(lane, place, delayMs = 0) {
      if (delayMs === 0 && atHand.get(lane)?.wake(place)) return;
      await add(lane, WAKE_UP, place, delayMs > 0 ? { delay: delayMs } : {});
    },

    async enqueueOnce(lane, place) {
      if (atHand.get(lane)?.remind(place)) return;
      // BullMQ drops a job whose id it knows while the first one waits or is active, so the id changes with the time.
      const period = Math.floor(now() / ONCE_MS);
      await add(lane, REMINDER, place, { deduplication: { id: `${keyOf(place)} ${period}` } });
    },

    async ping() {
      backend.assertUp?.();
      await answered(backend.ping());
    },

    answer(lane, concurrency, handler, onError, isAtHand = false) {
      const slots = new Slots(concurrency);
      const handled = new Handled(now);
      const handle = (place: DocumentRef): Promise<void> => {
        const end = handled.begin(keyOf(place));
        const answered = handler(place)
          .catch((error) => onError(error, place))
          .finally(() => {
            end();
            slots.release();
            running.delete(answered);
          });
        running.add(answered);
        return answered;
      };
      const process = async (job: Job, token?: string) => {
        await slots.take();
        if (closing) {
          slots.release();
          // Taken while the queue was closing: handed back for another worker.
          await job.moveToWait(token);
          throw new WaitingError();
        }
        const place: unknown = job.data;
        const isNeeded = isPlace(place) && !(job.name === REMINDER && handled.isEnough(keyOf(place)));
        if (isNeeded) return handle(place);
        slots.release();
        if (!isPlace(place)) onError(new Error(`A job in the lane ${lane} is not a wake-up.`), null);
      };
      if (isAtHand) {
        const wake = (place: DocumentRef) => {
          if (closing || !slots.tryTake()) return false;
          void handle(place);
          return true;
        };
        atHand.set(lane, { wake, remind: (place) => handled.isEnough(keyOf(place)) || wake(place) });
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
      // Only stops taking jobs: `close` would wait without a limit.
      await within(CLOSE_MS, Promise.all(workers.map((worker) => worker.pause(true))));
      // Handlers that are late lose their jobs, which are delivered again once their locks expire.
      const force = !(await isInTime(withinMs, Promise.all(running)));
      await within(CLOSE_MS, Promise.all(workers.map((worker) => worker.close(force))));
      await within(CLOSE_MS, Promise.all(LANES.map((lane) => lanes[lane].close())));
    },
  };
}
