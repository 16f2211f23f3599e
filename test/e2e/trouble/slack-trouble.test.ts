import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { thoroughTest } from '../../support/thorough.ts';
import { QUICK } from '../../support/timing.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  LIN,
  marksOf,
  openWorld,
  productOf,
  push,
  typed,
  type World,
} from '../../support/world.ts';

describeStory('while Slack is in trouble', (tier) => {
  let world: World;
  let bot: Running;

  const product = () =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ]);

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startBot(world, product());
    await card(world, 'accepted in shop/integration');
  }, 60_000);

  afterEach(() => {
    world.sandbox.faults.clear();
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  });

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const calls = (method: string) => world.sandbox.faults.callsOf(method);
  const deployed = async (sha: string) => (await world.ledger()).includes(`integration ${sha}`);

  /** Cards of this commit: its name stands in what a screen reader reads first. */
  function cardsOf(short: string) {
    const messages = world.sandbox.messages(CHANNEL);
    return messages.filter((message) => message.threadTs === null && message.text.includes(short));
  }

  /** Pushes when the threads of all cards are told, so that the next post is that of the new card. */
  async function pushInQuiet(text: string, trouble: () => void) {
    await until('nothing is left to tell', () => {
      const messages = world.sandbox.messages(CHANNEL);
      return messages
        .filter((message) => message.threadTs === null)
        .every(
          ({ ts, text }) =>
            / (Superseded|Testing):/.test(text) ||
            messages.some((reply) => reply.threadTs === ts && reply.text.includes('is accepted in')),
        );
    });
    trouble();
    return push(world, bot.url, text);
  }

  thoroughTest(
    'a card that Slack asks to wait with is not sent earlier, and the others continue',
    async () => {
      let began = 0;
      const first = await pushInQuiet('Two', () => {
        began = Date.now();
        world.sandbox.faults.plan('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 4 }, 1);
      });
      const tried = () => calls('chat.postMessage').filter(({ at }) => at >= began);
      await until('the first card was tried', () => tried().length > 0);
      const second = await push(world, bot.url, 'Three');
      await card(world, `${second.short} accepted in shop/integration`);
      await until('the card that waits comes too', () => cardsOf(first.short).length > 0);
      const [refused, ...others] = tried();
      const mark = JSON.stringify(refused?.args.metadata);
      const again = others.find((call) => JSON.stringify(call.args.metadata) === mark);
      expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(4_000);
      expect(others.some((call) => call.at < (again?.at ?? 0))).toBe(true);
    },
  );

  test('deploys continue while Slack answers 500 to everything, and afterwards the last state is shown', async () => {
    const { sha, short } = await pushInQuiet('Four', () => {
      world.sandbox.faults.plan('chat.postMessage', { kind: 'server_error' });
      world.sandbox.faults.plan('chat.update', { kind: 'server_error' });
    });
    await until('it is deployed all the same', () => deployed(sha));
    expect(cardsOf(short)).toEqual([]);
    world.sandbox.faults.clear();
    const accepted = await card(world, `${short} accepted in shop/integration`);
    expect(buttonsOf(accepted)).toContain('Promote to prod');
    expect(cardsOf(short)).toHaveLength(1);
  });

  test('a post whose answer was lost is found, and not posted again', async () => {
    // Longer than the bot waits for an answer; then it is posted all the same.
    const { short } = await pushInQuiet('Five', () =>
      world.sandbox.faults.plan('chat.postMessage', { kind: 'hang', ms: QUICK.slackTimeoutMs + 500 }, 1),
    );
    await card(world, `${short} accepted in shop/integration`);
    expect(cardsOf(short)).toHaveLength(1);
    expect(calls('conversations.history').length).toBeGreaterThan(0);
  });

  test("nothing is posted twice when Slack's answers are lost for a while", async () => {
    const { short } = await pushInQuiet('Five and a half', () => {
      for (const method of ['chat.postMessage', 'chat.update'])
        world.sandbox.faults.plan(method, { kind: 'unanswered' }, 2);
    });
    const ended = () =>
      world.sandbox
        .messages(CHANNEL)
        .find(({ threadTs, text }) => threadTs === null && text.includes(`${short} accepted in`));
    const isTold = () =>
      world.sandbox
        .messages(CHANNEL)
        .some((reply) => reply.threadTs === ended()?.ts && reply.text.includes('is accepted in'));
    // Four answers are waited for in vain, each for as long as a call may take, with a pause after each.
    await until('its thread is told', isTold, 90_000);
    expect(cardsOf(short)).toHaveLength(1);
  }, 120_000);

  thoroughTest('a change of a card without an answer is made again, and the last state stays', async () => {
    world.sandbox.faults.plan('chat.update', { kind: 'server_error' }, 3);
    await typed(world, ADA, 'promote integration');
    await typed(world, LIN, 'approve prod');
    await typed(world, ADA, 'deploy prod');
    const testing = await card(world, 'Test ', 'in shop/prod');
    expect(buttonsOf(testing)).toContain('Accept');
  });

  test('a deploy continues without its channel, status names the card that nobody can see, and it is retried slowly', async () => {
    world.sandbox.faults.plan('chat.postMessage', { kind: 'error', error: 'channel_not_found' });
    const { sha, short } = await push(world, bot.url, 'Six');
    await until('it is deployed all the same', () => deployed(sha));
    await until('status tells', async () =>
      (await typed(world, LIN, 'status')).includes('channel_not_found'),
    );
    const tried = calls('chat.postMessage').length;
    const since = Date.now();
    const board = await until('it runs there', async () => {
      const said = await typed(world, LIN, 'status');
      return said.includes(`runs ${short}`) && said;
    });
    expect(board).toContain('could not be posted in #shop-releases');
    // Once more with each change of the card, and when a wait is over.
    const changes = 6 + Math.ceil((Date.now() - since) / (QUICK.cardAwayMs[0] ?? 1));
    expect(calls('chat.postMessage').length - tried).toBeLessThanOrEqual(changes);
  });

  thoroughTest('an undelivered card is tried again after the next start, and status is clear', async () => {
    const head = world.repository.head().slice(0, 7);
    await bot.stop();
    bot = await startBot(world, product());
    await card(world, `${head} accepted in shop/integration`);
    expect(cardsOf(head)).toHaveLength(1);
    await until('status is clear', async () => !(await typed(world, LIN, 'status')).includes('could not be'));
  });
});
