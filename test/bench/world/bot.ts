import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../../support/services/servers.ts';
import { delay, nowMs } from '../figures/clock.ts';
import { BOT_TOKEN, SIGNING_SECRET } from '../names.ts';

const SLIPWAY = fileURLToPath(new URL('../../../dist/bin/slipway.js', import.meta.url));

/** How long a start may take: the first one on an empty data directory makes a database. */
const START_MS = 60_000;
const LOOK_EVERY_MS = 5;

export type Role = 'all' | 'bot' | 'worker';

/** Where a bot runs: the same for all that share a world. */
export interface BotPlace {
  /** For its configuration and its log. */
  directory: string;
  dataDirectory: string;
  /** `products` of its configuration. */
  products: Record<string, unknown>;
  /** `forges` of its configuration. */
  forges: Record<string, unknown>;
  slackApiUrl: string;
  /** Of its tier and of its products' secrets. */
  variables: Record<string, string>;
}

/** The bot as people run it: a process of its own, from what was built. */
export interface BotProcess {
  pid: number;
  url: string;
  /** From its start until `/readyz` said yes. */
  startMs: number;
  memory(): Promise<Memory>;
  /** Ends it as an operator would, and waits for its end. */
  stop(): Promise<void>;
}

/** Of one process, in MB of 1,000,000 bytes. */
export interface Memory {
  /** Resident now. */
  now: number;
  /** The most it ever was. */
  peak: number;
}

export async function startBot(place: BotPlace, role: Role = 'all'): Promise<BotProcess> {
  const config = join(place.directory, 'slipway.yml');
  await writeFile(config, stringify({ forges: place.forges, products: place.products }));
  const port = await freePort();
  const log = join(place.directory, 'bot.log');
  const output = openSync(log, 'a');
  const startedAt = nowMs();
  const roleArguments = role === 'all' ? [] : ['--role', role];
  const child = spawn(process.execPath, [SLIPWAY, 'start', ...roleArguments, '--config', config], {
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...(role === 'worker' ? {} : { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET }),
      SLACK_API_URL: place.slackApiUrl,
      DATA_DIR: place.dataDirectory,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ...place.variables,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(child, url, log);
  return {
    pid: child.pid ?? 0,
    url,
    startMs: nowMs() - startedAt,
    memory: () => memoryOf(child.pid ?? 0),
    stop: () => ended(child),
  };
}

async function ready(child: ChildProcess, url: string, log: string): Promise<void> {
  const end = nowMs() + START_MS;
  while (nowMs() < end && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.text();
    if (answer?.ok) return;
    await delay(LOOK_EVERY_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`the bot did not start; at last it said\n${(await readFile(log, 'utf8')).slice(-2_000)}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
