import fc from 'fast-check';
import { LineTooLong, linesOf } from '../../../src/app/transfer/lines.ts';
import { runs } from '../../support/thorough.ts';
import { streamed } from './files.ts';

async function split(text: string, bytes: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(streamed(text, bytes))) lines.push(line.toString());
  return lines;
}

test('lines are the same, however the bytes arrive, and only \\n ends one', async () => {
  const text = fc.array(fc.constantFrom('a', 'é', '\u2028', '\r', '\n', '\n')).map((each) => each.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (text, bytes) => {
      const lines = await split(text, bytes);
      expect(lines.join('')).toBe(text);
      expect(
        lines.every(
          (line, at) => line.indexOf('\n') === (at < lines.length - 1 ? line.length - 1 : line.indexOf('\n')),
        ),
      ).toBe(true);
      expect(lines).toEqual(await split(text, text.length * 3 + 1));
    }),
    { numRuns: runs(200) },
  );
});

test('a line that no document could be is not kept in memory', async () => {
  const endless = async function* () {
    for (;;) yield Buffer.alloc(1024 * 1024, 'a');
  };
  const lines = linesOf(endless());
  await expect(lines.next()).rejects.toBeInstanceOf(LineTooLong);
});
