import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { Queue } from '../../ports/queue.ts';
import { createQueue, QueueError, type QueueOptions } from './bullmq.ts';

/** How long connecting may take, and how long a command that adds a job may take, in milliseconds. */
const CONNECT_MS = 5_000;
const COMMAND_MS = 2_500;

/** Longest pause between two attempts to reach Redis again, in milliseconds. */
const RETRY_MS = 1_000;

/** A queue on Redis, with its connections. */
export interface RedisQueue {
  queue: Queue;
  /** Ends the connections. Call `queue.close` first. */
  disconnect(): void;
}

/**
 * Opens the queue on the Redis at `url`; all keys begin with `prefix`. Returns at once. While Redis is down, wake-ups are
 * rejected at once; it is used again when it is back.
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
  // BullMQ requires no limit here: a worker waits for its next job as long as it takes.
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
