import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { codeOf, readPage, tableUnder } from '../../docs/markdown.ts';
import { until } from '../../support/until.ts';
import { APP_TOKEN, openSandbox, startBolt, startSocketBolt, type TestBot } from '../support.ts';
import { EVENTS, INTERACTIONS, listen } from './interactions.ts';

const PAGE = readPage('docs/sandbox.md');

test('the page names what is tried here', () => {
  const [interactions, events] = ['Interactions', 'Events'].map((heading) => tableUnder(PAGE, heading));
  expect(interactions?.map(([name]) => name)).toEqual(INTERACTIONS.map(({ name }) => name));
  expect(events?.map(([name]) => codeOf(name))).toEqual(Object.keys(EVENTS));
});

describe.each([
  ['HTTP', {}, startBolt],
  ['Socket Mode', { socketMode: { appToken: APP_TOKEN } }, startSocketBolt],
] as const)('over %s', (_transport, options, start) => {
  let sandbox: Sandbox;
  let bot: TestBot;
  let heard: unknown[];

  beforeEach(async () => {
    sandbox = await openSandbox(options);
    bot = await start(sandbox);
    heard = listen(bot.app);
  });

  afterEach(async () => {
    await bot.close();
    await sandbox.close();
  });

  test.each(INTERACTIONS)('$name', async ({ act, expected }) => {
    expect(await act(sandbox)).toMatchObject({ ok: true });
    expect(heard).toMatchObject([expected]);
  });

  test.each(Object.entries(EVENTS))('%s', async (name, { act, expected }) => {
    const events: unknown[] = [];
    bot.app.event(name.split('.')[0] as 'message', async ({ event }) => {
      events.push(event);
    });
    act(sandbox);
    await until('the event', () => events.length > 0);
    expect(events).toMatchObject([expected]);
  });
});
