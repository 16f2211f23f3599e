import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tail } from '../../../src/runner/output/log.ts';

describe('the tail of a log', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const of = (text: string, lines: number) => {
    const file = join(directory, 'log');
    writeFileSync(file, text);
    return tail(file, lines);
  };

  it.each([
    ['fewer lines than requested', 'a\nb\n', 5, ['a', 'b'], 0],
    ['as many', 'a\nb\n', 2, ['a', 'b'], 0],
    ['more', 'a\nb\nc\n', 2, ['b', 'c'], 1],
    ['a last line without newline', 'a\nb\nc', 2, ['b', 'c'], 1],
    ['empty lines', '\n\n\n', 2, ['', ''], 1],
    ['one empty line', '\n', 2, [''], 0],
    ['an empty log', '', 2, [], 0],
    ['no lines requested', 'a\nb\n', 0, [], 2],
    ['colours and progress bars', '\u001b[32mok\u001b[0m\n10%\r50%\r100%\n', 2, ['ok', '100%'], 0],
  ])('%s', async (_what, text, count, lines, before) => {
    expect(await of(text, count)).toEqual({ lines, before });
  });

  it('is empty for a log that was never written', async () => {
    expect(await tail(join(directory, 'none'), 3)).toEqual({ lines: [], before: 0 });
  });

  it('cuts at 200 code points, never inside one', async () => {
    const { lines } = await of(`${'🚢'.repeat(300)}\n${'🚢'.repeat(200)}\n`, 2);
    expect(Array.from(lines[0] ?? '')).toHaveLength(200);
    expect(lines[0]).toMatch(/^🚢+…$/u);
    expect(lines[1]).toBe('🚢'.repeat(200));
  });

  it('counts the earlier lines in a log of many blocks', async () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n');
    const { lines, before } = await of(`${text}\n`, 40);
    expect(before).toBe(49_960);
    expect(lines[0]).toBe('line 49960');
    expect(lines.at(-1)).toBe('line 49999');
  });
});
