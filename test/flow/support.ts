import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { FileArtifacts } from '../../src/adapters/artifacts/files.ts';
import { askAddress } from '../../src/adapters/current/address.ts';
import { fileLogs } from '../../src/adapters/logs/files.ts';
import { createWebClient, SlackChat } from '../../src/adapters/slack/client/slack-chat.ts';
import { openForges } from '../../src/app/forges.ts';
import { openRecords } from '../../src/app/records.ts';
import { openRepositories } from '../../src/app/repositories.ts';
import { defaultRoles } from '../../src/domain/approvals/approvals.ts';
import type { Step } from '../../src/domain/documents/values/release.ts';
import { ROBOT } from '../../src/domain/people/people.ts';
import { apply } from '../../src/flow/commands/apply.ts';
import { Homes } from '../../src/flow/home/homes.ts';
import { PullRequests } from '../../src/flow/references/pull-requests.ts';
import { Clock } from '../../src/flow/services/clock.ts';
import { Configurations } from '../../src/flow/services/configurations.ts';
import { KeyedMutex } from '../../src/flow/services/keyed-mutex.ts';
import { artifactsPath } from '../../src/flow/services/paths.ts';
import { type ChatServices, NO_PEOPLE, type Services } from '../../src/flow/services/services.ts';
import { Troubles } from '../../src/flow/services/troubles.ts';
import type { ChecksSettings, ProductSettings, Settings } from '../../src/flow/settings/settings.ts';
import { type Chat, ChatError } from '../../src/ports/chat.ts';
import { NO_METRICS } from '../../src/ports/metrics.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { ExecutorWorld } from '../support/executors/world.ts';
import { type ForgeWorld, PROJECT } from '../support/forges/world.ts';
import { type TemporaryRepository, temporaryRepository } from '../support/repositories/git.ts';
import { embedded, onServers } from '../support/services/services.ts';
import type { Tier } from '../support/services/tiers.ts';
import { QUICK } from '../support/timing.ts';

/** What stages work with, and a repository, without the bot around them: a test calls a stage and decides what it meets. */
export interface Stage {
  services: Services;
  repository: TemporaryRepository;
  /** Every time that stages read; real time until it is set forward. */
  clock: { aheadMs: number };
  stopping: AbortController;
  ending: AbortController;
  close(): Promise<void>;
}

/** Another system carries out these steps instead of commands. */
export interface Outside {
  system: ExecutorWorld;
  steps: readonly Step[];
  timeoutMs: number;
  /** Absent: the embedded tier. */
  tier?: Tier;
}

interface Commands {
  build?: string;
  deploy: string;
  verify?: string;
}

/**
 * A product `shop` with one continuous environment `integration`, lowest of all. `elsewhere`: it is built elsewhere, under the
 * project that the stand-in for a forge has; `forge` null: no forge is asked.
 */
export async function openStage(
  commands: Commands,
  elsewhere?: { forge: ForgeWorld | null; checks: ChecksSettings },
  outside?: Outside,
): Promise<Stage> {
  const repository = temporaryRepository();
  const servers = outside?.tier === 'services' ? await onServers() : null;
  const { directory, store, queue, close } = servers ?? (await embedded());
  const shop = product(repository.url, commands);
  if (outside) carriedOut(shop, outside);
  const forge = elsewhere?.forge ?? null;
  const settings: Settings = {
    products: [
      {
        ...shop,
        ...(forge && { forge: { name: forge.settings.name, kind: forge.settings.kind, project: PROJECT } }),
        ...(elsewhere && { build: { ...shop.build, run: null, checks: elsewhere.checks } }),
      },
    ],
    forges: forge ? [forge.settings] : [],
  };
  const log = pino({ level: 'silent' });
  const clock = { aheadMs: 0 };
  const stopping = new AbortController();
  const ending = new AbortController();
  const now = () => Date.now() + clock.aheadMs;
  const forges = openForges({ settings, now });
  const services: Services = {
    settings,
    configurations: new Configurations(),
    troubles: new Troubles(Date.now, log),
    metrics: NO_METRICS,
    turns: new KeyedMutex(),
    store,
    queue,
    logs: servers?.logs ?? fileLogs(directory),
    forge: forges,
    executor: ({ system }) =>
      outside?.system.open({ now, timeoutMs: QUICK.remoteCallMs }) ??
      Promise.reject(new TypeError(`${system} carries out nothing here`)),
    askAddress,
    pullRequests: new PullRequests({ forge: forges, now, log, waitMs: QUICK.pullRequestsMs }),
    artifacts: new FileArtifacts(artifactsPath(directory)),
    ...openRepositories(settings, directory, log, {
      now: Date.now,
      fetchRestMs: QUICK.fetchRestMs,
      forge: forges,
    }),
    records: openRecords(settings, { dataDirectory: directory, forge: forges, now: Date.now }),
    now,
    clock: new Clock({
      now,
      monotonic: () => performance.now() + clock.aheadMs,
    }),
    timing: QUICK,
    newId: randomUUID,
    worker: randomUUID(),
    dataDirectory: directory,
    guardIsGone: () => true,
    stopping: stopping.signal,
    ending: ending.signal,
    people: NO_PEOPLE,
    enclose: () => null,
    engine: null,
    bot: { lang: null, node: process.execPath },
    log,
  };
  return {
    services,
    repository,
    clock,
    stopping,
    ending,
    async close() {
      stopping.abort();
      ending.abort();
      await services.trees('shop').idle();
      await close();
      repository.cleanup();
    },
  };
}

