import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Binary, type Collection, MongoClient } from 'mongodb';
import { fileLogs } from '../../src/adapters/logs/files.ts';
import { type LogChunk, MongoLogs } from '../../src/adapters/store/mongo/logs.ts';
import { StoreError } from '../../src/ports/store.ts';
import { logsContract, print } from '../contract/logs.contract.ts';
import { describeWith, mongoUrl } from '../support/tiers.ts';

logsContract('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
  const logs = fileLogs(directory);
  return {
    writer: logs,
    reader: logs,
    again: () => fileLogs(directory),
    close: () => rm(directory, { recursive: true }),
  };
});

async function openMongoLogs() {
  const [here, there] = [
    await mkdtemp(join(tmpdir(), 'slipway-logs-')),
    await mkdtemp(join(tmpdir(), 'slipway-logs-')),
  ];
  const client = new MongoClient(mongoUrl());
  const chunks: Collection<LogChunk> = client.db().collection('logs');
  return {
    chunks,
    writer: new MongoLogs(chunks, here),
    reader: new MongoLogs(chunks, there),
    again: () => new MongoLogs(chunks, here),
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

    test('a piece that was stored although nobody was told is not stored again', async () => {
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

    test('a long log is stored in pieces that follow each other', async () => {
      const log = 'shop/pieces/1';
      await print(opened.writer, log, Buffer.alloc(600 * 1024, 'x'));
      await opened.writer.share(log);
      const stored = await pieces(log);
      expect(stored.map(({ from, to }) => to - from)).toEqual([256 * 1024, 256 * 1024, 88 * 1024]);
      expect(stored.map(({ data }) => data.length())).toEqual(stored.map(({ from, to }) => to - from));
      expect(stored.map(({ from }) => from)).toEqual([0, 256 * 1024, 512 * 1024]);
    });

    test('of a log without end the first 16 MB and the newest end are kept, and a line between tells', async () => {
      const { writer, reader } = opened;
      const log = 'shop/endless/1';
      const MB = 1024 * 1024;
      const line = `${'x'.repeat(1023)}\n`;
      await print(writer, log, line.repeat(16 * 1024));
      await writer.share(log);
      await print(writer, log, 'the first line too much\n');
      await writer.share(log);
      expect(await reader.tail(log, 1)).toEqual({ lines: ['the first line too much'], before: 16_384 });

      await print(writer, log, line.repeat(1024));
      await writer.share(log);
      await print(writer, log, 'the end\n');
      // The one that goes on has seen nothing of it.
      await opened.again().share(log);
      await writer.share(log);
      const stored = await pieces(log);
      expect(stored.reduce((sum, { data }) => sum + data.length(), 0)).toBeLessThanOrEqual(
        16 * MB + 64 * 1024,
      );
      const left = MB + 24 - 63 * 1024;
      const { lines, before } = await reader.tail(log, 66);
      expect(lines.at(-1)).toBe('the end');
      expect(lines.slice(0, 2)).toEqual([
        `${'x'.repeat(199)}…`,
        `[${left.toLocaleString('en-US')} bytes of this log are left out here]`,
      ]);
      expect(before).toBe(16_383);
      expect(await reader.tail(log, 3)).toMatchObject({ before: 16_384 + 1 + 1024 + 1 - 3 });
    }, 60_000);

    test('of a log that is one line without end, the end is its newest 64 KB', async () => {
      const log = 'shop/line/1';
      await print(opened.writer, log, Buffer.alloc(16 * 1024 * 1024 + 100_000, 'x'));
      await opened.writer.share(log);
      const last = (await pieces(log)).at(-1);
      expect(last).toMatchObject({ to: 16 * 1024 * 1024 + 100_000, newlinesBefore: 0, newlines: 0 });
      expect(last?.data.length()).toBe(64 * 1024);
      const { lines, before } = await opened.reader.tail(log, 2);
      expect(lines[0]).toBe('[34,464 bytes of this log are left out here]');
      expect(before).toBe(0);
    }, 60_000);

    test('an older end never replaces a newer one', async () => {
      const log = 'shop/late/1';
      await print(opened.writer, log, Buffer.alloc(16 * 1024 * 1024, '\n'));
      await opened.writer.share(log);
      const newer: LogChunk = {
        ...{ _id: `${log}:99999999`, from: 0, to: 99_000_000, newlinesBefore: 5, newlines: 1, note: '' },
        data: new Binary(Buffer.from('newer\n')),
      };
      await opened.chunks.insertOne(newer);
      await print(opened.writer, log, 'older\n');
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, 1)).toMatchObject({ lines: ['newer'] });
    }, 60_000);

    test('a file that cannot be read is told as StoreError', async () => {
      await print(opened.writer, 'shop/broken/1.log/inner', 'x');
      await expect(opened.writer.share('shop/broken/1')).rejects.toBeInstanceOf(StoreError);
    });
  });
});
