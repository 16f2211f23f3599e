import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Timing } from '../../src/flow/services/timing.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { type TemporaryRepository, temporaryRepository } from '../support/repositories/git.ts';
import { BOT_TOKEN, SIGNING_SECRET, WEBHOOK_SECRET } from '../support/world.ts';
import { Choices } from './acts/choices.ts';
import { openTier, type Tier } from './fleet/tiers.ts';
import { channelOf, configuration, PRODUCTS, planOf } from './products.ts';
import { Runs } from './remote/runs.ts';
import { openSystems, type Systems } from './remote/systems.ts';
import { Weather } from './remote/weather.ts';
import { Timeline } from './report/timeline.ts';

/** People of the workspace; the last one is a guest, who may do nothing. */
export const PEOPLE = ['U0ADA', 'U0LIN', 'U0MO', 'U0KIM', 'U0GUEST'] as const;

/** A request of a person that Slack was told is taken. */
export interface Asked {
  person: string;
  what: string;
  /** When it was sent; milliseconds since the epoch. */
  at: number;
  /** Whether its person saw something come of it: an answer, a dialog, or a change of the message that was clicked. */
  seen: boolean;
}

/** Everything around the bot. */
export interface Stage {
  tier: Tier;
  seed: number;
  sandbox: Sandbox;
  /** By product. */
  repositories: ReadonlyMap<string, TemporaryRepository>;
  timeline: Timeline;
  /** What carries out steps elsewhere. */
  remote: { systems: Systems; weather: Weather };
  /** Filled by the people. */
  asked: Asked[];
  /** `slipway.yml`. */
  config: string;
  /** Directory of the ledgers. */
  ledger: string;
  /** Directory of what is kept for people when something was found: outputs, ledgers, time line. */
  directory: string;
  /** Environment of every process of the bot. */
  env: Record<string, string>;
  /** In the environment of every command of the products, and of nothing else. */
  mark: string;
  /** How much there is in the end, by name; filled by the checks. */
  came: Record<string, number>;
  close(keep: boolean): Promise<void>;
}

/**
 * What is done elsewhere is asked about more often, so that more of it happens. A process that is frozen past its lease goes on before
 * what it may have started is given up.
 */
const REMOTE_TIMING: Partial<Timing> = {
  remoteStartMs: 12_000,
  remoteCallMs: 8_000,
  remoteQuickMs: 500,
  remoteYoungMs: 10_000,
  remoteLookMs: 1_000,
  remoteSilentMs: 2_000,
  remoteSayMs: 1_000,
  remoteFindMs: 12_000,
  remoteEndMs: 10_000,
  remoteRingMs: 500,
  remoteLaterMs: 1_000,
  remoteLaterForMs: 20_000,
};

export async function openStage(name: Tier['name'], seed: number): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), `slipway-torture-${name}-`));
  const [tools, ledger] = [join(directory, 'tools'), join(directory, 'ledger')];
  await Promise.all([mkdir(tools), mkdir(ledger)]);
  await copyFile(fileURLToPath(new URL('command.sh', import.meta.url)), join(tools, 'command.sh'));
  const tier = await openTier(name);
  const repositories = new Map(PRODUCTS.map((product) => [product.name, temporaryRepository()]));
  for (const [product, repository] of repositories) {
    repository.commit({ plan: planOf(product, Choices.named(seed, `first ${product}`), 'good') }, 'First');
    repository.push();
  }
  const sandbox = await startSandbox({
    requestUrl: null,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    channels: PRODUCTS.map((product) => channelOf(product.name)),
    people: PEOPLE.map((id) => ({ id, name: nameOf(id), isRestricted: id === 'U0GUEST' })),
  });
  const config = join(directory, 'slipway.yml');
  const systems = await openSystems();
  const all = Object.values(systems);
  const runs = new Runs(all, {
    ledger,
    planOf: (product, sha) => repositories.get(product)?.git('show', `${sha}:plan`) ?? '',
  });
  const where = {
    tools,
    ledger,
    systems,
    repository: (product: string) => repositories.get(product)?.url ?? '',
  };
  await writeFile(config, stringify(configuration(where)));
  return {
    tier,
    seed,
    sandbox,
    repositories,
    timeline: new Timeline(join(directory, 'timeline.log')),
    remote: { systems, weather: new Weather(all) },
    asked: [],
    config,
    ledger,
    directory,
    mark: `TOOLS=${tools}`,
    came: {},
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: sandbox.apiUrl,
      HOOK_SECRET: WEBHOOK_SECRET,
      ...Object.assign({}, ...all.map((system) => system.env)),
      SLIPWAY_TIMING: JSON.stringify(REMOTE_TIMING),
      DATA_DIR: tier.dataDirectory,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...tier.env,
    },
    async close(keep) {
      runs.close();
      await Promise.all(all.map(({ world }) => world.close()));
      await sandbox.close();
      for (const repository of repositories.values()) repository.cleanup();
      await tier.close();
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** `U0ADA` is Ada. */
function nameOf(id: string): string {
  return `${id.slice(2, 3)}${id.slice(3).toLowerCase()}`;
}
