import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { Queue } from '../../ports/queue.ts';
import { createQueue, QueueError, type QueueOptions } from './bullmq.ts';

/** How long one connection is tried, and how long a command that rings may take, in milliseconds. */
const CONNECT_MS = 5_000;
const COMMAND_MS = 2_500;

/** Longest pause between two tries to reach Redis again. */
const RETRY_MS = 1_000;

/** The queue port on Redis. */
export interface RedisQueue {
  queue: Queue;
  /** Ends the connections; `queue.close` comes before. */
  disconnect(): void;
}

/**
 * BullMQ on the Redis at `url`; all keys begin with `prefix`. Returns at once: a Redis that is down is reached when it
 * is back, and until then ringing rejects at once.
 */
export function openRedisQueue(url: string, prefix: string, options: QueueOptions = {}): RedisQueue {
  const settings = {
    connectTimeout: CONNECT_MS,
    retryStrategy: (tries: number) => Math.min(tries * 100, RETRY_MS),
    connectionName: 'slipway',
  };
  const connection = new Redis(url, {
    ...settings,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_MS,
  });
  // BullMQ wants no limit here: a worker that waits for its next job waits as long as it takes.
  const patient = new Redis(url, { ...settings, maxRetriesPerRequest: null });
  for (const client of [connection, patient]) client.on('error', (error) => options.onError?.(error));
  const queue = createQueue(
    {
      connection,
      patient,
      factory: createRedisBackend,
      prefix,
      assertUp() {
        if (connection.status !== 'ready')
          throw new QueueError(`Redis is not connected (${connection.status})`);
      },
      ping: () => connection.ping(),
    },
    options,
  );
  return {
    queue,
    disconnect() {
      connection.disconnect();
      patient.disconnect();
    },
  };
}
