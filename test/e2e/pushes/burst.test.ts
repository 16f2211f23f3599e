import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import type { DeliveryRecord } from '../../../src/ports/store.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  CHANNEL,
  card,
  marksOf,
  openStore,
  openWorld,
  productOf,
  sendPush,
  type World,
} from '../../support/world.ts';

const PUSHES = 50;

describeStory('fifty pushes at once', (tier) => {
  let world: World;
  let bot: Running;
  const deliveries: string[] = [];

  const product = () =>
    productOf(world, [
      {
        name: 'integration',
        mode: 'continuous',
        deploy: [
          'echo "begin $SLIPWAY_COMMIT" >> "$LEDGER"',
          'sleep 0.1',
          'echo "end $SLIPWAY_COMMIT" >> "$LEDGER"',
        ].join('\n'),
      },
    ]);

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'first' }, 'First');
    world.repository.push();
    bot = await startBot(world, product(), { timing: { burstMs: 1_000 } });
    await card(world, 'accepted in shop/integration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('deploy one at a time, and the newest head ends deployed', async () => {
    const hooks: Promise<Response>[] = [];
    for (let number = 1; number <= PUSHES; number += 1) {
      const sha = world.repository.commit({ 'app.txt': `push ${number}` }, `Push ${number}`);
      world.repository.push();
      const delivery = `push-${number}`;
      deliveries.push(delivery);
      hooks.push(sendPush(bot.url, world, sha, { delivery }));
      if (number % 5 === 0) hooks.push(sendPush(bot.url, world, sha, { delivery }));
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
  }, 120_000);

  test('finish every card, and post nothing twice', async () => {
    const cards = () => world.sandbox.messages(CHANNEL).filter((message) => message.threadTs === null);
    await until('every card says how it ended', () =>
      cards().every(({ text }) => / (Accepted|Superseded):/.test(text)),
    );
    expect(cards().filter(({ text }) => text.includes('Accepted:')).length).toBeGreaterThan(1);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  });

  test('post a card for few of them', () => {
    const loud = world.sandbox
      .messages(CHANNEL)
      .filter(({ threadTs, broadcast }) => threadTs === null || broadcast);
    expect(loud.length).toBeLessThan(PUSHES / 2);
  });

  test('end every delivery in a build or with a reason', async () => {
    let records: (DeliveryRecord | null)[] = [];
    await until('every delivery has its end', async () => {
      await bot.stop();
      const { store, close } = await openStore(world);
      records = await Promise.all(deliveries.map((id) => store.findDelivery(`github:${id}:shop`)));
      await close();
      bot = await startBot(world, product(), { timing: { burstMs: 1_000 } });
      return records.every((record) => record?.outcome);
    });
    const outcomes = records.map((record) => record?.outcome ?? '');
    expect(
      outcomes.filter((outcome) => !/^build of|was seen before|together with later/.test(outcome)),
    ).toEqual([]);
    expect(outcomes.some((outcome) => outcome.startsWith(`build of ${world.repository.head()}`))).toBe(true);
  }, 60_000);
});
