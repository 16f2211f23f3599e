import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { manifest } from '../app/manifest.ts';
import { startSlipway } from '../app/start.ts';
import { shortSha } from '../domain/ids.ts';
import { appOf } from '../sandbox/manifest.ts';
import { startSandbox } from '../sandbox/server.ts';
import { openDemoDirectory } from './directory.ts';
import { type HostAddress, startHosts, versionAnswer } from './hosts/hosts.ts';
import { git } from './project/git.ts';
import { NEWSLETTER, NEWSLETTER_CHANNEL, newsletterSettings } from './project/newsletter.ts';
import { GRID, OUTSIDERS, PEOPLE, TESTERS } from './project/people.ts';
import { Pusher } from './project/push.ts';
import { createRepository, type DemoProduct, STOREFRONT } from './project/repository.ts';
import { CHANNEL, ENVIRONMENTS, storefrontSettings } from './project/settings.ts';

/** Label of the page's button that commits and pushes. */
export const PUSH_BUTTON = 'Push a change';

/** Label of the page's button for the second product. */
export const LETTER_BUTTON = 'Push a newsletter';

const HOST = '127.0.0.1';
/** How long the page waits for an environment before it shows no status. */
const PROBE_TIMEOUT_MS = 1_000;

/** Everything that the demo runs. */
export interface DemoStage {
  /** Address of the sandbox's page. */
  url: string;
  /** The product's working copy. */
  directory: string;
  addresses: HostAddress[];
  /** Address of the topmost environment. */
  production: string;
  /** The bot's log file. */
  log: string;
  /** Resolves when the bot has opened its store and works. Rejects when it cannot. */
  ready: Promise<void>;
  /** Resolves when the bot lost its store. */
  lost: Promise<Error>;
  /** The current commit of the working copy. */
  head(): Promise<string>;
  close(): Promise<void>;
}

export interface StageOptions {
  directory: string;
  /** Of the page. null: any free port. */
  port: number | null;
  /** Whether the bot uses Socket Mode. */
  socket: boolean;
}

/** Starts everything on free ports, for this machine only. Throws `DataDirectoryInUse`. */
export async function setStage(options: StageOptions): Promise<DemoStage> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  { directory, port, socket }: StageOptions,
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<DemoStage> {
  const folder = openDemoDirectory(directory);
  closers.push(folder.release);
  const repository = await createRepository(folder.root);
  const newsletter = await createRepository(folder.root, NEWSLETTER);
  const hosts = await startHosts(folder.environments, ENVIRONMENTS);
  closers.push(hosts.close);
  const secrets = {
    token: `xoxb-${secret()}`,
    signing: secret(),
    app: `xapp-${secret()}`,
    webhook: secret(),
  };
  const pushing = (directory: string, product: DemoProduct) => {
    const pusher = new Pusher(directory, product.greets);
    return async (id: string) => {
      const { sha, subject } = await pusher.pushChange(PEOPLE.find((person) => person.id === id)?.name);
      return `Pushed ${shortSha(sha)}: ${subject}`;
    };
  };
  const sandbox = await startSandbox({
    host: HOST,
    port: port ?? 0,
    botToken: secrets.token,
    signingSecret: secrets.signing,
    ...(socket ? { socketMode: { appToken: secrets.app } } : {}),
    people: [...PEOPLE, ...OUTSIDERS],
    enterprise: GRID,
    app: appOf(manifest(socket ? { kind: 'socket' } : { kind: 'http', url: null })),
    groups: [TESTERS],
    channels: [CHANNEL, NEWSLETTER_CHANNEL],
    actions: [
      {
        label: PUSH_BUTTON,
        description: 'Commits a new greeting to the storefront and pushes it',
        run: pushing(repository.directory, STOREFRONT),
      },
      {
        label: LETTER_BUTTON,
        description: 'Commits a new text to the newsletter and pushes it',
        run: pushing(newsletter.directory, NEWSLETTER),
      },
    ],
    links: hosts.addresses.map(({ environment, url }) => ({
      label: environment,
      url,
      status: () => whatRuns(url),
    })),
  });
  closers.push(() => sandbox.close());
  let lose: (error: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  const slipway = await startSlipway({
    settings: {
      products: [
        storefrontSettings({
          repository: repository.url,
          webhookSecret: secrets.webhook,
          servers: folder.environments,
          hosts,
        }),
        newsletterSettings({
          repository: newsletter.url,
          webhookSecret: secrets.webhook,
          sent: folder.sent,
        }),
      ],
    },
    environment: {
      slack: {
        botToken: secrets.token,
        apiUrl: sandbox.apiUrl,
        ...(socket ? { appToken: secrets.app } : { signingSecret: secrets.signing }),
      },
      services: null,
      dataDirectory: folder.data,
      port: 0,
      logLevel: 'info',
    },
    log: pino({ name: 'slipway', level: 'info' }, pino.destination({ dest: folder.log, sync: true })),
    host: HOST,
    onFatal: lose,
  });
  closers.push(() => slipway.stop());
  sandbox.setRequestUrl(`${slipway.url}/slack/events`);
  for (const { notify } of [repository, newsletter]) {
    await notify(`${slipway.url}/hooks/github`, secrets.webhook);
  }
  return {
    url: sandbox.url,
    directory: repository.directory,
    addresses: hosts.addresses,
    production: hosts.addresses.at(-1)?.url ?? '',
    log: folder.log,
    ready: slipway.ready,
    lost,
    head: () => git(repository.directory, ['rev-parse', 'HEAD']),
    close,
  };
}

function secret(): string {
  return randomBytes(16).toString('hex');
}

/** Status of an environment for the page. null: it does not answer. */
async function whatRuns(url: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/version`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (!answer.ok) return 'nothing deployed yet';
    const { commit } = versionAnswer.parse(await answer.json());
    return `runs ${shortSha(commit)}`;
  } catch {
    return null;
  }
}
