import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { mountSlack } from '../../../src/adapters/slack/app.ts';
import { createWebClient, SlackChat } from '../../../src/adapters/slack/client/slack-chat.ts';
import { Homes } from '../../../src/flow/home/homes.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { openStage, type Stage } from '../../flow/support.ts';
import { until } from '../../support/until.ts';

const ADA = 'UADA';
const SECRET = { signingSecret: 'secret', botToken: 'xoxb-sandbox' };

/** What people do that Slack tells the bot as an event, and where the answer is seen. */
const EVENTS: Record<string, { happens: (slack: Sandbox) => void; answered: (slack: Sandbox) => boolean }> = {
  'an opened Home tab': {
    happens: (slack) => slack.openHome(ADA),
    answered: (slack) => JSON.stringify(slack.home(ADA)?.view ?? '').includes('Waiting for you'),
  },
  'an invitation': {
    happens: (slack) => slack.invite(ADA, '#later'),
    answered: (slack) => slack.messages('#later').length > 0,
  },
  'a mention': {
    happens: (slack) => slack.say(ADA, '#shop', '@Slipway status'),
    answered: (slack) => slack.ephemerals(ADA).length > 0,
  },
  'a direct message': {
    happens(slack) {
      slack.openHome(ADA, 'messages');
      slack.say(ADA, ADA, 'hello');
    },
    answered: (slack) => slack.messages(ADA).some(({ user }) => user === slack.workspace.bot.userId),
  },
};

describe('what happens while Slipway starts', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let server: Server;
  let services: ChatServices | null;
  let started: ChatServices;
  /** How the bot answered Slack, in order. */
  let answers: { status: number; retryAfter: unknown }[];

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const http = express().use((_request, response, next) => {
      response.on('finish', () =>
        answers.push({ status: response.statusCode, retryAfter: response.get('retry-after') }),
      );
      next();
    });
    server = http.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    sandbox = await startSandbox({
      ...SECRET,
      requestUrl,
      people: [{ id: ADA, name: 'Ada' }],
      channels: ['#shop', { name: '#later', joined: false }],
      eventRetryMs: Array.from({ length: 400 }, () => 25),
    });
    const { now, timing, log } = stage.services;
    const chat = new SlackChat(createWebClient(SECRET.botToken, sandbox.apiUrl, timing.slackTimeoutMs), now);
    started = { ...stage.services, chat, people: chat, homes: new Homes() };
    const reached = { token: SECRET.botToken, slackApiUrl: sandbox.apiUrl, timeoutMs: timing.slackTimeoutMs };
    mountSlack(
      { ...reached, http, signingSecret: SECRET.signingSecret, now: Date.now },
      { services: () => services, log },
    );
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await stage.close();
  });

  it.each(Object.entries(EVENTS))('%s is answered afterwards', async (_what, { happens, answered }) => {
    answers = [];
    services = null;
    happens(sandbox);
    const [first] = await until('an answer to Slack', () => (answers.length > 0 ? answers : null));
    expect(first).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(answered(sandbox)).toBe(false);
    services = started;
    await until('an answer to Ada', () => answered(sandbox));
  });
});
