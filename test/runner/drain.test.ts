import { PassThrough } from 'node:stream';
import { drained, type Reading } from '../../src/runner/drain.ts';
import { until } from '../support/until.ts';

/** A reader that takes one chunk and stores it when it is told to, as a slow disk does. */
function slowReader(output: PassThrough) {
  const reading: Reading = { waitingSince: performance.now(), chunks: 0 };
  const taken: string[] = [];
  let store = () => {};
  async function read(): Promise<void> {
    try {
      for await (const chunk of output) {
        reading.waitingSince = null;
        reading.chunks += 1;
        taken.push(String(chunk));
        await new Promise<void>((resolve) => {
          store = resolve;
        });
        reading.waitingSince = performance.now();
      }
    } catch {
      // Destroyed.
    }
  }
  return { reading, taken, consumed: read(), store: () => store() };
}

/** So many times as long as silence lasts that ends the reading. */
async function looks(times: number): Promise<void> {
  const end = performance.now() + times * 200;
  await until('time has passed', () => performance.now() > end);
}

describe('output that is left when the guard is gone', () => {
  it('is read to its end, however long the disk takes', async () => {
    const output = new PassThrough();
    const { reading, taken, consumed, store } = slowReader(output);
    output.write('begun\n');
    await until('the first chunk is being stored', () => taken.length === 1);
    output.write('the end\n');
    const over = drained(output, consumed, reading);
    await looks(3);
    expect(output.destroyed).toBe(false);
    store();
    await until('the rest is read', () => taken.length === 2);
    store();
    await over;
    expect(taken).toEqual(['begun\n', 'the end\n']);
  });

  it('is not waited for when a leftover process keeps the pipe open', async () => {
    const output = new PassThrough();
    const { reading, consumed } = slowReader(output);
    await drained(output, consumed, reading);
    expect(output.destroyed).toBe(true);
  });

  it('is not read for ever when a leftover process keeps writing', async () => {
    const output = new PassThrough();
    const { reading, consumed, store } = slowReader(output);
    const writing = setInterval(() => {
      output.write('more\n');
      store();
    }, 20);
    await drained(output, consumed, reading);
    clearInterval(writing);
    expect(output.destroyed).toBe(true);
  });
});
