import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Role } from '../../src/app/configuration/environment.ts';
import type { ForgeSettings } from '../../src/flow/settings/forges.ts';
import { PROJECT } from './forges/world.ts';
import { QUICK } from './timing.ts';
import { until } from './until.ts';
import { APP_TOKEN, BOT_TOKEN, CHANNEL, SIGNING_SECRET, WEBHOOK_SECRET, type World } from './world.ts';

const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));

/** The built bot in a separate process, as people run it. */
export interface BotProcess {
  pid: number;
  url: string;
  /** Everything that the process printed. */
  output(): string;
  /** Sends the signal and waits for the process to end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null }>;
}

/** The configuration file and the environment variables to start a bot with. */
export interface BotPlace {
  config: string;
  env: NodeJS.ProcessEnv;
}

/** The variable with the token of the forge that `describeBot` is given. */
const FORGE_TOKEN = 'FORGE_TOKEN';

/**
 * Writes `slipway.yml` for a world with these environments, and returns it with the matching variables. `forge`: the one that is
 * told of the product, with a token.
 */
export async function describeBot(
  world: World,
  environments: Record<string, unknown>[],
  build: Record<string, unknown> = { run: 'true', test: 'true' },
  forge: ForgeSettings | null = null,
): Promise<BotPlace> {
  const config = join(world.scratch, 'slipway.yml');
  const product = {
    repository: world.repository.url,
    branch: 'main',
    channel: CHANNEL,
    webhook: { secret: 'env:HOOK_SECRET' },
    env: { LEDGER: world.ledgerFile },
    build,
    environments,
    // Pushes are found without a webhook, which would have to be of the forge's kind.
    ...(forge === null ? {} : { forge: { name: forge.name, project: PROJECT }, poll: '1s' }),
  };
  const forges =
    forge === null
      ? {}
      : {
          [forge.name]: {
            kind: forge.kind,
            api: forge.api,
            token: `env:${FORGE_TOKEN}`,
            report: forge.report,
          },
        };
  await writeFile(config, stringify({ forges, products: { shop: product } }));
  return {
    config,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      ...(world.sandbox.socketMode
        ? { SLACK_APP_TOKEN: APP_TOKEN }
        : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
      SLACK_API_URL: world.sandbox.apiUrl,
      HOOK_SECRET: WEBHOOK_SECRET,
      ...(forge?.access.kind === 'token' ? { [FORGE_TOKEN]: forge.access.token } : {}),
      DATA_DIR: world.dataDirectory,
      PORT: '0',
      LOG_LEVEL: 'info',
      SLIPWAY_TIMING: JSON.stringify(QUICK),
      ...(world.services ? { MONGODB_URL: world.services.mongodb, REDIS_URL: world.services.redis } : {}),
    },
  };
}

/** Starts the bot without waiting for anything. A worker receives no Slack variables. */
export function spawnBot(
  place: BotPlace,
  role: Role = 'all',
): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<unknown[]>;
} {
  const env = Object.entries(place.env).filter(([name]) => role !== 'worker' || !name.startsWith('SLACK_'));
  const child = spawn(process.execPath, [SLIPWAY, 'start', '--role', role, '--config', place.config], {
    env: Object.fromEntries(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, output: () => said, ended: once(child, 'exit') };
}

/** Starts the bot and waits until it is ready. Connects the world's Slack to it, unless it is a worker. */
export async function startProcess(world: World, place: BotPlace, role: Role = 'all'): Promise<BotProcess> {
  const { child, output, ended } = spawnBot(place, role);
  const url = await until(
    () => `the bot listens; it said ${output()}`,
    () => /"url":"([^"]+)"/.exec(output())?.[1],
  );
  if (role !== 'worker') world.sandbox.setRequestUrl(`${url}/slack/events`);
  await until('the bot is ready', async () => (await fetch(`${url}/readyz`)).ok, world.patienceMs);
  return {
    pid: child.pid ?? 0,
    url,
    output,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await ended;
      return { code: code as number | null };
    },
  };
}
