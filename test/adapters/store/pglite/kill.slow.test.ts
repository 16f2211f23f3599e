import { dataDirectory } from '../../../support/services/services.ts';
import { startProgram } from '../../processes/start.ts';

/** Each takes about two seconds on a quiet machine. */
const ROUNDS = 4;
const MOST_WRITES = 120;

test('kill -9 at any moment: every acknowledged write is there afterwards', async () => {
  const { directory, remove } = await dataDirectory();
  let acknowledged = 0;
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const writer = startProgram('writer.ts', directory);
      const found = Number(/^found (\d+)$/.exec(await writer.line())?.[1]);
      // The last write may have happened without the word of it getting out.
      expect([acknowledged, acknowledged + 1]).toContain(found);
      acknowledged = found;
      const writes = round === ROUNDS ? 0 : Math.floor(Math.random() * MOST_WRITES);
      for (let n = 0; n < writes; n++) await writer.line();
      await writer.kill();
      acknowledged = Math.max(acknowledged, ...writer.lines.slice(1).map(Number));
    }
  } finally {
    await remove();
  }
  expect(acknowledged).toBeGreaterThan(0);
}, 120_000);
