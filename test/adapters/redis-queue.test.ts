import { randomBytes } from 'node:crypto';
import { QueueError } from '../../src/adapters/queue/bullmq.ts';
import { openRedisQueue, type RedisQueue } from '../../src/adapters/queue/redis.ts';
import type { DocumentRef } from '../../src/domain/documents/document.ts';
import { queueContract } from '../contract/queue.contract.ts';
import { type PrivateServer, privateServer, seekRedis } from '../support/services/servers.ts';
import { describeWith, redisUrl } from '../support/services/tiers.ts';
import { until } from '../support/until.ts';

const prefixOfOwn = () => `slipway-test-${randomBytes(6).toString('hex')}`;
const place = (id: string): DocumentRef => ({ kind: 'builds', id });

describeWith(['redis'], 'Redis', () => {
  queueContract('BullMQ on Redis', async (now) => {
    const { queue, disconnect } = openRedisQueue(redisUrl(), prefixOfOwn(), { now });
    await until('Redis is reached', () => answers(queue));
    return {
      queue,
      async close() {
        await queue.close(5_000);
        disconnect();
      },
    };
  });
});

async function answers(queue: RedisQueue['queue']): Promise<boolean> {
  return await queue.ping().then(
    () => true,
    () => false,
  );
}

const sought = seekRedis();
const describeOwn = 'program' in sought ? describe : describe.skip;

describeOwn('a Redis of our own that stops and starts', () => {
  let server: PrivateServer;
  let opened: RedisQueue;
  const heard: string[] = [];

  beforeEach(async () => {
    if (!('program' in sought)) throw new Error(sought.missing);
    server = await privateServer(sought.program);
    opened = openRedisQueue(server.url, prefixOfOwn());
    heard.length = 0;
    opened.queue.answer(
      'build',
      1,
      async ({ id }) => void heard.push(id),
      () => undefined,
    );
    await until('Redis is reached', () => answers(opened.queue));
  }, 60_000);
  afterEach(async () => {
    await opened.queue.close(2_000);
    opened.disconnect();
    await server.close();
  });

  test('wake-ups are rejected at once while it is down, and arrive again when it is back', async () => {
    await server.stop('SIGKILL');
    await until('the connection is seen lost', async () => !(await answers(opened.queue)));
    const failed = await opened.queue.enqueue('build', place('lost')).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(QueueError);
    await server.start();
    await until('Redis is reached again', () => answers(opened.queue));
    await opened.queue.enqueue('build', place('after'));
    await until('the wake-up after it', () => heard.includes('after'));
    expect(heard).toEqual(['after']);
  });

  test('wake-ups still arrive after it was emptied under a waiting worker', async () => {
    await opened.queue.enqueue('build', place('before'));
    await until('the wake-up before', () => heard.length === 1);
    await server.stop('SIGKILL');
    await server.start({ emptied: true });
    await until('Redis is reached again', () => answers(opened.queue));
    await opened.queue.enqueueOnce('build', place('after'));
    await until('the reminder after it', () => heard.includes('after'));
    expect(heard).toEqual(['before', 'after']);
  });

  test('a queue opened while Redis is down works once Redis is up', async () => {
    await server.stop('SIGKILL');
    const early = openRedisQueue(server.url, prefixOfOwn());
    try {
      const heardEarly: string[] = [];
      early.queue.answer(
        'deploy',
        1,
        async ({ id }) => void heardEarly.push(id),
        () => undefined,
      );
      await expect(early.queue.enqueue('deploy', place('too early'))).rejects.toBeInstanceOf(QueueError);
      await server.start();
      await until('Redis is reached', () => answers(early.queue));
      await early.queue.enqueue('deploy', place('now'));
      await until('the wake-up', () => heardEarly.length === 1);
      expect(heardEarly).toEqual(['now']);
    } finally {
      await early.queue.close(2_000);
      early.disconnect();
    }
  });
});
