import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { BoundedLog } from '../../../src/runner/output/bounded-log.ts';
import { tail } from '../../../src/runner/output/log.ts';
import { endOf, readAt, StoredLog } from '../../../src/runner/output/stored-log.ts';

/** Of a log in these tests; 64 bytes are two files of the end at a time. */
const KEPT = 64;

const printed = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 50 }), {
  maxLength: 12,
});

describe('a log that keeps the beginning and the end', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-log-'));
    file = join(directory, 'log');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function fresh(): void {
    rmSync(directory, { recursive: true });
    directory = mkdtempSync(join(tmpdir(), 'slipway-log-'));
    file = join(directory, 'log');
  }

  const onDisk = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.gaps'))
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

  /** That what is kept is what was printed, in its place, and enough of it. */
  async function expectKept(text: string): Promise<void> {
    const log = await StoredLog.open(file);
    const pieces = log?.pieces ?? [];
    let covered = '';
    for (const piece of pieces) {
      const bytes = await readAt(piece.handle, piece.offset, piece.to - piece.from);
      expect(bytes.toString()).toBe(text.slice(piece.from, piece.to));
      expect(piece.newlinesBefore).toBe(text.slice(0, piece.from).split('\n').length - 1);
      covered = covered.padEnd(piece.from, ' ').slice(0, piece.from) + bytes.toString();
    }
    const leftOut = log?.leftOut;
    await log?.close();
    expect(covered.slice(0, KEPT)).toBe(text.slice(0, KEPT));
    expect(covered.slice(-KEPT)).toBe(text.slice(-KEPT));
    if (text.length <= 2 * KEPT) expect(leftOut).toBe(0);
    const shown = await tail(file, 3);
    expect(shown.before + shown.lines.length).toBe(
      text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0),
    );
  }

  test('is correct while it is written and after, however output arrives', async () => {
    await fc.assert(
      fc.asyncProperty(printed, async (parts) => {
        fresh();
        const log = await BoundedLog.open(file, KEPT);
        let text = '';
        for (const part of parts) {
          await log.write(Buffer.from(part));
          text += part;
          await expectKept(text);
          expect(onDisk()).toBeLessThanOrEqual(2 * KEPT + 2);
        }
        await log.close();
        await expectKept(text);
        expect(existsSync(endOf(file))).toBe(false);
        const note = readFileSync(file, 'utf8').match(
          /\[([\d,]+) bytes \((\d+) lines\) of this output are left out here\]/,
        );
        const left = text.length - 2 * KEPT;
        expect(note === null).toBe(left <= 0 || Number(note?.[1]) === 0);
        if (note) {
          const bytes = Number(note[1]);
          expect(bytes).toBeLessThanOrEqual(left);
          expect(Number(note[2])).toBe(text.slice(KEPT, KEPT + bytes).split('\n').length - 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('continues after its writer was killed, at any point', async () => {
    await fc.assert(
      fc.asyncProperty(printed, fc.nat(), fc.boolean(), async (parts, cut, whileWritten) => {
        fresh();
        const text = parts.join('');
        const log = await BoundedLog.open(file, KEPT);
        await log.write(Buffer.from(text));
        const before = join(directory, 'before');
        if (existsSync(endOf(file))) cpSync(endOf(file), before, { recursive: true });
        if (!whileWritten) {
          const beginning = statSync(file).size;
          await log.close();
          // As if it had been killed while it put the end to the beginning.
          if (existsSync(before)) {
            cpSync(before, endOf(file), { recursive: true });
            const { size } = statSync(file);
            truncateSync(file, beginning + (cut % (size - beginning + 1)));
          }
        }
        rmSync(before, { recursive: true, force: true });
        const again = await BoundedLog.open(file, KEPT);
        await again.close();
        await expectKept(text);
        if (whileWritten) await log.close().catch(() => {});
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the first and last eight megabytes of a hundred', async () => {
    const MB = 1024 * 1024;
    const log = await BoundedLog.open(file);
    const line = `${'x'.repeat(1023)}\n`;
    const block = Buffer.from(line.repeat(256));
    await log.write(Buffer.from('the first line\n'));
    let most = 0;
    for (let at = 0; at < 400; at += 1) {
      await log.write(block);
      most = Math.max(most, onDisk());
    }
    await log.write(Buffer.from('the last line\n'));
    expect(most).toBeLessThanOrEqual(16.5 * MB);
    await log.close();
    expect(statSync(file).size).toBeLessThanOrEqual(16.5 * MB);
    const text = readFileSync(file, 'utf8');
    expect(text.startsWith('the first line\n')).toBe(true);
    expect(text.endsWith('the last line\n')).toBe(true);
    expect(text).toMatch(
      /\n\[8\d,\d{3},\d{3} bytes \(8\d,\d{3} lines\) of this output are left out here\]\n/,
    );
    const { lines, before, leftOut } = await tail(file, 1);
    expect(lines).toEqual(['the last line']);
    expect(before).toBe(102_401);
    expect(leftOut).toBeGreaterThan(80 * MB);
  }, 60_000);
});
