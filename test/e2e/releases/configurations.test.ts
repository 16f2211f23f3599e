import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory, describeWith } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  clicked,
  LIN,
  MO,
  mentioned,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const INTEGRATION = { name: 'integration', mode: 'continuous' } as const;
const PREPROD = { name: 'preprod', mode: 'approval' } as const;
const PROD = { name: 'prod', mode: 'approval' } as const;

/** A world with one commit, which waits in preprod. */
async function openWaiting(
  tier: 'embedded' | 'services',
): Promise<{ world: World; bot: Running; short: string }> {
  const world = await openWorld(tier);
  const short = world.repository.commit({ 'app.txt': 'one' }, 'First').slice(0, 7);
  world.repository.push();
  const bot = await startBot(world, productOf(world, [INTEGRATION, PREPROD, PROD]));
  await card(world, `${short} accepted in shop/integration`);
  await typed(world, ADA, 'promote integration');
  await card(world, `Deploy ${short} to shop/preprod`, 'Prepared');
  return { world, bot, short };
}

describeStory('an environment that leaves the configuration', (tier) => {
  let world: World;
  let bot: Running;
  let short: string;

  beforeEach(async () => {
    ({ world, bot, short } = await openWaiting(tier));
  }, 60_000);
  afterEach(async () => {
    await bot.stop();
    await world.close();
  });

  test('is retired: waiting releases are cancelled with that reason, history is kept, and nothing new goes there', async () => {
    const before = await card(world, `Deploy ${short} to shop/preprod`);
    await bot.stop();
    bot = await startBot(world, productOf(world, [INTEGRATION, PROD]));
    const cancelled = await card(world, `Not deployed: ${short} to shop/preprod`, 'Cancelled');
    expect(wordsOf(cancelled)).toContain('preprod was removed from the configuration');
    expect(buttonsOf(cancelled)).toEqual([]);
    await world.sandbox.click(LIN, before.ts, { text: 'Approve', version: 0 });
    await until('a click on what its card was is answered', () =>
      world.sandbox.ephemerals(LIN).find((message) => wordsOf(message).includes('Refused:')),
    );
    expect(await typed(world, ADA, `prepare preprod ${short}`)).toContain('Refused:');
    expect(await typed(world, ADA, 'history preprod')).toContain('preprod#1');
    // In the thread of its card, what the help there offers is answered.
    const inThread = (text: string) => mentioned(world, ADA, text, before.ts);
    expect(await inThread('')).toContain('@slipway log');
    // It was never deployed, so its log is that of the build.
    expect(await inThread('log')).toContain(`Build of ${short} for shop`);
    expect(await inThread('history')).toContain('preprod#1');
    expect(await inThread('where')).toContain(short);
    expect(await inThread('approve')).toContain('Refused: ');
    const board = await typed(world, ADA, 'status');
    expect(board).toContain('2 environments');
    expect(board).not.toContain('preprod');
  }, 60_000);

  thoroughTest(
    'makes its neighbour take commits from the one below it',
    async () => {
      expect(await typed(world, ADA, `prepare prod ${short}`)).toContain(
        `Refused: ${short} is not accepted in preprod.`,
      );
      await typed(world, ADA, 'cancel preprod');
      const offer = await card(world, `${short} accepted in shop/integration`, 'Promote to preprod');
      await bot.stop();
      bot = await startBot(world, productOf(world, [INTEGRATION, PROD]));
      // What names an environment that is gone means no other one.
      await card(world, `${short} accepted in shop/integration`, 'Promote to prod');
      await world.sandbox.click(ADA, offer.ts, { text: 'Promote to preprod' });
      await until('Ada is told', () =>
        world.sandbox
          .ephemerals(ADA)
          .find((one) => wordsOf(one).includes('is no longer promoted to preprod')),
      );
      expect(await typed(world, ADA, `prepare prod ${short}`)).toContain('is prepared');
      await typed(world, LIN, 'approve prod');
      await typed(world, ADA, 'deploy prod');
      await card(world, `Test ${short} in shop/prod`, 'Testing');
      await typed(world, MO, 'accept prod');
      await card(world, `${short} accepted in shop/prod`);
    },
    60_000,
  );
});

describeWith(['redis', 'mongo'], 'two processes with different configurations', () => {
  let world: World;
  let old: Running;
  let newer: Running;
  let short: string;

  beforeEach(async () => {
    ({ world, bot: old, short } = await openWaiting('services'));
    newer = await startBot(
      world,
      productOf(world, [INTEGRATION, { ...PREPROD, people: { rules: [] } }, PROD]),
    );
  }, 60_000);
  afterEach(async () => {
    await newer.stop();
    await old.stop();
    await world.close();
  });

  test('the newest recorded configuration decides, and a process with another says so, to people and in /readyz', async () => {
    const readyz = async ({ url }: Running) => {
      const answer = await fetch(`${url}/readyz`);
      return { status: answer.status, text: await answer.text() };
    };
    const told = await until('the old one knows', async () => {
      const { status, text } = await readyz(old);
      return status === 503 ? text : undefined;
    });
    expect(told).toContain('another process uses a newer configuration of shop');
    expect((await readyz(newer)).status).toBe(200);
    const waiting = await card(world, `Deploy ${short} to shop/preprod`);
    world.sandbox.setRequestUrl(`${old.url}/slack/events`);
    const answer = await clicked(world, LIN, waiting.ts, buttonsOf(waiting)[0] ?? '');
    expect(answer).toContain('Errored: another process uses a newer configuration of shop');
    expect(await typed(world, ADA, 'deploy preprod#1')).toContain(
      'Errored: another process uses a newer configuration',
    );
    expect(await world.ledger()).not.toContainEqual(expect.stringMatching(/^preprod /));
    world.sandbox.setRequestUrl(`${newer.url}/slack/events`);
    await typed(world, ADA, 'deploy preprod#1');
    await card(world, `Test ${short} in shop/preprod`, 'Testing');
    // The old one has workers too: whoever carries it out, it is pushed, built and deployed once.
    const next = await push(world, newer.url, 'two');
    await card(world, `${next.short} accepted in shop/integration`);
    expect((await world.ledger()).filter((line) => line === `integration ${next.sha}`)).toHaveLength(1);
  }, 90_000);
});

describeWith(['redis', 'mongo'], 'two processes with different products', () => {
  let world: World;
  let knowing: Running;
  let other: Running;

  beforeEach(async () => {
    world = await openWorld('services');
    const shop = productOf(world, [INTEGRATION]);
    const [{ policy, ...commands }] = shop.environments;
    const renamed = { ...commands, policy: { ...policy, product: 'other' } };
    other = await startBot(world, { ...shop, name: 'other', branch: 'none', environments: [renamed] });
    knowing = await startBot(world, shop);
  }, 60_000);
  afterEach(async () => {
    await knowing.stop();
    await other.stop();
    await world.close();
  });

  test('every push is built, deployed and posted by the one that has the product, whoever takes the wake-ups', async () => {
    const pushed = [];
    for (const text of ['one', 'two', 'three']) {
      const next = await push(world, knowing.url, text);
      await card(world, `${next.short} accepted in shop/integration`);
      pushed.push(`integration ${next.sha}`);
    }
    expect(await world.ledger()).toEqual(pushed);
    expect(await typed(world, ADA, 'status')).not.toContain('cannot be delivered');
  }, 90_000);
});
