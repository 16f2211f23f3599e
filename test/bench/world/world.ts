import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataDirectory } from '../../support/services/services.ts';
import { type Marks, openMarks } from '../figures/marks.ts';
import { WEBHOOK_SECRET } from '../names.ts';
import { type BotPlace, type BotProcess, type Role, startBot } from './bot.ts';
import { connections, type Endpoint, sendCommand, sendPush } from './load.ts';
import { type Repository, repositoryPath, smallRepository } from './repositories.ts';
import { type Slack, startSlack } from './slack.ts';
import type { Tier } from './tier.ts';

/** A product of the configuration, apart from where its repository and channel are. */
export interface ProductShape {
  build: Record<string, unknown>;
  environments: Record<string, unknown>[];
}

/** Everything around a bot: a Slack in a process of its own, repositories, a data directory past its first start. */
export interface World {
  directory: string;
  slack: Slack;
  marks: Marks;
  /** Commands see it as `BUSY`; there while they are to be busy. */
  busyFile: string;
  place: BotPlace;
  repository(product: string): Repository;
  /** Where commands go, in the channel of this product; default: the first. */
  endpoint(url: string, product?: string): Endpoint;
  /** Types `/release text`, and waits for what the one who typed is told. */
  ask(to: Endpoint, text: string, user?: string): Promise<{ answeredMs: number; text: string }>;
  /** Tells the bot of a commit that was pushed. Resolves when it has taken it. */
  tell(botUrl: string, product: string, sha: string): Promise<void>;
  /** Pushes to these products and waits until each is accepted in its lowest environment. */
  deliver(botUrl: string, products: readonly string[]): Promise<void>;
  /** `close` ends those that still run. */
  start(role?: Role): Promise<BotProcess>;
  close(): Promise<void>;
}

const ANSWER_MS = 60_000;

/** How long deliveries may take, all together. */
const DELIVER_MS = 300_000;

/** Opens a world of `tier` with these products, by name, each with a repository and a channel of its own. */
export async function openWorld(tier: Tier, shapes: Record<string, ProductShape>): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const data = await dataDirectory();
  const names = Object.keys(shapes);
  const slack = await startSlack(names.map((name) => `#${name}`));
  const marks = openMarks(join(directory, 'marks'));
  const busyFile = join(directory, 'busy');
  const repositories = new Map<string, Repository>();
  for (const name of names) {
    repositories.set(name, await smallRepository(repositoryPath(directory, name)));
  }
  const repository = (product: string) => {
    const found = repositories.get(product);
    if (!found) throw new TypeError(`${product} has no repository`);
    return found;
  };
  const products = names.map((name) => [
    name,
    {
      repository: repository(name).url,
      branch: 'main',
      channel: `#${name}`,
      webhook: { secret: 'env:HOOK_SECRET' },
      env: { MARKS: marks.path, BUSY: busyFile },
      ...shapes[name],
    },
  ]);
  const place: BotPlace = {
    directory,
    dataDirectory: data.directory,
    products: Object.fromEntries(products) as Record<string, unknown>,
    forges: {},
    slackApiUrl: slack.apiUrl,
    variables: { ...tier.variables(), HOOK_SECRET: WEBHOOK_SECRET },
  };
  const bots: BotProcess[] = [];
  const agent = connections();
  const tell = (botUrl: string, product: string, sha: string) =>
    sendPush(agent, botUrl, { repository: repository(product).url, sha });
  return {
    directory,
    slack,
    marks,
    busyFile,
    place,
    repository,
    endpoint: (url, product = names[0] ?? '') => ({
      agent,
      url,
      channel: slack.channels[`#${product}`] ?? '',
      answersUrl: slack.answersUrl,
    }),
    async ask(to, text, user) {
      const sent = await sendCommand(to, text, user);
      const answer = await slack.answers.first(({ id }) => id === sent.id, ANSWER_MS);
      return { answeredMs: answer.at - sent.sentAt, text: answer.text };
    },
    tell,
    async deliver(botUrl, wanted) {
      const before = slack.accepted.count;
      await Promise.all(
        wanted.map(async (product) => tell(botUrl, product, await repository(product).push())),
      );
      await slack.accepted.reach(before + wanted.length, DELIVER_MS);
    },
    async start(role) {
      const bot = await startBot(place, role);
      bots.push(bot);
      return bot;
    },
    async close() {
      await Promise.all(bots.map((bot) => bot.stop()));
      agent.destroy();
      marks.close();
      await slack.stop();
      await data.remove();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
