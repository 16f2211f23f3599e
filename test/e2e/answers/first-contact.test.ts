import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  EVE,
  GUEST,
  openWorld,
  productOf,
  push,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('first contact', (tier) => {
  let world: World;
  let bot: Running;
  let first: { sha: string; short: string };

  beforeAll(async () => {
    world = await openWorld(tier, undefined, {
      channels: [CHANNEL, { name: '#random', joined: false }, { name: '#later', joined: false }],
    });
    const environments = [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ] satisfies Parameters<typeof productOf>[1];
    bot = await startBot(world, productOf(world, environments));
    first = await push(world, bot.url, 'First');
    await card(world, `${first.short} accepted in shop/integration`);
  }, 90_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const said = (channel: string) => world.sandbox.messages(channel).map(wordsOf);

  test('a channel of no product is told what to write, once for an invitation', async () => {
    expect(world.sandbox.invite(ADA, '#random')).toEqual({ ok: true });
    const [hint = ''] = await until('a hint', () => (said('#random').length > 0 ? said('#random') : null));
    expect(hint).toContain('no product posts its releases in this channel');
    expect(hint).toContain('channel: "#random"');
    expect(hint).not.toContain('shop');
    world.sandbox.join(EVE, '#random');
    world.sandbox.invite(ADA, '#later');
    await until('the other hint', () => said('#later').length > 0);
    expect(said('#random')).toHaveLength(1);
  });

  test('who writes to the app directly is told what to type, once', async () => {
    const mine = () =>
      world.sandbox.messages(ADA).filter(({ user }) => user === world.sandbox.workspace.bot.userId);
    world.sandbox.openHome(ADA, 'messages');
    world.sandbox.say(ADA, ADA, 'what runs in prod?');
    await until('a hint', () => mine().length > 0);
    expect(wordsOf(mine()[0] ?? { text: '', blocks: [] })).toContain('/release status');
    world.sandbox.say(ADA, ADA, 'hello?');
    world.sandbox.openHome(GUEST, 'messages');
    world.sandbox.say(GUEST, GUEST, 'hello');
    const theirs = () => world.sandbox.messages(GUEST).map(wordsOf);
    await until('an answer', () => theirs().length > 1);
    expect(theirs().at(-1)).toMatch(/^Refused/);
    expect(mine()).toHaveLength(1);
  });

  test('the commits of a message are found, for whoever asks and in every channel', async () => {
    world.sandbox.say(EVE, '#random', `Is \`${first.short}\` out? Not fedcba9.`);
    const ts = world.sandbox.messages('#random').at(-1)?.ts ?? '';
    expect(await world.sandbox.shortcut(EVE, ts, 'where_is')).toEqual({ ok: true });
    const words = await until('the answer', () => {
      const view = JSON.stringify(world.sandbox.views(EVE).at(-1)?.view ?? '');
      return view.includes(first.short) ? view : null;
    });
    expect(words).toContain('integration: runs exactly this');
    expect(words).toContain('fedcba9');
    expect(words).toContain('Prepare…');
    expect(await world.sandbox.shortcut(GUEST, ts, 'where_is')).toEqual({ ok: true });
    await until('a refusal', () =>
      world.sandbox.ephemerals(GUEST).some((one) => wordsOf(one).startsWith('Refused')),
    );
    expect(world.sandbox.views(GUEST)).toHaveLength(0);
  });

  test('a message without commits says what was looked for', async () => {
    world.sandbox.say(EVE, CHANNEL, 'Lunch?');
    const ts = world.sandbox.messages(CHANNEL).at(-1)?.ts ?? '';
    await world.sandbox.shortcut(ADA, ts, 'where_is');
    const words = await until('the answer', () => {
      const view = JSON.stringify(world.sandbox.views(ADA).at(-1)?.view ?? '');
      return view.includes('names no commit') ? view : null;
    });
    expect(words).toContain('/release where COMMIT');
  });
});

describeStory('the invitation to the channel of a product', (tier) => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier, undefined, { channels: [{ name: CHANNEL, joined: false }] });
    const product = productOf(world, [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval' },
    ]);
    // Without the invitation the channel would be looked at again after an hour.
    bot = await startBot(world, product, { timing: { slackCheckMs: 3_600_000 } });
  }, 90_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('is answered with its path and what to try, and what waited for it is posted', async () => {
    const { short } = await push(world, bot.url, 'First');
    await until('the trouble', async () =>
      (await (await fetch(`${bot.url}/readyz`)).text()).includes('not in the channel'),
    );
    expect(world.sandbox.invite(ADA, CHANNEL)).toEqual({ ok: true });
    const welcome = await card(world, 'integration → prod');
    expect(wordsOf(welcome)).toContain('/release why prod');
    await card(world, `${short} accepted in shop/integration`);
    expect(await (await fetch(`${bot.url}/readyz`)).text()).not.toContain('not in the channel');
  });
});
