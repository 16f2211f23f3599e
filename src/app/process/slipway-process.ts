import { join } from 'node:path';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { ClaimedDataDirectory } from '../../adapters/data-directory.ts';
import { Bodies } from '../../adapters/http/bodies.ts';
import { PrometheusMetrics } from '../../adapters/metrics/prometheus.ts';
import { closeAll } from '../../adapters/private.ts';
import type { SlackApp } from '../../adapters/slack/app.ts';
import { SlackHealth } from '../../adapters/slack/client/health.ts';
import { createWebClient, SlackChat } from '../../adapters/slack/client/slack-chat.ts';
import type { OtlpTraces } from '../../adapters/traces/otlp.ts';
import { mountWebhooks } from '../../adapters/webhooks/receive.ts';
import { Homes } from '../../flow/home/homes.ts';
import { reportMove } from '../../flow/pipeline/fetch/fetch-branch.ts';
import { type ChatServices, NO_PEOPLE, type Services } from '../../flow/services/services.ts';
import { TIMING, type Timing } from '../../flow/services/timing.ts';
import { Troubles } from '../../flow/services/troubles.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import type { People } from '../../ports/chat.ts';
import { type Backend, openEmbeddedTier, openServicesTier } from '../backends.ts';
import { type CommandRuntime, clearLeftContainers, reportRuntime } from '../command-runtime.ts';
import { AT_A_TIME, type AtATime, type BotEnvironment, type Role } from '../configuration/environment.ts';
import type { Readiness } from '../http.ts';
import { Reloader } from '../reload/reloader.ts';
import type { ConfigurationSource } from '../reload/source.ts';
import { Taker } from '../reload/take.ts';
import { type Work, type Working, work } from '../work.ts';
import { type Configured, openConfigured } from './configured.ts';
import { readinessOf } from './readiness.ts';
import { openServices } from './services.ts';
import { openSlack } from './slack.ts';
import { openTraces } from './traces.ts';

export interface StartOptions {
  settings: Settings;
  /** Where the settings were read, to read them again. Absent: they stay. */
  source?: ConfigurationSource;
  environment: BotEnvironment;
  log: Logger;
  /** Absent: `all`. */
  role?: Role;
  /** Absent: `AT_A_TIME`. */
  atATime?: AtATime;
  /** Replaces waits of `TIMING`. */
  timing?: Partial<Timing>;
  /** Milliseconds since the epoch. Absent: the system's clock. */
  now?: () => number;
  /** Address to listen on. Absent: all. */
  host?: string;
  /** Called when the store was lost. Only a restart of the process helps. */
  onFatal?(error: Error): void;
}

/** How long a stop waits for requests that people made just before. */
const REQUESTS_MS = 3_000;

/** Commands that are ended take about two seconds (the guard's grace), and storing their result takes a moment. */
const ENDING_MS = 5_000;

/** One process of Slipway, from its first answer until it ends. */
export class SlipwayProcess {
  readonly #options: StartOptions;
  readonly #timing: Timing;
  readonly #now: () => number;
  readonly #claimed: ClaimedDataDirectory;
  readonly #runtime: CommandRuntime;
  readonly #troubles: Troubles;
  readonly #configured: Configured;
  /** What `/metrics` shows, from the first moment on. */
  readonly metrics = new PrometheusMetrics();
  readonly #stopping = new AbortController();
  readonly #ending = new AbortController();
  #state: Readiness = { ready: false, why: 'starting' };
  #opening: Promise<Backend> | null = null;
  #traces: OtlpTraces | null = null;
  #services: Services | null = null;
  #chatServices: ChatServices | null = null;
  #slack: SlackApp | null = null;
  #stopWork: () => void = () => {};
  #reloader: Reloader | null = null;

  constructor(options: StartOptions, claimed: ClaimedDataDirectory, runtime: CommandRuntime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#timing = { ...TIMING, ...options.environment.timing, ...options.timing };
    this.#now = options.now ?? Date.now;
    this.#claimed = claimed;
    this.#troubles = new Troubles(this.#now, options.log);
    this.#configured = openConfigured({
      ...options,
      runtime,
      dataDirectory: claimed.path,
      timing: this.#timing,
      now: this.#now,
      onFetched: (product) => {
        if (this.#services) void reportMove(this.#services, product);
      },
    });
    if (options.role !== 'bot') reportRuntime(runtime, options.log, this.#troubles);
  }

