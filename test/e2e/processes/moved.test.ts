import { afterEach, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { bodyOf } from '../../app/transfer/files.ts';
import { startBot } from '../../support/bot.ts';
import { exportOf, importInto } from '../../support/moved.ts';
import { describeWith } from '../../support/services/tiers.ts';
import { deployToProd, promote } from '../../support/story.ts';
import { THOROUGH } from '../../support/thorough.ts';
import {
  ADA,
  CHANNEL,
  card,
  LIN,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeWith(['redis', 'mongo'], 'a bot that moves to the other tier', () => {
  let bot: Running | null = null;
  const worlds: World[] = [];
  afterEach(async () => {
    await bot?.stop();
    for (const world of worlds.splice(0)) await world.close();
  });

  const product = (world: World) =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ]);

  const ways: ['embedded' | 'services', 'embedded' | 'services'][] = [['embedded', 'services']];
  if (THOROUGH) ways.push(['services', 'embedded']);

  test.each(ways)(
    'goes on with what waited, from %s to %s',
    async (from, to) => {
      const world = await openWorld(from);
      const there = await openWorld(to);
      worlds.push(world, there);
      bot = await startBot(world, product(world));
      const first = await push(world, bot.url, 'one');
      await deployToProd(world, first.short);
      await card(world, `Test ${first.short} in shop/prod`);
      await typed(world, LIN, 'accept prod');
      await card(world, `${first.short} accepted in shop/prod`);
      const second = await push(world, bot.url, 'two');
      const { ts } = await card(world, `${second.short} accepted in shop/integration`);
      await promote(world, ADA, ts, 'prod');
      const waiting = await card(world, `Deploy ${second.short} to shop/prod`, 'Prepared');
      const posted = world.sandbox.messages(CHANNEL).length;
      await bot.stop();
      bot = null;

      const text = await exportOf(world);
      await importInto(there, text);
      expect(bodyOf(await exportOf(there))).toEqual(bodyOf(text));

      // Slack, the repository and the ledger of deploys stay where they are.
      const { tier, services, dataDirectory, patienceMs } = there;
      const moved: World = { ...world, tier, services, dataDirectory, patienceMs };
      bot = await startBot(moved, product(moved));
      await typed(moved, LIN, 'approve prod');
      await card(moved, `Deploy ${second.short} to shop/prod`, 'Approved');
      // Artifacts are not in an export, so what was built is built once more, before it is deployed.
      await typed(moved, ADA, 'deploy prod');
      await card(moved, `Test ${second.short} in shop/prod`);
      await typed(moved, LIN, 'accept prod');
      const done = await card(moved, `${second.short} accepted in shop/prod`);
      expect((await world.ledger()).filter((line) => line.startsWith('prod '))).toEqual([
        `prod ${first.sha}`,
        `prod ${second.sha}`,
      ]);
      // The card of before is the one that tells it, and no other was posted.
      expect(done.ts).toBe(waiting.ts);
      const cards = world.sandbox
        .messages(CHANNEL)
        .slice(posted)
        .filter(({ threadTs }) => threadTs === null);
      expect(cards.map(wordsOf)).toEqual([]);
      expect(await typed(moved, ADA, 'history prod')).toContain(first.short);
    },
    180_000,
  );
});
