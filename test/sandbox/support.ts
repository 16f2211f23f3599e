import { App, ExpressReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

export const ADA = 'U0ADA';
export const LIN = 'U0LIN';
export const GUEST = 'U0GUEST';
export const GONE = 'U0GONE';
export const CHANNEL = '#storefront-releases';
export const SIGNING_SECRET = 'test-signing-secret';
export const BOT_TOKEN = 'xoxb-test';

/** A clock that stands still until it is told to move. */
export class HandClock {
  #ms = Date.UTC(2026, 10, 24, 14, 2);
  readonly now = () => this.#ms;

  forward(ms: number): void {
    this.#ms += ms;
  }
}

export function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    channels: [CHANNEL, '#general'],
    people: [
      { id: ADA, name: 'Ada', realName: 'Ada Jansen' },
      { id: LIN, name: 'Lin' },
      { id: GUEST, name: 'Gus', isRestricted: true },
      { id: GONE, name: 'Old', deleted: true },
    ],
    ...options,
  });
}

/** What goes wrong here is tried on purpose: no word about it is needed. */
export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Slack's own client; it asks once, so that a fault is seen as it comes. `timeoutMs` 0: it waits forever. */
export function clientOf(sandbox: Sandbox, token = BOT_TOKEN, timeoutMs = 0): WebClient {
  return new WebClient(token, {
    slackApiUrl: sandbox.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: SILENT,
  });
}

export interface TestBot {
  app: App;
  close(): Promise<void>;
}

/** A bot on the real Bolt, whose own check of the signature decides; the sandbox sends to it. */
export async function startBolt(sandbox: Sandbox, signingSecret = SIGNING_SECRET): Promise<TestBot> {
  const receiver = new ExpressReceiver({ signingSecret, logger: SILENT });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: BOT_TOKEN }),
    clientOptions: { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } },
    logger: SILENT,
  });
  const server = receiver.app.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new TypeError('a server on a port has an address');
  sandbox.setRequestUrl(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    app,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export const APP_TOKEN = 'xapp-test';

/** A bot on one connection of Slack's own framework, for a sandbox with `socketMode`. */
export async function startSocketBolt(sandbox: Sandbox): Promise<TestBot> {
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    logger: SILENT,
    installerOptions: { clientOptions: { slackApiUrl: sandbox.apiUrl } },
  });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: BOT_TOKEN }),
    clientOptions: { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } },
    logger: SILENT,
  });
  await app.start();
  return {
    app,
    async close() {
      await receiver.stop();
    },
  };
}

/** A card with one button that asks first and one that does not. */
export function card(status: string, revision = 1) {
  return {
    text: `storefront/prod#42 ${status}`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*Deploy abc123f to storefront/prod*\n${status}` } },
      {
        type: 'actions',
        block_id: `card.${revision}`,
        elements: [
          {
            type: 'button',
            action_id: 'approve',
            text: { type: 'plain_text', text: 'Approve' },
            accessibility_label: 'Approve storefront/prod#42',
            value: `prod#42 ${revision}`,
            style: 'primary',
            confirm: {
              title: { type: 'plain_text', text: 'Approve?' },
              text: { type: 'plain_text', text: 'Yours is the last approval: the deploy starts at once.' },
              confirm: { type: 'plain_text', text: 'Approve' },
              deny: { type: 'plain_text', text: 'Not Now' },
            },
          },
          {
            type: 'button',
            action_id: 'reject',
            text: { type: 'plain_text', text: 'Reject' },
            value: `prod#42 ${revision}`,
          },
        ],
      },
    ],
  } as const;
}

/** Slack's error code. */
export async function refused(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebAPIPlatformError)) throw new TypeError(`not refused: ${String(error)}`);
  return error.data.error;
}
