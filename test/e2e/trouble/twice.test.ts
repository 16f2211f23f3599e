import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import {
  ADA,
  CHANNEL,
  card,
  clickHome,
  dialog,
  LIN,
  openHome,
  openWorld,
  productOf,
  push,
  typed,
  type World,
} from '../../support/world.ts';

describeStory('a Slack that delivers everything twice', (tier) => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier);
    const environments = [
      { name: 'integration', mode: 'continuous' as const },
      { name: 'prod', mode: 'approval' as const },
    ];
    bot = await startBot(world, productOf(world, environments));
    const { short } = await push(world, bot.url, 'One');
    await card(world, `${short} accepted in shop/integration`);
    world.sandbox.faults.planDelivery('*', { kind: 'twice' });
  }, 180_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const told = (person: string) => [
    ...world.sandbox.ephemerals(person),
    ...world.sandbox.messages(person).filter(({ user }) => user !== person),
  ];

  test('a click opens one dialog and complains of nothing', async () => {
    await openHome(world, LIN, 'Prepare');
    await clickHome(world, LIN, { actionId: 'prepare' });
    await dialog(world, LIN);
    expect(world.sandbox.views(LIN)).toHaveLength(1);
    // An answer to the second delivery would come before that to a later command.
    await typed(world, LIN, 'status');
    expect(told(LIN)).toHaveLength(1);
  });

  test('a command is answered once, and a release is prepared once', async () => {
    await typed(world, ADA, 'promote integration');
    await card(world, 'shop/prod', 'Prepared');
    await typed(world, ADA, 'status');
    expect(told(ADA)).toHaveLength(2);
    const cards = world.sandbox.messages(CHANNEL).filter(({ text }) => text.includes('prod#'));
    expect(cards.filter(({ threadTs }) => threadTs === null)).toHaveLength(1);
  });
});
