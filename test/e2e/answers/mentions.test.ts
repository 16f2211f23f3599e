import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  clicked,
  dialog,
  EVE,
  GUEST,
  LIN,
  marksOf,
  mentioned,
  openWorld,
  productOf,
  push,
  SIGNING_SECRET,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('mentions', (tier) => {
  let world: World;
  let bot: Running;
  let first: { sha: string; short: string };
  let built: string;
  let prod: string;

  beforeAll(async () => {
    world = await openWorld(tier);
    const environments = [
      { name: 'integration', mode: 'continuous' },
      { name: 'prod', mode: 'approval', deploy: 'echo deployed it' },
    ] satisfies Parameters<typeof productOf>[1];
    bot = await startBot(world, productOf(world, environments, { run: 'echo built it' }));
    first = await push(world, bot.url, 'First');
    built = (await card(world, `${first.short} accepted in shop/integration`)).ts;
  }, 90_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  /** The newest answer for this person, where it stands. */
  const answered = (person: string) => world.sandbox.ephemerals(person).at(-1);

  test('in the thread of a card a mention is about its release, and the answer stands there', async () => {
    expect(await mentioned(world, EVE, 'where', built)).toContain('integration: runs exactly this');
    expect(answered(EVE)?.threadTs).toBe(built);
    expect(await mentioned(world, EVE, 'log?', built)).toContain('Deploy of');
    expect(await mentioned(world, EVE, 'history', built)).toContain('integration');
    expect(await mentioned(world, ADA, 'prepare prod', built)).toContain('prod#1');
    prod = (await card(world, `Deploy ${first.short} to shop/prod`)).ts;
    expect(await mentioned(world, EVE, 'why', prod)).toContain('prod#1');
    expect(await mentioned(world, EVE, 'diff', prod)).toContain('nothing runs there yet');
  });

  test('outside of threads it is a command', async () => {
    expect(await mentioned(world, EVE, 'why prod')).toContain('prod#1');
    expect(answered(EVE)?.threadTs).toBeNull();
    expect(await mentioned(world, EVE, 'why')).toContain('why needs an environment');
    expect(await mentioned(world, EVE, '')).toContain('Slipway for shop');
  });

  test('talk changes nothing, and is offered as a command', async () => {
    expect(await mentioned(world, LIN, 'approve this?', prod)).toContain('reads like talk');
    expect(await mentioned(world, LIN, 'approve is pending from Mo', prod)).toContain('reads like talk');
    expect(await mentioned(world, LIN, '"approve"', prod)).toContain('reads like talk');
    expect(await mentioned(world, ADA, 'cancel is not needed', prod)).toContain('reads like talk');
    expect(await mentioned(world, ADA, 'lock if it fails', prod)).toContain('reads like talk');
    expect(await mentioned(world, ADA, '\n> approve', prod)).toContain('prod#1');
    expect(await typed(world, LIN, 'why prod#1')).not.toContain('1 of 1');
    expect(await typed(world, LIN, 'locks')).toContain('Nothing is locked');
  });

  test('what lacks a reason is answered with a button that asks for it', async () => {
    expect(await mentioned(world, LIN, 'reject', prod)).toContain('reject needs a reason');
    const { ts = '' } = answered(LIN) ?? {};
    await world.sandbox.click(LIN, ts, { text: 'Give a Reason' });
    expect((await dialog(world, LIN)).words).toContain('One rejection ends it');
    expect(await mentioned(world, LIN, '', prod)).toContain('@slipway approve');
  });

  test('what a button below such an answer says stands in the thread too', async () => {
    await mentioned(world, LIN, 'fail integration tests fail', prod);
    const { ts = '' } = answered(LIN) ?? {};
    expect(await clicked(world, LIN, ts, 'It is the reason, for prod#1')).toContain('Refused');
    expect(answered(LIN)?.threadTs).toBe(prod);
  });

  test('a guest is refused, whatever they say', async () => {
    const refused = await mentioned(world, GUEST, 'why', prod);
    expect(refused).not.toContain('prod');
    expect(await mentioned(world, GUEST, '', prod)).toBe(refused);
  });

  test('an approval that Slack delivers again counts once', async () => {
    const before = world.sandbox.ephemerals(LIN).length;
    const event = {
      type: 'app_mention',
      user: LIN,
      text: `<@${world.sandbox.workspace.bot.userId}> approve`,
      ts: '1900000000.000100',
      thread_ts: prod,
      channel: world.sandbox.workspace.channel(CHANNEL)?.id,
    };
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: 'Ev0TWICE', event });
    const answers = await Promise.all([deliver(body), deliver(body), deliver(body, 1)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const approved = await card(world, `Deploy ${first.short} to shop/prod`, 'Approved');
    expect(approved.ts).toBe(prod);
    expect((await deliver(body, 2)).status).toBe(200);
    expect(await mentioned(world, ADA, 'deploy', prod)).toContain('prod#1');
    await card(world, `${first.short}`, 'Test');
    const told = world.sandbox.ephemerals(LIN).slice(before).map(wordsOf);
    expect(told).toHaveLength(1);
    const marks = marksOf(world).filter((mark) => mark.includes('slipway_card'));
    expect(new Set(marks).size).toBe(marks.length);
  });

  test('a mention in an edited message does nothing, and its author is told', async () => {
    const event = {
      type: 'app_mention',
      user: EVE,
      text: `<@${world.sandbox.workspace.bot.userId}> pause integration until the audit is over`,
      ts: '1900000000.000200',
      channel: world.sandbox.workspace.channel(CHANNEL)?.id,
      edited: { user: EVE, ts: '1900000001.000000' },
    };
    const told = world.sandbox.ephemerals(EVE).length;
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: 'Ev0EDITED', event });
    expect((await deliver(body)).status).toBe(200);
    const answer = await until('Eve is told', () => world.sandbox.ephemerals(EVE)[told]);
    expect(wordsOf(answer)).toContain('Slipway takes no requests from edited messages.');
    expect(await typed(world, EVE, 'status integration')).not.toContain('paused');
  });

  /** Delivers an event as Slack does. */
  function deliver(body: string, retry = 0): Promise<Response> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = new Headers({
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    });
    if (retry > 0) headers.set('x-slack-retry-num', String(retry));
    return fetch(`${bot.url}/slack/events`, { method: 'POST', headers, body });
  }
});
