import { existsSync } from 'node:fs';
import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import type { Logs } from '../../src/ports/logs.ts';
import { tail } from '../../src/runner/output/log.ts';

export interface OpenLogs {
  /** The worker whose commands print. */
  writer: Logs;
  /** Another process that shows what was printed; the same one where there is only one. */
  reader: Logs;
  /** The worker after a restart: it remembers nothing. */
  again(): Logs;
  /** Sets the clock of all of them. */
  setNow(at: number): void;
  close(): Promise<void>;
}

/** As a command's output comes: appended. */
export async function print(logs: Logs, name: string, output: string | Uint8Array): Promise<void> {
  await mkdir(dirname(logs.file(name)), { recursive: true });
  await appendFile(logs.file(name), output);
}

/** The promises of the logs port. */
export function logsContract(name: string, open: () => Promise<OpenLogs>): void {
  describe(`logs: ${name}`, () => {
    let opened: OpenLogs;
    let names = 0;
    /** Tests share an adapter; each has names of its own. */
    const fresh = () => {
      names += 1;
      return `shop/prod-${names}/7`;
    };

    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => await opened.close());

    test('a log that was never written is empty, and can be shared', async () => {
      const log = fresh();
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, 5)).toEqual({ lines: [], before: 0 });
    });

    test.each([
      ['fewer lines than requested', 'a\nb\n', 5, ['a', 'b'], 0],
      ['as many', 'a\nb\n', 2, ['a', 'b'], 0],
      ['more', 'a\nb\nc\n', 2, ['b', 'c'], 1],
      ['a last line without newline', 'a\nb\nc', 2, ['b', 'c'], 1],
      ['empty lines', '\n\n\n', 2, ['', ''], 1],
      ['no lines requested', 'a\nb\n', 0, [], 2],
      ['colours and progress bars', '\u001b[32mok\u001b[0m\n10%\r50%\r100%\n', 2, ['ok', '100%'], 0],
    ])('the tail: %s', async (_what, output, count, lines, before) => {
      const log = fresh();
      await print(opened.writer, log, output);
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, count)).toEqual({ lines, before });
    });

    test('output printed after one share is there after the next, even after a restart of the worker', async () => {
      const log = fresh();
      await print(opened.writer, log, 'one\ntw');
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, 1)).toEqual({ lines: ['tw'], before: 1 });
      await print(opened.writer, log, 'o\nthree\n');
      await opened.writer.share(log);
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, 2)).toEqual({ lines: ['two', 'three'], before: 1 });
      await print(opened.writer, log, 'four\n');
      await opened.again().share(log);
      expect(await opened.reader.tail(log, 9)).toEqual({ lines: ['one', 'two', 'three', 'four'], before: 0 });
    });

    test('logs with similar names do not mix', async () => {
      const log = fresh();
      const alike = [log, `${log}0`, `${log}/builds`, `${log}.1`, `${log}-1`, `${log}_1`];
      for (const one of alike) await print(opened.writer, one, `${one}\n`);
      for (const one of alike) await opened.writer.share(one);
      for (const one of alike) expect(await opened.reader.tail(one, 9)).toEqual({ lines: [one], before: 0 });
    });

    test('the tail is that of the whole file, however the output was cut into pieces', async () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', '\n', '🚢') }).map((text) => Buffer.from(text)),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), fc.nat(9), async (pieces, count) => {
          const log = fresh();
          for (const piece of pieces) {
            await print(opened.writer, log, piece);
            await opened.writer.share(log);
          }
          expect(await opened.reader.tail(log, count)).toEqual(await tail(opened.writer.file(log), count));
        }),
        { numRuns: 40 },
      );
    });

    describe('that nobody adds to any more', () => {
      const OLD = 1_700_000_000_000;
      const BEFORE = OLD + 1_000;
      afterEach(() => opened.setNow(Date.now()));

      /** Prints at that time, and shares it. */
      async function printed(log: string, at: number): Promise<void> {
        await print(opened.writer, log, `${at}\n`);
        await utimes(opened.writer.file(log), at / 1_000, at / 1_000);
        opened.setNow(at);
        await opened.writer.share(log);
      }

      test('is old once its last line is, for every process that can see it', async () => {
        const [log, continued, young] = [fresh(), fresh(), fresh()];
        await printed(log, OLD);
        await printed(continued, OLD);
        await printed(continued, BEFORE);
        await printed(young, BEFORE);
        for (const one of [opened.writer, opened.reader, opened.again()]) {
          const old = await one.old(BEFORE);
          expect(old).toContain(log);
          expect(old).not.toContain(continued);
          expect(old).not.toContain(young);
        }
        expect(await opened.writer.old(OLD)).not.toContain(log);
      });

      test('is removed from the machine and from where others read it, and its neighbours stay', async () => {
        const log = fresh();
        const alike = [`${log}0`, `${log}-1`, `${log}/more`];
        for (const one of [log, ...alike]) await printed(one, OLD);
        await mkdir(`${opened.writer.file(log)}.end`);
        await writeFile(`${opened.writer.file(log)}.gaps`, '[]');
        await utimes(`${opened.writer.file(log)}.end`, 1, 1);
        await opened.writer.remove(log);
        await opened.writer.remove(log);
        expect(await opened.reader.tail(log, 9)).toEqual({ lines: [], before: 0 });
        for (const ending of ['', '.end', '.gaps'])
          expect(existsSync(`${opened.writer.file(log)}${ending}`)).toBe(false);
        for (const one of alike)
          expect(await opened.reader.tail(one, 9)).toEqual({ lines: [`${OLD}`], before: 0 });
        expect(await opened.writer.old(BEFORE)).not.toContain(log);
      });

      test('is not old while its end is still written', async () => {
        const log = fresh();
        await printed(log, OLD);
        await opened.writer.remove(log);
        await print(opened.writer, log, 'much\n');
        await utimes(opened.writer.file(log), OLD / 1_000, OLD / 1_000);
        await mkdir(`${opened.writer.file(log)}.end`);
        expect(await opened.writer.old(BEFORE)).not.toContain(log);
      });
    });

    test('how much they take up, if anybody can say', async () => {
      const log = fresh();
      await print(opened.writer, log, 'x'.repeat(10_000));
      await opened.writer.share(log);
      const bytes = await opened.writer.bytes();
      if (bytes !== null) expect(bytes).toBeGreaterThanOrEqual(10_000);
    });

    test('a log of many lines and characters of many bytes', async () => {
      const log = fresh();
      const lines = Array.from({ length: 40_000 }, (_, index) => `🚢 line ${index} é`);
      await print(opened.writer, log, `${lines.join('\n')}\n`);
      await opened.writer.share(log);
      expect(await opened.reader.tail(log, 40)).toEqual({ lines: lines.slice(-40), before: 39_960 });
      const most = await opened.reader.tail(log, 30_000);
      expect(most.before).toBe(10_000);
      expect(most.lines).toEqual(lines.slice(-30_000));
    });
  });
}
