import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  LIN,
  MO,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const INTEGRATION = { name: 'integration', mode: 'continuous' } as const;

/** What nobody approved does not come to run where people are asked, whichever way it is tried. */
describeStory('an environment that now asks people', (tier) => {
  let world: World;
  let bot: Running;

  beforeEach(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
  }, 60_000);
  afterEach(async () => {
    await bot.stop();
    await world.close();
  });

  const ran = async (environment: string) =>
    (await world.ledger()).filter((line) => line.startsWith(`${environment} `)).length;
  const reply = (...says: string[]) =>
    until(`a thread reply that says ${says.join(' and ')}`, () =>
      world.sandbox
        .messages('#shop-releases')
        .findLast(
          (message) => message.threadTs !== null && says.every((words) => wordsOf(message).includes(words)),
        ),
    );

  test('rule 27: a release that a lock held while nobody was asked ends at the start that asks people', async () => {
    bot = await startBot(world, productOf(world, [INTEGRATION]));
    await card(world, 'accepted in shop/integration');
    await typed(world, LIN, 'lock integration migration');
    const { short } = await push(world, bot.url, 'two');
    await card(world, `Deploy ${short} to shop/integration`, 'lock by Lin');
    await bot.stop();
    bot = await startBot(world, productOf(world, [{ name: 'integration', mode: 'approval' }]));
    const ended = await card(world, `Not deployed: ${short} to shop/integration`, 'Cancelled');
    expect(wordsOf(ended)).toContain('integration now asks for approvals');
    await typed(world, LIN, 'unlock integration');
    expect(await typed(world, ADA, `prepare integration ${short}`)).toContain('is prepared');
    await typed(world, LIN, 'approve integration');
    await typed(world, ADA, 'deploy integration');
    await card(world, `Test ${short} in shop/integration`);
    expect(await ran('integration')).toBe(2);
  }, 90_000);

  thoroughTest(
    'rule 27: a release that failed while nobody was asked is not tried again',
    async () => {
      const deploy = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"; exit 1';
      bot = await startBot(world, productOf(world, [{ ...INTEGRATION, deploy }]));
      await card(world, 'to shop/integration failed', 'Retry');
      await bot.stop();
      bot = await startBot(world, productOf(world, [{ name: 'integration', mode: 'approval' }]));
      expect(await typed(world, ADA, 'retry integration#1')).toContain('integration now asks for approvals');
      await until('the card offers no Retry', async () => {
        const failed = await card(world, 'to shop/integration failed');
        return !buttonsOf(failed).includes('Retry');
      });
      expect(await ran('integration')).toBe(1);
    },
    90_000,
  );

  test('rule 28: a rollback voids every earlier approval', async () => {
    bot = await startBot(world, productOf(world, [INTEGRATION, { name: 'prod', mode: 'approval' }]));
    await card(world, 'accepted in shop/integration');
    for (const at of [1, 2]) {
      await typed(world, ADA, 'promote integration');
      await typed(world, LIN, `approve prod#${at}`);
      await typed(world, ADA, `deploy prod#${at}`);
      await card(world, 'in shop/prod', 'Testing');
      await typed(world, MO, `accept prod#${at}`);
      await card(world, 'accepted in shop/prod');
      const { short } = await push(world, bot.url, `more ${at}`);
      await card(world, `${short} accepted in shop/integration`);
    }
    await typed(world, ADA, 'promote integration');
    await typed(world, LIN, 'approve prod#3');
    await card(world, 'to shop/prod', 'Approved', 'prod#3');
    await typed(world, MO, 'rollback prod it burns');
    await card(world, 'shop/prod is back on');
    await card(world, 'to shop/prod', 'Prepared', '0 of 1 approval');
    await reply('so the diff changed and your approval is void');
    expect(await typed(world, ADA, 'deploy prod#3')).toContain('Refused:');
    expect(await ran('prod')).toBe(3);
  }, 120_000);
});
