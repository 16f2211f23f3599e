import { type Logger, pino } from 'pino';
import type { AtATime, BotEnvironment } from '../../src/app/configuration/environment.ts';
import type { ConfigurationSource } from '../../src/app/reload/source.ts';
import { type Running, startSlipway } from '../../src/app/start.ts';
import type { Timing } from '../../src/flow/services/timing.ts';
import type { ForgeSettings } from '../../src/flow/settings/forges.ts';
import type { ProductSettings } from '../../src/flow/settings/settings.ts';
import type { TracesTarget } from '../../src/ports/traces.ts';
import { QUICK } from './timing.ts';
import { until } from './until.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, type World } from './world.ts';

interface BotOptions {
  log?: Logger;
  atATime?: AtATime;
  /** The forges of the configuration. Absent: none. */
  forges?: ForgeSettings[];
  /** Replaces waits of `QUICK`. */
  timing?: Partial<Timing>;
  /** Milliseconds since the epoch. Absent: the machine's clock. */
  now?: () => number;
  /** Where the bot reads its configuration again. Absent: nowhere. */
  source?: (environment: BotEnvironment) => ConfigurationSource;
  /** Absent: `/metrics` is at the bot's own address. */
  metricsPort?: number;
  /** Absent: nobody receives traces. */
  traces?: TracesTarget;
}

/** Starts the real bot in this process and connects the world's Slack to it. Resolves when the bot is ready. */
export async function startBot(
  world: World,
  product: ProductSettings,
  options: BotOptions = {},
): Promise<Running> {
  const bot = await listeningBot(world, product, options);
  await bot.ready;
  await connected(world);
  return bot;
}

/** Waits until the bot's connections are open, where it uses Socket Mode. */
export async function connected({ sandbox: { socketMode } }: World): Promise<void> {
  if (socketMode) await until('the bot is connected', () => socketMode.taking.length >= 2);
}

/** Like `startBot`, but resolves as soon as the bot listens, while its store is still opening. */
export async function listeningBot(
  world: World,
  product: ProductSettings,
  { log, atATime, forges = [], timing, now, metricsPort, traces, source }: BotOptions = {},
): Promise<Running> {
  const environment: BotEnvironment = {
    slack: {
      botToken: BOT_TOKEN,
      apiUrl: world.sandbox.apiUrl,
      ...(world.sandbox.socketMode ? { appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET }),
    },
    services: world.services,
    dataDirectory: world.dataDirectory,
    port: 0,
    ...(metricsPort === undefined ? {} : { metricsPort }),
    ...(traces === undefined ? {} : { traces }),
    logLevel: 'silent',
  };
  const bot = await startSlipway({
    settings: { products: [product], forges },
    environment,
    ...(source && { source: source(environment) }),
    log: log ?? pino({ level: process.env.TEST_LOG ?? 'silent' }),
    host: '127.0.0.1',
    timing: { ...QUICK, ...timing },
    ...(now ? { now } : {}),
    ...(atATime ? { atATime } : {}),
  });
  world.sandbox.setRequestUrl(`${bot.url}/slack/events`);
  return bot;
}
