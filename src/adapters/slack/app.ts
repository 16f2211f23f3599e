import { App, type Logger as BoltLogger, ExpressReceiver, LogLevel } from '@slack/bolt';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { ChatServices } from '../../flow/services/services.ts';
import { Bodies } from '../http/bodies.ts';
import { createWebClient } from './client/slack-chat.ts';
import { Inbox } from './inbox/inbox.ts';
import { registerButtons } from './listeners/buttons.ts';
import { registerCommand } from './listeners/command.ts';
import { registerHome } from './listeners/home.ts';
import type { ListenerContext } from './listeners/listener-context.ts';
import { registerModals } from './listeners/modals.ts';
import { slackEdge } from './requests/edge.ts';
import { slackGuard } from './requests/verify.ts';

export interface SlackAppOptions {
  /** The app of the HTTP server, on which `/slack/events` is mounted. */
  http: Express;
  /** Reads request bodies, with limits for the whole process; absent: with limits of its own. */
  bodies?: Bodies;
  token: string;
  signingSecret: string;
  /** null: Slack's own URL. */
  slackApiUrl: string | null;
  now: () => number;
  /** Time limit of a call to Slack made for a listener, in milliseconds. */
  timeoutMs: number;
}

const ENDPOINT = '/slack/events';

/** The mounted Slack endpoint. */
export interface SlackApp {
  /** Continues requests that other processes left unfinished, until `stop`. `alone`: no other process works now. */
  begin(services: ChatServices, alone: boolean): Promise<void>;
  stop(): void;
  /** Resolves when all acknowledged work is done, or after `withinMs` milliseconds. */
  idle(withinMs: number): Promise<void>;
}

/** Mounts Slack's endpoint on the HTTP server: signature check, payload check, Bolt, listeners. */
export function mountSlack(options: SlackAppOptions, context: ListenerContext): SlackApp {
  const { http, token, signingSecret, slackApiUrl, bodies = new Bodies() } = options;
  const logger = boltLogger(context.log);
  http.use(ENDPOINT, slackGuard(signingSecret, options.now, bodies), slackEdge(context.log));
  const receiver = new ExpressReceiver({ app: http, signingSecret, endpoints: ENDPOINT, logger });
  const app = new App({
    receiver,
    logger,
    // Bolt's own look-up calls Slack before the first acknowledgement; the app's identity is not needed to answer.
    authorize: async () => ({ botToken: token }),
    clientOptions: {
      ...(slackApiUrl === null ? {} : { slackApiUrl }),
      timeout: options.timeoutMs,
      retryConfig: { retries: 1 },
      rejectRateLimitedCalls: true,
    },
    ignoreSelf: false,
    // No state is kept between requests.
    convoStore: false,
  });
  const client = createWebClient(token, slackApiUrl, options.timeoutMs);
  const inbox = new Inbox({ ...context, client, process: app.processEvent.bind(app) });
  // Here every receiver passes, and so do events, which Bolt acknowledges before any middleware.
  app.processEvent = inbox.take;
  registerCommand(app, context);
  registerButtons(app, context);
  registerModals(app, context);
  registerHome(app, context);
  app.error(async (error) => {
    context.log.error({ err: error }, 'a listener failed');
    throw error;
  });
  return inbox;
}

function boltLogger(log: Logger): BoltLogger {
  const say =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...words: unknown[]) => {
      const [first, ...others] = words;
      if (first instanceof Error) log[level]({ err: first, more: others }, 'bolt');
      else log[level]({ more: others }, `bolt: ${String(first)}`);
    };
  return {
    debug: say('debug'),
    // What Bolt logs as info is detail for Slipway.
    info: say('debug'),
    warn: say('warn'),
    error: say('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
