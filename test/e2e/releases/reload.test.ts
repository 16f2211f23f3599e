import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Read } from '../../../src/app/reload/source.ts';
import type { Running } from '../../../src/app/start.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import {
  ADA,
  CHANNEL,
  card,
  LIN,
  MO,
  openWorld,
  productOf,
  push,
  sendPush,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('a configuration that changes while Slipway runs', (tier) => {
  let world: World;
  let bot: Running;
  let product: ProductSettings;
  /** What is wrong with it; empty: nothing. */
  let errors: Extract<Read, { kind: 'wrong' }>['errors'];

  /** A product whose prod needs so many approvals. */
  const shop = (required: number, more: Partial<ProductSettings> = {}) => ({
    ...productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval', people: { rules: [{ required, from: null }] } },
    ]),
    ...more,
  });

  beforeEach(async () => {
    world = await openWorld(tier);
    errors = [];
    product = shop(1);
    bot = await startBot(world, product, {
      source: (environment) => ({
        name: 'slipway.yml',
        read: () =>
          errors.length > 0
            ? { kind: 'wrong', errors }
            : { kind: 'ok', settings: { products: [product], forges: [] }, environment },
        // It is read when a test says so.
        files: () => [],
      }),
    });
  }, 60_000);
  afterEach(async () => {
    await bot.stop();
    await world.close();
  });

  const readyz = async () => {
    const answer = await fetch(`${bot.url}/readyz`);
    return { status: answer.status, text: await answer.text() };
  };
  const notices = () =>
    world.sandbox.messages(CHANNEL).filter((message) => wordsOf(message).includes('Who may do what'));

  test('decides what waits by its new rules, tells the channel once, and takes a new secret', async () => {
    const { short } = await push(world, bot.url, 'one');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, 'approve prod');
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');

    product = shop(2, { webhookSecret: 'another-webhook-secret' });
    await bot.reload();
    const told = await card(world, 'Who may do what in shop has changed');
    expect(wordsOf(told)).toContain('prod: 2 members must approve, before 1 member');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    expect(await typed(world, ADA, 'deploy prod')).toContain('Refused:');
    await typed(world, LIN, 'approve prod');
    expect(await typed(world, ADA, 'deploy prod')).toContain('Refused:');
    await typed(world, MO, 'approve prod');
    await typed(world, ADA, 'deploy prod');
    await card(world, `Test ${short} in shop/prod`, 'Testing');

    const sha = world.repository.commit({ 'app.txt': 'two' }, 'Two');
    world.repository.push();
    expect((await sendPush(bot.url, world, sha)).status).toBe(401);
    const taken = await sendPush(bot.url, world, sha, { secret: 'another-webhook-secret' });
    expect(taken.status).toBe(202);
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    await bot.reload();
    expect(notices()).toHaveLength(1);
  }, 90_000);

  thoroughTest(
    'changes nothing while it is wrong, and says so in /readyz and status until it is right',
    async () => {
      errors = [{ path: 'products.shop.channel', what: 'is missing', todo: 'name a channel' }];
      product = shop(2);
      await bot.reload();
      const wrong = await readyz();
      expect(wrong.status).toBe(200);
      expect(wrong.text).toContain('slipway.yml has changed, but cannot be taken');
      expect(wrong.text).toContain('products.shop.channel');
      expect(await typed(world, ADA, 'status')).toContain('slipway.yml has changed, but cannot be taken');
      const { short } = await push(world, bot.url, 'one');
      await card(world, `${short} accepted in shop/integration`);
      await typed(world, ADA, 'promote integration');
      await typed(world, LIN, 'approve prod');
      await card(world, `Deploy ${short} to shop/prod`, 'Approved');

      errors = [];
      product = shop(1);
      await bot.reload();
      expect(await readyz()).toEqual({ status: 200, text: '{"ready":true}' });
      await typed(world, ADA, 'deploy prod');
      await card(world, `Test ${short} in shop/prod`, 'Testing');
      expect(notices()).toEqual([]);
    },
    90_000,
  );

  thoroughTest(
    'retires an environment that is gone, and leaves a product alone that is gone',
    async () => {
      const { short } = await push(world, bot.url, 'one');
      await card(world, `${short} accepted in shop/integration`);
      await typed(world, ADA, 'promote integration');
      await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
      const [integration] = product.environments;
      product = { ...product, environments: [integration] };
      await bot.reload();
      const cancelled = await card(world, `Not deployed: ${short} to shop/prod`, 'Cancelled');
      expect(wordsOf(cancelled)).toContain('prod was removed from the configuration');
      product = {
        ...product,
        name: 'store',
        environments: [{ ...integration, policy: { ...integration.policy, product: 'store' } }],
      };
      await bot.reload();
      expect(await typed(world, ADA, 'status')).not.toContain('shop');
      await push(world, bot.url, 'two');
      await card(world, 'accepted in store/integration');
      expect((await readyz()).status).toBe(200);
    },
    90_000,
  );
});
