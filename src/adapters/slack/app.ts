import { App, type Logger as BoltLogger, ExpressReceiver, LogLevel, type Receiver } from '@slack/bolt';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { ChatServices } from '../../flow/services/services.ts';
import type { Troubles } from '../../flow/services/troubles.ts';
import { type Metrics, NO_METRICS } from '../../ports/metrics.ts';
import { Bodies } from '../http/bodies.ts';
import { measuredFetch } from './client/measured-fetch.ts';
import { createWebClient } from './client/slack-chat.ts';
import { Inbox } from './inbox/inbox.ts';
import { answerFailed } from './inbox/not-taken.ts';
import { registerButtons } from './listeners/buttons.ts';
import { registerCommand } from './listeners/command.ts';
import { registerModals } from './listeners/dialogs/modals.ts';
import { registerRedrawn } from './listeners/dialogs/redrawn.ts';
import { registerEvents } from './listeners/events/events.ts';
import { registerHome } from './listeners/home.ts';
import type { ListenerContext } from './listeners/listener-context.ts';
import { registerPrepareChanges } from './listeners/prepare/changes.ts';
import { registerOptions } from './listeners/prepare/options.ts';
import { registerPrepareSubmission } from './listeners/prepare/submission.ts';
import { registerShortcuts } from './listeners/shortcut.ts';
import { slackEdge } from './requests/edge.ts';
import { slackGuard } from './requests/verify.ts';
import { SOCKET_TROUBLE, type SocketTiming } from './socket/connections.ts';
import { SocketReceiver } from './socket/receiver.ts';

export interface SlackAppOptions {
  token: string;
  /** null: Slack's own URL. */
  slackApiUrl: string | null;
  /** Time limit of a call to Slack made for a listener, in milliseconds. */
  timeoutMs: number;
  /** Absent: nothing is measured. */
  metrics?: Metrics;
}

/** Requests of Slack come in over HTTP. */
export interface SlackEndpoint {
  /** The app of the HTTP server, on which `/slack/events` is mounted. */
  http: Express;
  /** Reads request bodies, with limits for the whole process; absent: with limits of its own. */
  bodies?: Bodies;
  signingSecret: string;
  now: () => number;
}

/** Requests of Slack come in over connections that the bot opens (Socket Mode). */
export interface SlackSockets {
  appToken: string;
  troubles: Troubles;
  timing?: Partial<SocketTiming>;
}

const ENDPOINT = '/slack/events';

/** Slack's requests to this process. */
export interface SlackApp {
  /** Begins to take requests, where Slack does not begin by itself. */
  start(): void;
  /** Why Slack's requests cannot come in; null: they can. */
  unreachable(): string | null;
  /** Continues requests that other processes left unfinished, until `stop`. `alone`: no other process works now. */
  begin(services: ChatServices, alone: boolean): Promise<void>;
  /** Takes no more requests. Resolves when those that were taken are acknowledged. */
  stop(): Promise<void>;
  /** Resolves when all acknowledged work is done, or after `withinMs` milliseconds. */
  idle(withinMs: number): Promise<void>;
}

/** Mounts Slack's endpoint on the HTTP server: signature check, payload check, Bolt, listeners. */
export function mountSlack(options: SlackAppOptions & SlackEndpoint, context: ListenerContext): SlackApp {
  const { http, signingSecret, bodies = new Bodies() } = options;
  http.use(ENDPOINT, slackGuard(signingSecret, options.now, bodies), slackEdge(context.log));
  const logger = boltLogger(context.log);
  const receiver = new ExpressReceiver({
    app: http,
    signingSecret,
    endpoints: ENDPOINT,
    logger,
    processEventErrorHandler: answerFailed,
  });
  const inbox = listen(receiver, options, context);
  return {
    start: () => {},
    unreachable: () => null,
    begin: (services, alone) => inbox.begin(services, alone),
    // The HTTP server is closed by its owner.
    stop: async () => inbox.stop(),
    idle: (withinMs) => inbox.idle(withinMs),
  };
}

/** Connects to Slack when it is started: payload check, Bolt, listeners. */
export function connectSlack(options: SlackAppOptions & SlackSockets, context: ListenerContext): SlackApp {
  const { troubles } = options;
  const receiver = new SocketReceiver({ ...options, log: context.log });
  const inbox = listen(receiver, options, context);
  return {
    start: () => void receiver.start(),
    unreachable() {
      if (receiver.open > 0) return null;
      const trouble = troubles.get(SOCKET_TROUBLE);
      return trouble ? `${trouble.says}: ${trouble.todo}` : 'no connection to Slack is open yet';
    },
    begin: (services, alone) => inbox.begin(services, alone),
    async stop() {
      inbox.stop();
      await receiver.stop();
    },
    idle: (withinMs) => inbox.idle(withinMs),
  };
}

/** Has all listeners work on what the receiver gets. */
function listen(
  receiver: Receiver,
  { token, slackApiUrl, timeoutMs, metrics = NO_METRICS }: SlackAppOptions,
  context: ListenerContext,
): Inbox {
  const app = new App({
    receiver,
    logger: boltLogger(context.log),
    // Bolt's own look-up calls Slack before the first acknowledgement; the app's identity is not needed to answer.
    authorize: async () => ({ botToken: token }),
    clientOptions: {
      ...(slackApiUrl === null ? {} : { slackApiUrl }),
      timeout: timeoutMs,
      fetch: measuredFetch(metrics),
      retryConfig: { retries: 1 },
      rejectRateLimitedCalls: true,
    },
    ignoreSelf: false,
    // No state is kept between requests.
    convoStore: false,
  });
  const client = createWebClient(token, slackApiUrl, timeoutMs, { metrics });
  const inbox = new Inbox({ ...context, client, process: app.processEvent.bind(app) });
  // Here every receiver passes, and so do events, which Bolt acknowledges before any middleware.
  app.processEvent = inbox.take;
  registerCommand(app, context);
  registerButtons(app, context);
  registerModals(app, context);
  registerHome(app, context);
  registerShortcuts(app, context);
  registerEvents(app, context);
  registerRedrawn(app, context);
  registerPrepareChanges(app, context);
  registerPrepareSubmission(app, context);
  registerOptions(app, context);
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
