import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { deployToProd, promote } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  LIN,
  MO,
  marksOf,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('candidates side by side in an approval environment', (tier) => {
  let world: World;
  let bot: Running;
  let first: { sha: string; short: string };
  let second: { sha: string; short: string };

  const deploysOf = async (sha: string) =>
    (await world.ledger()).filter((line) => line === `prod ${sha}`).length;
  const accepted = ({ short }: { short: string }) => card(world, `${short} accepted in shop/integration`);
  /** The card of this commit in integration, once it has, or has not, a button to promote it. */
  const offered = (commit: { short: string }, offers: boolean) =>
    until(`the card of ${commit.short} ${offers ? 'offers' : 'does not offer'} it`, async () => {
      const message = await accepted(commit);
      return buttonsOf(message).includes('Promote to prod') === offers ? message : undefined;
    });

  beforeAll(async () => {
    world = await openWorld(tier);
    const sha = world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
    first = { sha, short: sha.slice(0, 7) };
    bot = await startBot(world, {
      irreversible: ['migrations/**'],
      ...productOf(world, [
        { name: 'integration', mode: 'continuous' },
        {
          name: 'prod',
          mode: 'approval',
          verify: '! grep -q bad app.txt',
          policy: { onFailure: 'rollback' },
        },
      ]),
    });
    await accepted(first);
    await typed(world, ADA, 'promote integration');
    second = await push(world, bot.url, 'two');
    await accepted(second);
    await typed(world, ADA, 'promote integration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('each card mentions the other, and an ambiguous verb asks which', async () => {
    await card(
      world,
      `Deploy ${first.short} to shop/prod`,
      `Also there: prod#2 ${second.short} is prepared.`,
    );
    await card(
      world,
      `Deploy ${second.short} to shop/prod`,
      `Also there: prod#1 ${first.short} is prepared.`,
    );
    const both = await typed(world, LIN, 'approve prod');
    expect(both).toContain('Refused:');
    expect(both).toContain('prod#1');
    expect(both).toContain('prod#2');
    for (const name of ['prod#1', 'prod#2']) await typed(world, LIN, `approve ${name}`);
    await card(world, `Deploy ${first.short} to shop/prod`, 'Approved', `prod#2 ${second.short} is approved`);
  });

  test('Deploy over a release in Testing asks first, and supersedes it', async () => {
    await typed(world, ADA, 'deploy prod#1');
    await card(world, `Test ${first.short} in shop/prod`, 'Testing');
    const over = await card(
      world,
      `Deploy ${second.short} to shop/prod`,
      'Approved, every gate is open',
      'prod#1 is in Testing there and would be superseded before it is accepted.',
    );
    await world.sandbox.click(ADA, over.ts, { text: 'Deploy to prod' });
    await card(world, `Not accepted: ${first.short} in shop/prod`, 'before it was accepted');
    await card(world, `Test ${second.short} in shop/prod`, 'Testing');
    expect(await typed(world, MO, 'accept prod#1')).toContain(
      'Refused: this is not possible for prod#1 now.',
    );
    await typed(world, MO, 'accept prod');
    await card(world, `${second.short} accepted in shop/prod`);
    expect([await deploysOf(first.sha), await deploysOf(second.sha)]).toEqual([1, 1]);
  }, 60_000);

  test('a commit contained in the running one is refused, and the running commit can be deployed again', async () => {
    const behind = await typed(world, ADA, `prepare prod ${first.short}`);
    expect(behind).toContain(`Refused: prod runs ${second.short}, which contains ${first.short}`);
    expect(behind).toContain('Going back is a rollback');
    // Nothing else was accepted in prod: a rollback would be refused, so none is advised (RULES 34).
    expect(behind).not.toContain('/release rollback');
    await typed(world, ADA, `prepare prod ${second.short}`);
    await card(world, `Deploy ${second.short} to shop/prod`, 'prod runs this commit already.');
    await typed(world, LIN, 'approve prod');
    await typed(world, ADA, 'deploy prod');
    await card(world, `Test ${second.short} in shop/prod`, 'prod#3');
    expect(await deploysOf(second.sha)).toBe(2);
  }, 60_000);

  test('a promotion that ends before its deploy is offered again below, where the card knows what runs above', async () => {
    const third = await push(world, bot.url, 'three');
    const card1 = await offered(third, true);
    expect(wordsOf(card1)).toContain(`prod runs ${second.short}`);
    await promote(world, ADA, card1.ts, 'prod');
    expect(wordsOf(await offered(third, false))).toContain('Promoted to prod by Ada');
    await typed(world, MO, 'reject prod#4 not on a Friday');
    await offered(third, true);
    const fourth = await push(world, bot.url, 'four');
    await offered(fourth, true);
    await typed(world, ADA, `prepare prod ${third.short}`);
    await typed(world, LIN, 'approve prod#5');
    await typed(world, ADA, 'deploy prod#5');
    await card(
      world,
      `${fourth.short} accepted in shop/integration`,
      `prod runs ${third.short}, 1 commit behind`,
    );
  }, 90_000);

  test('a verification that fails is rolled back by itself, with a card that says why', async () => {
    await card(world, 'prod#5', 'Testing');
    await typed(world, MO, 'accept prod#5');
    const bad = await push(world, bot.url, 'bad');
    await deployToProd(world, bad.short);
    const back = await card(world, 'shop/prod is back on', 'Rolled back by Slipway');
    expect(wordsOf(back)).toContain('because the verification of prod#6 failed: exit 1.');
    await card(
      world,
      `Not accepted: ${bad.short} in shop/prod`,
      'Slipway began a rollback by itself: prod#7.',
    );
    const replies = world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs !== null);
    expect(replies.map(wordsOf).join('\n')).toContain('Slipway rolls back by itself: prod#7 goes back to');
  }, 90_000);

  test('a rollback past an irreversible commit asks first, and is done once', async () => {
    world.repository.commit({ 'migrations/1.sql': 'drop table prices' }, 'Drop the prices');
    const fifth = await push(world, bot.url, 'five');
    await deployToProd(world, fifth.short);
    await card(world, `Test ${fifth.short} in shop/prod`, 'prod#8');
    const asked = await typed(world, MO, 'rollback prod bad checkout');
    expect(asked).toContain('goes past 1 irreversible commit, which it does not take back: ');
    expect(asked).toContain('Drop the prices');
    const question = world.sandbox.ephemerals(MO).at(-1)!;
    expect(buttonsOf(question)).toEqual(['Roll Back All the Same']);
    const press = () => world.sandbox.click(MO, question.ts, { text: 'Roll Back All the Same' });
    await Promise.all([press(), press()]);
    await card(world, 'shop/prod is back on', 'prod#9', 'bad checkout');
    const said = await until('both clicks are answered', () => {
      const answers = world.sandbox.ephemerals(MO).map(wordsOf);
      const since = answers.slice(answers.indexOf(asked) + 1);
      return since.length === 2 ? since : undefined;
    });
    expect(said.filter((words) => words.includes('prod#9'))).toHaveLength(2);
    expect(said.filter((words) => words.includes('Refused: '))).toHaveLength(1);
  }, 90_000);

  test('nothing was posted twice', () => {
    const marks = marksOf(world);
    expect(new Set(marks).size).toBe(marks.length);
  });
});
