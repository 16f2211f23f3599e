import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, MongoClient } from 'mongodb';
import { fileLogs } from '../../src/adapters/logs/files.ts';
import { type LogChunk, MongoLogs } from '../../src/adapters/store/mongo/logs.ts';
import { StoreError } from '../../src/ports/store.ts';
import { BoundedLog } from '../../src/runner/output/bounded-log.ts';
import { logsContract, print } from '../contract/logs.contract.ts';
import { describeWith, mongoUrl } from '../support/services/tiers.ts';

logsContract('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
  const logs = fileLogs(directory);
  return {
    writer: logs,
    reader: logs,
    again: () => fileLogs(directory),
    // The files have their own times.
    setNow: () => {},
    close: () => rm(directory, { recursive: true }),
  };
});

async function openMongoLogs() {
  const [here, there] = [
    await mkdtemp(join(tmpdir(), 'slipway-logs-')),
    await mkdtemp(join(tmpdir(), 'slipway-logs-')),
  ];
  let at = Date.now();
  const now = () => at;
  const client = new MongoClient(mongoUrl());
  const chunks: Collection<LogChunk> = client.db().collection('logs');
  return {
    chunks,
    writer: new MongoLogs(chunks, here, now),
    reader: new MongoLogs(chunks, there, now),
    again: () => new MongoLogs(chunks, here, now),
    setNow(time: number) {
      at = time;
    },
    async close() {
      await client.db().dropDatabase();
      await client.close();
      await rm(here, { recursive: true });
      await rm(there, { recursive: true });
    },
  };
}

describeWith(['mongo'], 'with MongoDB', () => {
  logsContract('MongoDB', openMongoLogs);

  describe('logs in MongoDB', () => {
    let opened: Awaited<ReturnType<typeof openMongoLogs>>;
    beforeAll(async () => {
      opened = await openMongoLogs();
    });
    afterAll(async () => await opened.close());

    const pieces = (log: string) =>
      opened.chunks
        .find({ _id: { $gte: `${log}:`, $lt: `${log};` } })
        .sort({ _id: 1 })
        .toArray();

    test('a piece whose write was stored but not confirmed is not stored again', async () => {
      const { writer, reader } = opened;
      await print(writer, 'shop/twice/1', 'one\n');
      await writer.share('shop/twice/1');
      await print(writer, 'shop/twice/1', 'two\n');
      // As if the writer's own insert had happened: it still believes that piece 2 is the next one.
      await opened.again().share('shop/twice/1');
      await print(writer, 'shop/twice/1', 'three\n');
      await writer.share('shop/twice/1');
      expect(await reader.tail('shop/twice/1', 9)).toEqual({ lines: ['one', 'two', 'three'], before: 0 });
      const stored = await pieces('shop/twice/1');
      expect(stored.map(({ _id, from, to }) => [_id, from, to])).toEqual([
        ['shop/twice/1:00000001', 0, 4],
        ['shop/twice/1:00000002', 4, 8],
        ['shop/twice/1:00000003', 8, 14],
      ]);
    });

    test('a long log is stored in consecutive pieces', async () => {
      const log = 'shop/pieces/1';
      await print(opened.writer, log, Buffer.alloc(600 * 1024, 'x'));
      await opened.writer.share(log);
      const stored = await pieces(log);
      expect(stored.map(({ from, to }) => to - from)).toEqual([256 * 1024, 256 * 1024, 88 * 1024]);
      expect(stored.map(({ data }) => data.length())).toEqual(stored.map(({ from, to }) => to - from));
      expect(stored.map(({ from }) => from)).toEqual([0, 256 * 1024, 512 * 1024]);
    });

    test('the first and the last 8 MB of an endless log are kept, even while it is written', async () => {
      const { writer, reader, again } = opened;
      const log = 'shop/endless/1';
      const MB = 1024 * 1024;
      const line = `${'x'.repeat(1023)}\n`;
      const output = await BoundedLog.open(writer.file(log));
      for (let at = 0; at < 13; at += 1) {
        await output.write(Buffer.from(line.repeat(3 * 1024)));
        // The one that goes on has seen nothing of it.
        await (at === 9 ? again() : writer).share(log);
        const kept = await pieces(log);
        expect(kept.reduce((sum, { data }) => sum + data.length(), 0)).toBeLessThanOrEqual(17 * MB);
        expect(kept.every(({ from, to, data }) => to - from === data.length())).toBe(true);
      }
      await output.write(Buffer.from('the end\n'));
      await output.close();
      await writer.share(log);
      const { lines, before, leftOut } = await reader.tail(log, 2);
      expect(lines).toEqual([`${'x'.repeat(199)}…`, 'the end']);
      expect(before).toBe(39 * 1024 - 1);
      const stored = (await pieces(log)).reduce((sum, { data }) => sum + data.length(), 0);
      expect(leftOut).toBe(39 * MB + 8 - stored);
      expect(stored).toBeGreaterThanOrEqual(16 * MB);
      expect(await writer.tail(log, 5000)).toEqual(await reader.tail(log, 5000));
    }, 60_000);

    test('what an earlier version has shared is as old as the first look at it', async () => {
      const [log, day] = ['shop/earlier/1', 24 * 3_600_000];
      const now = Date.now();
      opened.setNow(now);
      await print(opened.writer, log, 'old\n');
      await opened.writer.share(log);
      await opened.chunks.updateMany({}, { $unset: { at: 1 } });
      expect(await opened.reader.old(now - day)).not.toContain(log);
      expect(await opened.reader.old(now + day)).toContain(log);
    });

    test('a file that cannot be read is a StoreError', async () => {
      await print(opened.writer, 'shop/broken/1.log/inner', 'x');
      await expect(opened.writer.share('shop/broken/1')).rejects.toBeInstanceOf(StoreError);
    });
  });
});
