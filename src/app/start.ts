import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { type ClaimedDataDirectory, claimDataDirectory, claimPlace } from '../adapters/data-directory.ts';
import { closeToOthers } from '../adapters/private.ts';
import { findCommandRuntime } from './command-runtime.ts';
import type { BotEnvironment } from './configuration/environment.ts';
import { closeServer, createHttp, finishHttp, isFromHere, listen, SCRAPER_LIMITS } from './http.ts';
import { type MetricsText, mountMetrics } from './metrics.ts';
import { SlipwayProcess, type StartOptions } from './process/slipway-process.ts';

/** A started process of Slipway. */
export interface Running {
  /** Address of the HTTP server, for this machine. */
  url: string;
  /** Address of the server of METRICS_PORT; absent: `/metrics` is at `url`. */
  metricsUrl?: string;
  /** Resolves when the store is open and interrupted work has been resumed. Rejects when the start failed. */
  ready: Promise<void>;
  /** Reads the configuration again, where its source is known. Resolves when that was taken or refused. Never rejects. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the bot or one role of it. Slack is acknowledged and `/healthz` answers at once, even while the store is
 * opening. Throws `DataDirectoryInUse`, `PortUnavailable`, `IsolationUnavailable` and `EngineUnavailable`.
 */
export async function startSlipway(options: StartOptions): Promise<Running> {
  const { environment, log, settings } = options;
  const runtime = await findCommandRuntime(settings, options.role);
  const claimed = environment.services
    ? claimPlace(environment.dataDirectory)
    : claimDataDirectory(environment.dataDirectory);
  const process = new SlipwayProcess(options, claimed, runtime);
  const http = createHttp(() => process.readiness());
  process.mount(http);
  const { metricsPort } = environment;
  if (metricsPort === undefined) mountMetrics(http, process.metrics, isFromHere);
  finishHttp(http, log);
  const servers: Server[] = [];
  const open = async (app: Express, ...where: ListenArguments) => {
    const { server, port } = await listen(app, ...where);
    servers.push(server);
    return port;
  };
  const close = () => Promise.all(servers.map((server) => closeServer(server, 1_000)));
  let port: number;
  let scraped: number | undefined;
  try {
    await keepOthersOut(claimed, environment);
    if (metricsPort !== undefined) {
      const app = scrapers(process.metrics, log);
      scraped = await open(app, metricsPort, options.host, SCRAPER_LIMITS, 'METRICS_PORT');
    }
    port = await open(http, environment.port, options.host);
  } catch (error) {
    await close();
    claimed.release();
    throw error;
  }
  const ready = process.open().then(() => log.info({ port }, 'ready'));
  ready.catch((error: unknown) => process.failed(error));
  return {
    url: `http://127.0.0.1:${port}`,
    ...(scraped === undefined ? {} : { metricsUrl: `http://127.0.0.1:${scraped}` }),
    ready,
    reload: () =>
      ready.then(
        () => process.reload(),
        () => {},
      ),
    async stop() {
      process.beginStop();
      await close();
      await process.close();
      claimed.release();
    },
  };
}

type ListenArguments = Parameters<typeof listen> extends [Express, ...infer Rest] ? Rest : never;

/** The HTTP app of METRICS_PORT: who reaches that port may see all metrics, and finds nothing else there. */
function scrapers(metrics: MetricsText, log: Logger): Express {
  const http = express();
  http.disable('x-powered-by');
  mountMetrics(http, metrics, () => true);
  finishHttp(http, log);
  return http;
}

async function keepOthersOut(claimed: ClaimedDataDirectory, environment: BotEnvironment): Promise<void> {
  const shared = resolve(environment.dataDirectory);
  await closeToOthers(claimed.path, environment.services ? [shared, join(shared, 'processes')] : []);
}
