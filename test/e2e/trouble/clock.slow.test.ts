import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { listeningBot, startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { ADA, card, LIN, openWorld, productOf, push, typed, type World } from '../../support/world.ts';

const HOUR = 3_600_000;

async function readyz({ url }: Running): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

describeStory('rule 35: a wrong clock', (tier) => {
  let world: World;
  let bots: Running[];
  /** How far the clock of the bot is off. */
  let off: number;
  const now = () => Date.now() + off;
  const product = () =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ]);

  beforeEach(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bots = [];
    off = 0;
  }, 60_000);

  afterEach(async () => {
    for (const bot of bots) await bot.stop();
    await world.close();
  });

  test(`rule 35: ${tier}: ahead for a while, then right`, async () => {
    const bot = await startBot(world, product(), { now });
    bots.push(bot);
    const short = world.repository.head().slice(0, 7);
    await card(world, `${short} accepted in shop/integration`);

    // Slack's requests are five minutes old at most, and nobody knows better on the embedded tier.
    off = tier === 'services' ? 48 * HOUR : 4 * 60_000;
    if (tier === 'services') {
      await until('it sees that its clock is wrong', async () => (await readyz(bot)).status === 503);
      expect((await readyz(bot)).body).toMatchObject({
        ready: false,
        why: expect.stringContaining('ahead of the clock of the database'),
      });
      expect(await typed(world, ADA, 'promote integration')).toContain(
        'ahead of the clock of the database, so this process decides nothing',
      );
    } else {
      await typed(world, ADA, 'lock prod a minute');
      await typed(world, ADA, 'unlock prod');
      expect((await readyz(bot)).status).toBe(200);
    }
    off = 0;
    await until('it is ready', async () => (await readyz(bot)).status === 200);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, 'approve prod');
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await typed(world, ADA, 'deploy prod');
    await card(world, `Test ${short} in shop/prod`);
    const next = await push(world, bot.url, 'two');
    await card(world, `${next.short} accepted in shop/integration`);
  }, 120_000);

  const onServices = tier === 'services' ? test : test.skip;
  onServices(
    'rule 35: services: at the start',
    async () => {
      off = -HOUR;
      const bot = await listeningBot(world, product(), { now });
      bots.push(bot);
      const short = world.repository.head().slice(0, 7);
      await until('it says why', async () =>
        JSON.stringify((await readyz(bot)).body).includes('behind the clock of the database'),
      );
      expect((await readyz(bot)).status).toBe(503);
      off = 0;
      await bot.ready;
      expect((await readyz(bot)).status).toBe(200);
      await card(world, `${short} accepted in shop/integration`);
    },
    120_000,
  );
});
