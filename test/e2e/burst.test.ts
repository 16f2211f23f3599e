import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../src/app/start.ts';
import { startBot } from '../support/bot.ts';
import { CHANNEL, card, openWorld, productOf, sendPush, type World } from '../support/world.ts';

describe('fifty pushes at once', () => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld();
    world.repository.commit({ 'app.txt': 'first' }, 'First');
    world.repository.push();
    const deploy = [
      'echo "begin $SLIPWAY_COMMIT" >> "$LEDGER"',
      'sleep 0.1',
      'echo "end $SLIPWAY_COMMIT" >> "$LEDGER"',
    ].join('\n');
    bot = await startBot(world, productOf(world, [{ name: 'integration', mode: 'continuous', deploy }]));
    await card(world, 'accepted in shop/integration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('deploy one at a time, and the newest head ends deployed', async () => {
    const hooks: Promise<Response>[] = [];
    for (let number = 1; number <= 50; number += 1) {
      const sha = world.repository.commit({ 'app.txt': `push ${number}` }, `Push ${number}`);
      world.repository.push();
      hooks.push(sendPush(bot.url, world, sha));
      if (number % 10 === 0) hooks.push(sendPush(bot.url, world, sha));
    }
    const answers = await Promise.all(hooks);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const head = world.repository.head();
    await card(world, `${head.slice(0, 7)} accepted in shop/integration`);

    const ledger = await world.ledger();
    expect(ledger.at(-1)).toBe(`end ${head}`);
    const overlaps = ledger.filter((line, index) => line.startsWith(index % 2 === 0 ? 'end' : 'begin'));
    expect(overlaps).toEqual([]);
    const begun = ledger.filter((line) => line.startsWith('begin'));
    expect(new Set(begun).size).toBe(begun.length);
    const marks = world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
    expect(new Set(marks).size).toBe(marks.length);
  }, 120_000);
});