  /** Adds the routes for Slack (unless it is reached by Socket Mode) and forges to the HTTP server. A worker has none. */
  mount(http: Express): void {
    const { environment, log } = this.#options;
    const { slack } = environment;
    if (slack === null) return;
    const bodies = new Bodies();
    this.#slack = openSlack(slack, {
      http,
      bodies,
      timeoutMs: this.#timing.slackTimeoutMs,
      // A process with a wrong clock still answers people.
      now: () => this.#services?.clock.now() ?? this.#now(),
      metrics: this.metrics,
      troubles: this.#troubles,
      services: () => this.#chatServices,
      log,
    });
    mountWebhooks(http, bodies, () => this.#services, { log, now: this.#now });
  }

  /** The answer of `/readyz`. Asks the store and the queue each time. */
  async readiness(): Promise<Readiness> {
    return readinessOf({
      state: () => this.#state,
      services: this.#services,
      slack: this.#slack,
      role: this.#options.role,
      troubles: this.#troubles,
    });
  }

  /** Opens the tier, resumes interrupted work, and starts working. */
  async open(): Promise<void> {
    const { environment, log, onFatal } = this.#options;
    const backendOptions = {
      dataDirectory: this.#claimed.path,
      log,
      signal: this.#stopping.signal,
      onStep: (why: string) => {
        this.#state = { ready: false, why };
      },
      onLost: (error: Error) => onFatal?.(error),
    };
    this.#opening = environment.services
      ? openServicesTier(environment.services, backendOptions)
      : openEmbeddedTier(backendOptions);
    const backend = await this.#opening;
    await clearLeftContainers(this.#runtime, this.#claimed.path, {
      settings: this.#options.settings,
      log,
      troubles: this.#troubles,
    });
    // The database chooses the modes of its own files.
    if (!environment.services) await closeAll(join(this.#claimed.path, 'pglite'));
    this.#traces = await openTraces(environment, log);
    if (this.#stopping.signal.aborted) return;
    const { alone } = backend;
    const working = work(this.#workingOn(backend), { alone, atATime: this.#options.atATime ?? AT_A_TIME });
    this.#stopWork = working.stop;
    // People can be answered from now on. Earlier, another process of the same app answers them better.
    this.#slack?.start();
    await working.begin();
    if (this.#chatServices && !this.#stopping.signal.aborted)
      await this.#slack?.begin(this.#chatServices, alone);
    if (this.#stopping.signal.aborted) return;
    this.#state = { ready: true };
    this.#reloader = this.#reloaderOf(working);
    this.#reloader?.watch();
  }

  /** Reads the configuration again, once the process is open. Never rejects. */
  async reload(): Promise<void> {
    await this.#reloader?.reload();
  }

  /** null: nobody has said where the configuration is from. */
  #reloaderOf({ goOn }: Work): Reloader | null {
    const { source, settings, environment, role = 'all', log } = this.#options;
    const services = this.#services;
    if (source === undefined || services === null) return null;
    const taker = new Taker({
      settings,
      runtime: this.#runtime,
      role,
      services,
      configured: this.#configured,
      goOn,
    });
    return new Reloader({
      source,
      settings,
      environment,
      timing: { lookMs: this.#timing.configurationMs, settleMs: this.#timing.configurationSettleMs },
      take: (next) => taker.take(next),
      troubles: this.#troubles,
      log,
      stopping: this.#stopping.signal,
    });
  }

  #workingOn(backend: Backend): Working {
    const { environment, role = 'all' } = this.#options;
    const { slack } = environment;
    if (role === 'worker') {
      const services = this.#servicesOn(backend, NO_PEOPLE);
      this.#services = services;
      return { role, services };
    }
    if (slack === null) throw new TypeError(`the role ${role} needs a way to Slack`);
    const health = new SlackHealth(this.#troubles);
    const client = createWebClient(slack.botToken, slack.apiUrl, this.#timing.slackTimeoutMs, {
      watch: health,
      metrics: this.metrics,
    });
    const chat = new SlackChat(client, this.#now);
    const services = { ...this.#servicesOn(backend, chat), chat, homes: new Homes() };
    this.#services = services;
    this.#chatServices = services;
    return { role, services };
  }

  #servicesOn(backend: Backend, people: People): Services {
    return openServices({
      backend,
      people,
      configured: this.#configured.services,
      troubles: this.#troubles,
      metrics: this.metrics,
      traces: this.#traces,
      now: this.#now,
      timing: this.#timing,
      dataDirectory: this.#claimed.path,
      stopping: this.#stopping.signal,
      ending: this.#ending.signal,
      log: this.#options.log,
    });
  }

  failed(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#state = { ready: false, why: 'the store could not be opened' };
    this.#options.log.error({ err: error }, 'could not start');
  }

  beginStop(): void {
    this.#state = { ready: false, why: 'stopping' };
    this.#stopWork();
    void this.#slack?.stop();
    this.#stopping.abort();
  }

  /** Accepts no more work, waits for running work within a limit, ends the rest, and closes everything in reverse order. */
  async close(): Promise<void> {
    await this.#slack?.stop();
    const backend = await this.#opening?.catch(() => null);
    if (!backend) return;
    const { finishMs } = this.#timing;
    await this.#slack?.idle(REQUESTS_MS);
    const end = setTimeout(() => this.#ending.abort(), finishMs);
    await backend.queue.close(finishMs + ENDING_MS);
    clearTimeout(end);
    this.#ending.abort();
    await this.#traces?.close();
    await backend.close();
  }
}
