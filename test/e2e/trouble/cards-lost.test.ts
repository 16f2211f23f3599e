import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Readiness } from '../../../src/app/http.ts';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { everyThird, thoroughTest } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  clicked,
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

const METHODS = [
  'auth.test',
  'chat.postMessage',
  'chat.update',
  'chat.postEphemeral',
  'conversations.list',
  'conversations.info',
  'conversations.history',
  'users.info',
];

describeStory('cards that Slack refused, or that somebody deleted', (tier) => {
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

  afterEach(async () => {
    world.sandbox.faults.clear();
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
    expect((await readiness()).body).toEqual({ ready: true });
    expect(await typed(world, LIN, 'status')).not.toContain('could not be posted');
  });

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const readiness = async () => {
    const answer = await fetch(`${bot.url}/readyz`);
    return { status: answer.status, body: (await answer.json()) as Readiness };
  };
  const saysReady = async () => JSON.stringify((await readiness()).body);
  const allIsWell = async () => {
    await until('nothing is said to be wrong', async () => (await saysReady()) === '{"ready":true}');
    await until('status is clear', async () => !(await typed(world, LIN, 'status')).includes('could not be'));
  };
  const change = (what: Parameters<World['sandbox']['workspace']['changeChannel']>[1], which = CHANNEL) =>
    world.sandbox.workspace.changeChannel(which, what);
  const refusing = (error: string) => {
    for (const method of ['chat.postMessage', 'chat.update']) {
      world.sandbox.faults.plan(method, { kind: 'error', error });
    }
  };
  const calls = (method: string) => world.sandbox.faults.callsOf(method).length;
  /** Slack was asked in vain, and the first waits are over. */
  const askedInVain = async () => {
    const before = calls('chat.postMessage') + calls('chat.update');
    await until('it is tried again', () => calls('chat.postMessage') + calls('chat.update') >= before + 2);
  };
  const cards = () => world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs === null);
  const deployed = async (sha: string) => (await world.ledger()).includes(`prod ${sha}`);

  test('a deleted card comes back once in its current state, and its thread continues', async () => {
    const { short } = await push(world, bot.url, 'Two');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const first = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    world.sandbox.workspace.remove(first);
    await typed(world, LIN, 'approve prod');
    const second = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    expect(second.ts).not.toBe(first.ts);
    expect(cards().filter(({ text }) => text.includes(`Deploy ${short} to shop/prod`))).toHaveLength(1);
    await until('its thread goes on', () =>
      world.sandbox
        .messages(CHANNEL)
        .some(({ threadTs, text }) => threadTs === second.ts && text.includes('Lin approved')),
    );
    world.sandbox.workspace.remove(second);
    await typed(world, ADA, 'deploy prod');
    const third = await card(world, `Test ${short} in shop/prod`);
    expect(buttonsOf(third)).toContain('Accept');
    await world.sandbox.click(MO, third.ts, { text: 'Accept' });
    await card(world, `${short} accepted in shop/prod`);
  });

  test.each<[string, () => void, () => void]>(
    everyThird<[string, () => void, () => void]>(
      [
        ['left', () => change({ joined: false }), () => change({ joined: true })],
        ['archived', () => change({ archived: true }), () => change({ archived: false })],
        ['not found', () => refusing('channel_not_found'), () => world.sandbox.faults.clear()],
        [
          'not joined according to Slack',
          () => refusing('not_in_channel'),
          () => world.sandbox.faults.clear(),
        ],
        ['archived according to Slack', () => refusing('is_archived'), () => world.sandbox.faults.clear()],
        ['closed', () => refusing('restricted_action'), () => world.sandbox.faults.clear()],
      ],
      0,
    ),
  )('Approve and Accept appear when a channel that was %s is back', async (how, away, back) => {
    const { short, sha } = await push(world, bot.url, `Away: ${how}`);
    await card(world, `${short} accepted in shop/integration`);
    away();
    await typed(world, ADA, 'promote integration');
    await askedInVain();
    expect(cards().filter(({ text }) => text.includes(`Deploy ${short} to shop/prod`))).toEqual([]);
    back();
    const offered = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    expect(buttonsOf(offered)).toContain('Approve');
    away();
    await typed(world, LIN, 'approve prod');
    await typed(world, ADA, 'deploy prod');
    await until('it is deployed all the same', () => deployed(sha));
    await askedInVain();
    back();
    const testing = await card(world, `Test ${short} in shop/prod`);
    expect(buttonsOf(testing)).toContain('Accept');
    await world.sandbox.click(MO, testing.ts, { text: 'Accept' });
    await card(world, `${short} accepted in shop/prod`);
    await until('nothing is said to be wrong', async () => (await saysReady()) === '{"ready":true}');
    await until('status is clear', async () => !(await typed(world, LIN, 'status')).includes('could not be'));
  });

  test('a channel that the app is not in is reported with advice until it is repaired', async () => {
    change({ joined: false });
    const { short } = await push(world, bot.url, 'Not joined');
    await until('it is said', async () =>
      (await saysReady()).includes(`type \\"/invite @slipway\\" in ${CHANNEL}`),
    );
    expect((await readiness()).status).toBe(200);
    expect(await typed(world, LIN, 'status')).toContain(`Type "/invite @slipway" in ${CHANNEL}`);
    change({ joined: true });
    await card(world, `${short} accepted in shop/integration`);
    await allIsWell();
  });

  thoroughTest('a renamed channel is used after a restart, and its new name is reported', async () => {
    change({ name: 'shop-new' });
    await bot.stop();
    bot = await startBot(world, product());
    const { short } = await push(world, bot.url, 'Renamed');
    const inNew = () => world.sandbox.messages('#shop-new').map(wordsOf);
    await until('it is told there', () => inNew().some((words) => words.includes(`${short} accepted in`)));
    await until('it is said', async () =>
      (await saysReady()).includes('#shop-releases is now called #shop-new'),
    );
    change({ name: CHANNEL.slice(1) }, '#shop-new');
    await bot.stop();
    bot = await startBot(world, product());
    await card(world, `${short} accepted in shop/integration`);
    await allIsWell();
  });

  test.each(['token_revoked', 'invalid_auth', 'account_inactive'])(
    'a token that Slack answers with %s makes the bot not ready, with the reason, until it works again',
    async (error) => {
      for (const method of METHODS) world.sandbox.faults.plan(method, { kind: 'error', error });
      const { sha, short } = await push(world, bot.url, `Token: ${error}`);
      const told = await until('it is not ready', async () => {
        const { status, body } = await readiness();
        return status === 503 && body;
      });
      expect(told).toMatchObject({ ready: false, why: expect.stringContaining(error) });
      expect(told).toMatchObject({ why: expect.stringContaining('SLACK_BOT_TOKEN') });
      await until('it is deployed all the same', async () =>
        (await world.ledger()).includes(`integration ${sha}`),
      );
      world.sandbox.faults.clear();
      await card(world, `${short} accepted in shop/integration`);
      await allIsWell();
    },
  );

  test('a missing scope is named, and the bot continues when the app has it', async () => {
    const fault = { kind: 'error', error: 'missing_scope', needed: 'chat:write' } as const;
    world.sandbox.faults.plan('chat.postMessage', fault);
    const { short } = await push(world, bot.url, 'Scope');
    await until('it is said', async () => (await saysReady()).includes('chat:write'));
    expect((await readiness()).status).toBe(200);
    world.sandbox.faults.clear();
    await card(world, `${short} accepted in shop/integration`);
    await allIsWell();
  });

  thoroughTest(
    'a lock owner who left the company is asked once, and status says that nobody received it',
    async () => {
      await typed(world, ADA, 'lock prod migration for 2h');
      const lock = await card(world, 'shop/prod is locked by Ada');
      world.sandbox.workspace.setDeleted(ADA, true);
      expect(await clicked(world, LIN, lock.ts, 'Ask to Unlock')).toContain('Asked Ada');
      const board = await until('status tells', async () => {
        const said = await typed(world, LIN, 'status');
        return said.includes('to Ada could not be delivered, and Slipway gave up') && said;
      });
      expect(board).toContain('account_inactive');
      world.sandbox.workspace.setDeleted(ADA, false);
    },
  );
});
