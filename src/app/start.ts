import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { claimDataDirectory } from '../adapters/data-directory.ts';
import { mountSlack } from '../adapters/slack/app.ts';
import { createWebClient, SlackChat } from '../adapters/slack/chat.ts';
import { startEmbedded } from '../adapters/store/pglite/embedded.ts';
import { mountGitHub } from '../adapters/webhooks/github.ts';
import type { Parts } from '../flow/parts.ts';
import { mirrorPath } from '../flow/paths.ts';
import { findProduct, type Settings } from '../flow/settings.ts';
import { type Mirror, openMirror } from '../git/mirror.ts';
import { remembering } from '../git/remember.ts';
import type { BotEnvironment } from './configuration/environment.ts';
import { closeServer, createHttp, finishHttp, listen, type Readiness } from './http.ts';
import { work } from './work.ts';

export interface StartOptions {
  settings: Settings;
  environment: BotEnvironment;
  log: Logger;
  /** Address to listen on; absent: all. */
  host?: string;
  /** The store was lost: only a new start of the process helps. */
  onFatal?(error: Error): void;
}

export interface Running {
  /** Where it listens, for this machine. */
  url: string;
  /** Settles when the store is open and what was left undone is under way. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

/** How long a stop waits for what runs; what still runs then is ended by its guard and shown as interrupted. */
const STOP_MS = 10_000;

/**
 * Starts the bot on the embedded tier. Slack is acknowledged and `/healthz` answered at once, while the store still
 * opens. Throws `DataDirectoryInUse` and `PortUnavailable`.
 */
export async function startSlipway(options: StartOptions): Promise<Running> {
  const { environment, log } = options;
  const claimed = claimDataDirectory(environment.dataDirectory);
  let parts: Parts | null = null;
  let state: Readiness = { ready: false, why: 'starting' };
  const http = createHttp(() => state);
  mountSlack(
    {
      http,
      token: environment.slackBotToken,
      signingSecret: environment.slackSigningSecret,
      slackApiUrl: environment.slackApiUrl,
      now: Date.now,
    },
    { parts: () => parts, log },
  );
  mountGitHub(http, () => parts);
  finishHttp(http, log);
  const { server, port } = await listen(http, environment.port, options.host).catch((error: unknown) => {
    claimed.release();
    throw error;
  });
  const opening = open(options, claimed.path, (why) => {
    state = { ready: false, why };
  });
  const ready = opening.then(async (opened) => {
    parts = opened.parts;
    await opened.begin();
    state = { ready: true };
    log.info({ port }, 'ready');
  });
  let stopping = false;
  ready.catch((error: unknown) => {
    if (stopping) return;
    state = { ready: false, why: 'the store could not be opened' };
    log.error({ err: error }, 'could not start');
  });
  return {
    url: `http://127.0.0.1:${port}`,
    ready,
    async stop() {
      stopping = true;
      state = { ready: false, why: 'stopping' };
      await closeServer(server, 1_000);
      const opened = await opening.catch(() => null);
      await opened?.close();
      claimed.release();
    },
  };
}

interface Opened {
  parts: Parts;
  /** Takes over what was left, and begins to work. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

async function open(
  { settings, environment, log, onFatal }: StartOptions,
  dataDirectory: string,
  onStep: (why: string) => void,
): Promise<Opened> {
  const embedded = await startEmbedded(dataDirectory, {
    onProgress: (step) => {
      log.info({ step }, 'opening the store');
      onStep(`store: ${step}`);
    },
    onLost: (error) => {
      log.fatal({ err: error }, 'the store was lost');
      onStep('the store was lost');
      onFatal?.(error);
    },
    onQueueError: (error) => log.warn({ err: error }, 'the queue had a fault'),
  });
  const client = createWebClient(environment.slackBotToken, environment.slackApiUrl);
  const parts: Parts = {
    settings,
    store: embedded.store,
    queue: embedded.queue,
    chat: new SlackChat(client, Date.now),
    now: Date.now,
    newId: randomUUID,
    worker: randomUUID(),
    mirror: mirrors(settings, dataDirectory),
    dataDirectory,
    bot: { home: process.env.HOME ?? null, lang: process.env.LANG ?? null, node: process.execPath },
    log,
  };
  const working = work(parts);
  return {
    parts,
    begin: working.begin,
    async close() {
      working.stop();
      await embedded.close(STOP_MS);
    },
  };
}

/** One mirror object for each product in this process. */
function mirrors(settings: Settings, dataDirectory: string): (product: string) => Mirror {
  const opened = new Map<string, Mirror>();
  return (name) => {
    const known = opened.get(name);
    if (known) return known;
    const product = findProduct(settings, name);
    if (!product) throw new TypeError(`${name} is not a product`);
    const directory = mirrorPath(dataDirectory, name);
    const mirror = remembering(openMirror({ directory, repository: product.repository }));
    opened.set(name, mirror);
    return mirror;
  };
}
