import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  marksOf,
  openWorld,
  productOf,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

/** Long enough to prepare and to stop. */
const VALID_MS = 8_000;

describeStory('a request that expires while nobody runs', (tier) => {
  let world: World;
  let bots: Running[];

  beforeEach(async () => {
    world = await openWorld(tier);
    bots = [];
  });

  afterEach(async () => {
    for (const bot of bots) await bot.stop();
    await world.close();
  });

  test('is reported as expired once, after the start', async () => {
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const short = world.repository.head().slice(0, 7);
    const product = productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ]);
    product.environments[1]!.policy.approvals.validForMs = VALID_MS;
    const first = await startBot(world, product);
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const expiresAt = Date.now() + VALID_MS;
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await first.stop();
    await until('it would expire', () => Date.now() > expiresAt);
    // As many as the tier allows: each of them wants to say so.
    for (const _ of tier === 'embedded' ? [1] : [1, 2, 3]) bots.push(await startBot(world, product));
    const expired = await card(world, `Not deployed: ${short} to shop/prod`, 'Expired');
    const told = () =>
      world.sandbox
        .messages(CHANNEL)
        .filter(({ threadTs, ...said }) => threadTs === expired.ts && wordsOf(said).includes('expired'));
    await until('the thread says so', () => told().length > 0);
    const status = await typed(world, ADA, 'status');
    expect(status).not.toContain('Prepared');
    expect(told()).toHaveLength(1);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  }, 90_000);
});
