import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { listeningBot, startBot } from '../../support/bot.ts';
import { until } from '../../support/until.ts';
import {
  CHANNEL,
  card,
  clicked,
  GUEST,
  LIN,
  MO,
  OVER_HTTP,
  openWorld,
  productOf,
  SIGNING_SECRET,
  sendPush,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const FIVE_MB = 'x'.repeat(5_000_000);

describe('bad input', () => {
  let world: World;
  let bot: Running;
  let sha: string;

  beforeAll(async () => {
    world = await openWorld('embedded', undefined, OVER_HTTP);
    sha = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval' },
      ]),
    );
    await card(world, 'accepted in shop/integration');
    await until('its thread is told', () =>
      world.sandbox.messages(CHANNEL).some(({ text }) => text.includes('is accepted in shop/integration')),
    );
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  function toSlack(
    body: string,
    change: { seconds?: number; secret?: string; type?: string; sign?: boolean } = {},
  ) {
    const {
      seconds = 0,
      secret = SIGNING_SECRET,
      type = 'application/x-www-form-urlencoded',
      sign = true,
    } = change;
    const timestamp = String(Math.floor(Date.now() / 1000) + seconds);
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const signed = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
    return fetch(`${bot.url}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': type, ...(sign ? signed : {}) },
      body,
    });
  }

  function prodCards(): string[] {
    const said = world.sandbox.messages(CHANNEL).map(wordsOf);
    return said.filter((words) => words.includes('to shop/prod'));
  }

  /** All that anybody could see of a change. Standing problems of webhooks are no change; `hooks.test.ts` holds them. */
  async function everything(): Promise<string> {
    const board = (await typed(world, LIN, 'status')).replaceAll(/\n⚠️ [^\n]*webhook[^\n]*/g, '');
    const said = world.sandbox.messages(CHANNEL).map(({ ts, text }) => [ts, text]);
    return JSON.stringify([board.replaceAll(/\d+:\d+|\^.*?\|/g, ''), said, await world.ledger()]);
  }

  const command =
    'command=%2Frelease&text=status&user_id=U0ADA&channel_id=C1&trigger_id=t&response_url=http%3A%2F%2F127.0.0.1%3A9';

  test.each([
    ['unsigned', 401, () => toSlack(command, { sign: false })],
    ['signed with another secret', 401, () => toSlack(command, { secret: 'another-secret' })],
    ['six minutes old', 401, () => toSlack(command, { seconds: -360 })],
    ['six minutes ahead', 401, () => toSlack(command, { seconds: 360 })],
    ['a signed JSON null', 400, () => toSlack('null', { type: 'application/json' })],
    ['a signed JSON list', 400, () => toSlack('[1]', { type: 'application/json' })],
    ['signed garbage', 400, () => toSlack('{{{', { type: 'application/json' })],
    ['a payload that is null', 400, () => toSlack('payload=null')],
    ['a payload that is garbage', 400, () => toSlack('payload=%7Bx')],
    ['five megabytes', 413, () => toSlack(FIVE_MB)],
  ])("sent to Slack's endpoint, %s: %i", async (_name, status, request) => {
    const before = await everything();
    const answer = await request();
    expect(answer.status).toBe(status);
    expect((await answer.text()).toLowerCase()).toContain('refused');
    expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
    expect(await everything()).toBe(before);
  });

  test.each([
    ['unsigned', 401, { without: 'x-hub-signature-256' }],
    ['without a delivery id', 400, { without: 'x-github-delivery' }],
    ['a deleted branch', 202, { deleted: true }],
    ['garbage', 400, { body: '{"ref":' }],
    ['an event that is not a push', 400, { body: '{"zen":"x"}' }],
    ['a ping', 200, { event: 'ping' }],
    ['another branch', 202, { ref: 'refs/heads/other' }],
    ['a tag', 202, { ref: 'refs/tags/v1' }],
    ['five megabytes of garbage', 400, { body: FIVE_MB }],
    ['wrongly signed', 401, { secret: 'another-secret' }],
  ])('sent to the webhook, %s: %i', async (_name, status, change) => {
    const before = await everything();
    const answer = await sendPush(bot.url, world, sha, change);
    expect(answer.status).toBe(status);
    const said = JSON.stringify(await answer.json());
    expect(said).toMatch(/refused|ignored/);
    expect(await everything()).toBe(before);
  });

  test('sent twice as the same delivery is reported as seen before', async () => {
    const delivery = 'one-and-the-same';
    const answers = await Promise.all([
      sendPush(bot.url, world, sha, { delivery }),
      sendPush(bot.url, world, sha, { delivery }),
    ]);
    const third = await sendPush(bot.url, world, sha, { delivery });
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(JSON.stringify(await answers[0]?.json())).toMatch(/accepted|seenBefore/);
    expect(JSON.stringify(await third.json())).toContain('seenBefore');
  });

  test.each([
    ['deploi prod', 'no command'],
    ['status prd', 'has no environment'],
    ['prepare prod --upload-pack=x', 'cannot be the name of a commit'],
    ['prepare prod relase-1.4', 'no commit, tag or branch'],
    ['prepare integration main', 'integration'],
    ['approve prod#99', 'no release'],
    ['hotfix prod', 'hotfix needs a commit'],
    ['rollback prod', 'Refused:'],
  ])('in /release %s is answered with what is wrong', async (text, says) => {
    expect(await typed(world, LIN, text)).toContain(says);
  });

  test('an ambiguous commit is refused, and both are offered', async () => {
    // Sixteen bits of name for so many commits: two begin alike.
    const byPrefix = new Map<string, string>();
    let twice = '';
    while (twice === '') {
      for (const made of world.repository.commitMany(300)) {
        const prefix = made.slice(0, 4);
        if (byPrefix.has(prefix)) twice = prefix;
        byPrefix.set(prefix, made);
      }
    }
    world.repository.push(undefined, { force: true });
    const answer = await typed(world, LIN, `prepare prod ${twice}`);
    expect(answer).toContain('Refused:');
    expect(answer).toContain(byPrefix.get(twice)?.slice(0, 7));
    expect(prodCards()).toEqual([]);
    // What was pushed for it is deployed before anything else is looked at.
    const head = world.repository.head();
    await sendPush(bot.url, world, head);
    await card(world, `${head.slice(0, 7)} accepted in shop/integration`);
  });

  test.each([
    ['no JSON', '{{{'],
    ['null', 'null'],
    ['another program’s', '{"id":7}'],
    ['an invalid release', '{"e":"shop/prod","r":-1}'],
    ['an invalid environment', '{"e":"shop/__proto__","r":1}'],
    ['a path instead of an environment', '{"e":"../../etc","r":1,"s":"--upload-pack=x"}'],
    ['an option instead of a commit', '{"e":"shop/integration","s":"--upload-pack=x"}'],
    ['a command to run', '{"e":"","c":"prepare prod --upload-pack=x"}'],
    ['nothing', ''],
  ])('a button whose value is %s is answered, and changes nothing', async (_name, value) => {
    const { sandbox } = world;
    const channel = sandbox.workspace.channel(CHANNEL)?.id ?? '';
    const actions = ['approve', 'promote', 'rollback', 'retry_build', 'choose', 'show_log', 'unheard_of'];
    const elements = actions.map((action) => ({
      type: 'button',
      action_id: action,
      text: { type: 'plain_text', text: action },
      value,
    }));
    const blocks = [{ type: 'actions', block_id: `garbage-${value.length}`, elements }];
    const bot = sandbox.workspace.bot.userId;
    const { ts } = sandbox.workspace.post(channel, bot, { text: 'x', blocks, metadata: null }, null);
    const board = await typed(world, LIN, 'status');
    for (const action of actions) {
      const told = sandbox.ephemerals(LIN).length;
      const shown = sandbox.views(LIN).at(-1)?.id;
      expect(await sandbox.click(LIN, ts, { text: action })).toEqual({ ok: true });
      await until(`${action} is answered`, () => {
        const view = sandbox.views(LIN).at(-1);
        return sandbox.ephemerals(LIN).length > told || (view !== undefined && view.id !== shown);
      });
    }
    expect((await typed(world, LIN, 'status')).split('\n')[1]).toBe(board.split('\n')[1]);
    expect(prodCards()).toEqual([]);
  });

  test('a guest is refused, and nothing is made', async () => {
    expect(await typed(world, GUEST, 'promote integration')).toContain('Refused:');
    const accepted = await card(world, 'accepted in shop/integration');
    expect(await clicked(world, GUEST, accepted.ts, 'Promote to prod')).toContain('Refused:');
    expect(prodCards()).toEqual([]);
  });

  test('nothing is changed when Slack does not say who somebody is', async () => {
    world.sandbox.faults.plan('users.info', { kind: 'error', error: 'fatal_error' });
    expect(await typed(world, MO, 'promote integration')).toContain('Errored:');
    const accepted = await card(world, 'accepted in shop/integration');
    expect(await clicked(world, MO, accepted.ts, 'Promote to prod')).toContain('Errored:');
    world.sandbox.faults.clear();
    expect(prodCards()).toEqual([]);
  });
});

describe('a bot before its store is open', () => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld('embedded', undefined, OVER_HTTP);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await listeningBot(world, productOf(world, [{ name: 'integration', mode: 'continuous' }]));
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('is alive but not ready: pushes are asked to come again, and people are told', async () => {
    const sha = world.repository.head();
    const [alive, ready, hook, answer] = await Promise.all([
      fetch(`${bot.url}/healthz`),
      fetch(`${bot.url}/readyz`),
      sendPush(bot.url, world, sha, { delivery: 'early' }),
      typed(world, LIN, 'status'),
    ]);
    expect([alive.status, ready.status, hook.status]).toEqual([200, 503, 503]);
    expect(hook.headers.get('retry-after')).not.toBeNull();
    expect(answer).toContain('is starting');
    await bot.ready;
    expect((await fetch(`${bot.url}/readyz`)).status).toBe(200);
    const again = await sendPush(bot.url, world, sha, { delivery: 'early' });
    expect(JSON.stringify(await again.json())).toContain('accepted');
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
  });
});
