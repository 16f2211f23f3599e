import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../src/app/start.ts';
import { startBot } from '../support/bot.ts';
import { until } from '../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  GUEST,
  LIN,
  openWorld,
  productOf,
  SIGNING_SECRET,
  sendPush,
  toldOnly,
  type World,
  wordsOf,
} from '../support/world.ts';

const FIVE_MB = 'x'.repeat(5_000_000);

describe('bad input gets a clear refusal and changes nothing', () => {
  let world: World;
  let bot: Running;
  let sha: string;

  beforeAll(async () => {
    world = await openWorld();
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
  ])("to Slack's endpoint, %s: %i", async (_name, status, request) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    expect((await answer.text()).toLowerCase()).toContain('refused');
    expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
  });

  test.each([
    ['wrongly signed', 401, { secret: 'another-secret' }],
    ['garbage', 400, { body: '{"ref":' }],
    ['no push at all', 400, { body: '{"zen":"x"}' }],
    ['a ping', 200, { event: 'ping' }],
    ['another branch', 202, { ref: 'refs/heads/other' }],
    ['a tag', 200, { ref: 'refs/tags/v1' }],
    ['five megabytes', 413, { body: FIVE_MB }],
    [
      'another repository',
      200,
      { body: '{"ref":"refs/heads/main","repository":{"clone_url":"https://x.test/y.git"}}' },
    ],
  ])('to the webhook, %s: %i', async (_name, status, change) => {
    const answer = await sendPush(bot.url, world, sha, change);
    expect(answer.status).toBe(status);
    const said = JSON.stringify(await answer.json());
    expect(said).toMatch(/refused|ignored/);
  });

  test('the same delivery twice is seen before', async () => {
    const delivery = 'one-and-the-same';
    const answers = await Promise.all([
      sendPush(bot.url, world, sha, { delivery }),
      sendPush(bot.url, world, sha, { delivery }),
    ]);
    const third = await sendPush(bot.url, world, sha, { delivery });
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(JSON.stringify(await third.json())).toContain('seenBefore');
  });

  test.each([
    ['deploi prod', 'no command'],
    ['status prd', 'has no environment'],
    ['prepare prod --upload-pack=x', 'cannot be the name of a commit'],
    ['prepare prod relase-1.4', 'no commit, tag or branch'],
    ['prepare integration main', 'integration'],
    ['approve prod#99', 'no release'],
    ['lock prod maintenance', 'not built'],
    ['rollback prod', 'reason'],
  ])('/release %s is answered with what is wrong', async (text, says) => {
    await world.sandbox.command(LIN, CHANNEL, `/release ${text}`);
    await toldOnly(world, LIN, says);
  });

  test('a guest is refused, and nothing is made', async () => {
    await world.sandbox.command(GUEST, CHANNEL, '/release promote integration');
    await toldOnly(world, GUEST, 'Refused:');
    expect(world.sandbox.messages(CHANNEL).some((message) => wordsOf(message).includes('to shop/prod'))).toBe(
      false,
    );
  });

  test('when Slack does not say who somebody is, nothing is changed', async () => {
    world.sandbox.faults.plan('users.info', { kind: 'error', error: 'fatal_error' });
    await world.sandbox.command('U0MO', CHANNEL, '/release promote integration');
    await toldOnly(world, 'U0MO', 'Errored:');
    world.sandbox.faults.clear();
    expect(world.sandbox.messages(CHANNEL).some((message) => wordsOf(message).includes('to shop/prod'))).toBe(
      false,
    );
  });

  test('a card that Slack is slow to take is posted once, and others go on', async () => {
    world.sandbox.faults.plan('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 1 }, 1);
    world.sandbox.faults.plan('chat.postMessage', { kind: 'server_error' }, 1);
    world.sandbox.faults.plan('chat.update', { kind: 'rate_limited', retryAfterSeconds: 1 }, 2);
    await world.sandbox.command(ADA, CHANNEL, '/release promote integration');
    await card(world, 'Deploy', 'to shop/prod', 'Prepared');
    const marks = world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
    expect(new Set(marks).size).toBe(marks.length);
  });

  test('a channel that is gone is told in status', async () => {
    world.sandbox.faults.plan('chat.update', { kind: 'error', error: 'is_archived' });
    await world.sandbox.command(LIN, CHANNEL, '/release approve prod');
    await until('the card to be given up', async () => {
      await world.sandbox.command(LIN, CHANNEL, '/release status');
      return world.sandbox.ephemerals(LIN).some((message) => wordsOf(message).includes('is_archived'));
    });
    world.sandbox.faults.clear();
  });
});
