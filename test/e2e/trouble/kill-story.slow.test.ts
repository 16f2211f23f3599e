import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BotPlace, type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  LIN,
  MO,
  marksOf,
  openWorld,
  sendPush,
  type World,
  wordsOf,
} from '../../support/world.ts';

const SEED = 20_261_124;

/** The same numbers from 0 to below 1 at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const DEPLOY = 'echo "$SLIPWAY_RELEASE" >> "$LEDGER"; sleep 0.3';

describeTiers('a bot killed right after each acknowledgement of the story', (tier) => {
  let world: World;
  let bot: BotProcess;
  let place: BotPlace;
  /** How often a person asked for a deploy again, by its card. */
  const retries = new Map<string, number>();

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
    place = await describeBot(world, [
      { name: 'integration', mode: 'continuous', deploy: { run: DEPLOY } },
      { name: 'prod', mode: 'approval', deploy: { run: DEPLOY }, verify: { run: 'sleep 0.2' } },
    ]);
    bot = await startProcess(world, place);
    await card(world, 'accepted in shop/integration');
  }, 120_000);

  afterAll(async () => {
    await bot.end('SIGKILL');
    await world.close();
  });

  function cardThatSays(...words: string[]) {
    return world.sandbox
      .messages(CHANNEL)
      .filter((message) => message.threadTs === null)
      .findLast((message) => words.every((word) => wordsOf(message).includes(word)));
  }

  async function press(person: string, button: string, ...words: string[]): Promise<void> {
    const found = cardThatSays(...words);
    if (found) await world.sandbox.click(person, found.ts, { text: button });
  }

  /** Ada may meet a dialog that a kill has left behind, or none: then the step is done once more. */
  async function promoteTo(environment: string, ...words: string[]): Promise<void> {
    const found = cardThatSays(...words);
    if (!found) return;
    const before = world.sandbox.views(ADA).map(({ id }) => id);
    await world.sandbox.click(ADA, found.ts, { text: `Promote to ${environment}` });
    const end = Date.now() + 2_000;
    const opened = () =>
      world.sandbox.views(ADA).find(({ id, view }) => !before.includes(id) && view.submit !== undefined);
    await until('a dialog, or none', () => opened() !== undefined || Date.now() > end);
    const dialog = opened();
    if (dialog) await world.sandbox.submit(ADA, dialog.id, {});
  }

  /** What was interrupted is asked for again by a person; nothing else ever runs it again. */
  async function retryInterrupted(short: string): Promise<void> {
    const found = cardThatSays(short, 'was interrupted');
    if (!found) return;
    retries.set(found.ts, (retries.get(found.ts) ?? 0) + 1);
    await world.sandbox.click(ADA, found.ts, { text: 'Retry' });
    await until('it is taken up', () => !wordsOf(found).includes('was interrupted'));
  }

  /**
   * One step of the story with a kill after it. What was acknowledged and not yet written is lost with the process:
   * then it is done once more, as a person would who sees that nothing happened.
   */
  async function step(short: string, goal: string[], killAfterMs: number, act: () => Promise<unknown>) {
    await act();
    const moment = Date.now() + killAfterMs;
    await until('the moment of the kill', () => Date.now() >= moment);
    await bot.end('SIGKILL');
    bot = await startProcess(world, place);
    const settled = () => cardThatSays(short, ...goal);
    let again = Date.now() + 3_000;
    await until(
      () =>
        `${goal.join(' and ')}; there is: ${cardThatSays(short)?.text}; told: ${[ADA, LIN, MO].map((who) =>
          world.sandbox
            .ephemerals(who)
            .map(({ text }) => text)
            .join('\n'),
        )}; the bot: ${bot.output().slice(-3000)}`,
      async () => {
        await retryInterrupted(short);
        if (!settled() && Date.now() > again) {
          again = Date.now() + 3_000;
          await act();
        }
        return settled();
      },
      30_000,
    );
  }

  test(`loses nothing, and runs and posts nothing twice (seed ${SEED})`, async () => {
    const random = seeded(SEED);
    const wait = () => Math.floor(random() * random() * 900);
    let short = '';
    for (const text of ['One', 'Two']) {
      const sha = world.repository.commit({ 'app.txt': text }, text);
      short = sha.slice(0, 7);
      world.repository.push();
      await step(short, ['accepted in shop/integration'], wait(), () => sendPush(bot.url, world, sha));
      const offer = [short, 'accepted in shop/integration'];
      const prod = [short, 'to shop/prod'];
      await step(short, ['to shop/prod', 'Prepared'], wait(), () => promoteTo('prod', ...offer));
      await step(short, ['to shop/prod', 'Approved'], 0, () => press(LIN, 'Approve', ...prod));
      await step(short, ['in shop/prod', 'Testing'], wait(), () => press(ADA, 'Deploy to prod', ...prod));
      await step(short, ['accepted in shop/prod', 'by Mo'], 0, () =>
        press(MO, 'Accept', `Test ${short} in shop/prod`),
      );
    }
    const before = await world.ledger();
    await bot.end('SIGKILL');
    bot = await startProcess(world, place);
    await world.sandbox.command(ADA, CHANNEL, '/release status');
    await until('status tells', () =>
      world.sandbox.ephemerals(ADA).some((told) => wordsOf(told).includes(`prod runs ${short}`)),
    );
    expect(await world.ledger()).toEqual(before);

    const messages = world.sandbox.messages(CHANNEL);
    for (const { ts } of messages.filter((message) => message.threadTs === null)) {
      const thread = messages.filter((message) => message.threadTs === ts).map(wordsOf);
      const approvals = thread.filter((words) => words.includes('Lin approved'));
      expect(approvals.length).toBeLessThanOrEqual(1);
    }
    expect(messages.filter((message) => wordsOf(message).includes('Lin approved'))).toHaveLength(2);
    expect(messages.filter(({ text }) => / (Accepted|Superseded):/.test(text))).toHaveLength(5);
    const runs = new Set(before).size;
    const asked = [...retries.values()].reduce((sum, count) => sum + count, 0);
    expect(runs).toBe(5);
    expect(before.length).toBeLessThanOrEqual(runs + asked);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  }, 180_000);
});