function carriedOut({ environments: [environment] }: ProductSettings, { steps, timeoutMs }: Outside): void {
  const remote = { system: 'http', url: 'https://deploy.acme.test/', secret: 'x' } as const;
  for (const step of steps) environment[step] = { remote, timeoutMs };
  environment.policy.verify = environment.verify !== null;
}

function product(
  repository: string,
  { build = 'true', deploy, verify }: { build?: string; deploy: string; verify?: string },
): ProductSettings {
  return {
    name: 'shop',
    repository,
    branch: 'main',
    channel: '#shop',
    webhookSecret: 'x',
    env: {},
    secrets: [],
    build: { run: build, test: null, timeoutMs: 60_000 },
    environments: [
      {
        policy: {
          product: 'shop',
          name: 'integration',
          mode: 'continuous',
          below: null,
          above: null,
          approvals: { rules: [], self: false, authors: true, validForMs: 3_600_000 },
          acceptFrom: null,
          roles: defaultRoles([]),
          soakMs: 0,
          freeze: [],
          startApproved: false,
          retired: false,
          verify: verify !== undefined,
          idempotent: false,
          url: null,
        },
        deploy: { run: deploy, timeoutMs: 60_000 },
        verify: verify === undefined ? null : { run: verify, timeoutMs: 60_000 },
      },
    ],
    commitUrl: null,
    compareUrl: null,
  };
}

/** Slack does not answer: what is drawn does without names and links. */
export function slackAway(): Chat {
  return new Proxy({} as Chat, {
    get: () => async () => {
      throw new ChatError('unknown', 'Slack is away');
    },
  });
}

/** Asks for a build, as the look at a branch does. */
export async function requestBuild(services: Services, sha: string): Promise<string> {
  const push = { head: 1, branch: 'main', pushedBy: null, at: services.now(), card: 'shop@head-1' };
  const id = `shop@${sha}`;
  await apply(services, 'builds', id, {
    id: services.newId(),
    actor: ROBOT,
    type: 'requestBuild',
    push,
    watcher: null,
  });
  return id;
}

/** Makes the release that a build which succeeded leads to. */
export async function makeRelease(services: Services, sha: string, head = 1): Promise<void> {
  await apply(services, 'environments', 'shop/integration', {
    id: services.newId(),
    actor: ROBOT,
    type: 'makeRelease',
    sha,
    ref: 'main',
    head,
    card: `shop@head-${head}`,
  });
}

export const inTrees = (services: Services, ...path: string[]) =>
  join(services.dataDirectory, 'trees', 'shop', ...path);

/** A sandbox with the channel `#shop`, and the chat of a process that has just started. */
export async function openChat(people: { id: string; name: string; email?: string }[] = []): Promise<{
  sandbox: Sandbox;
  /** Nothing is remembered from before. */
  chat(services: Services): ChatServices;
}> {
  const botToken = 'xoxb-sandbox';
  const sandbox = await startSandbox({
    requestUrl: null,
    signingSecret: 'secret',
    botToken,
    channels: ['#shop'],
    people,
  });
  const client = createWebClient(botToken, `${sandbox.url}/api/`, QUICK.slackTimeoutMs);
  return {
    sandbox,
    chat: (services) => ({ ...services, chat: new SlackChat(client, services.now), homes: new Homes() }),
  };
}
