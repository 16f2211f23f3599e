import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, card, openWorld, productOf, push, type World } from '../../support/world.ts';

/** Twice that of production, so that a slow machine makes ten pushes within one burst. */
const BURST_MS = 20_000;

describeStory('ten pushes within five seconds', (tier) => {
  let world: World;
  let bot: Running;

  afterEach(() => bot.stop());

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'first' }, 'First');
    world.repository.push();
  }, 60_000);

  afterAll(() => world.close());

  test.each([
    ['that all deploy', 'true', 'true', 'accepted in shop/integration'],
    ['whose builds all fail', 'exit 1', 'true', 'for shop failed'],
    ['whose deploys all fail', 'true', 'exit 1', 'to shop/integration failed'],
  ])(
    '%s make at most four messages outside of threads',
    async (_name, build, deploy, ends) => {
      const product = productOf(world, [{ name: 'integration', mode: 'continuous', deploy }], { run: build });
      const first = world.repository.commit({ 'app.txt': build + deploy }, 'Before');
      world.repository.push();
      bot = await startBot(world, product, { timing: { burstMs: BURST_MS } });
      await card(world, first.slice(0, 7), ends);
      const loud = () =>
        world.sandbox
          .messages(CHANNEL)
          .filter(({ threadTs, broadcast }) => threadTs === null || broadcast)
          .map(({ ts }) => ts);
      const before = new Set(loud());
      let short = '';
      for (let number = 1; number <= 10; number += 1) {
        short = (await push(world, bot.url, `${build} ${deploy} ${number}`)).short;
      }
      const last = await card(world, short, ends);
      await until('the thread is complete', () =>
        ends.startsWith('accepted')
          ? true
          : world.sandbox
              .messages(CHANNEL)
              .some(({ threadTs, broadcast }) => threadTs === last.ts && broadcast),
      );
      expect(loud().filter((ts) => !before.has(ts)).length).toBeLessThanOrEqual(4);
    },
    120_000,
  );
});
