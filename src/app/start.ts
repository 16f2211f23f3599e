import { join, resolve } from 'node:path';
import { type ClaimedDataDirectory, claimDataDirectory, claimPlace } from '../adapters/data-directory.ts';
import { closeToOthers } from '../adapters/private.ts';
import { findCommandRuntime } from './command-runtime.ts';
import type { BotEnvironment } from './configuration/environment.ts';
import { closeServer, createHttp, finishHttp, listen } from './http.ts';
import { SlipwayProcess, type StartOptions } from './process/slipway-process.ts';

/** A started process of Slipway. */
export interface Running {
  /** Address of the HTTP server, for this machine. */
  url: string;
  /** Resolves when the store is open and interrupted work has been resumed. Rejects when the start failed. */
  ready: Promise<void>;
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
  finishHttp(http, log);
  const listening = keepOthersOut(claimed, environment).then(() =>
    listen(http, environment.port, options.host),
  );
  const { server, port } = await listening.catch((error: unknown) => {
    claimed.release();
    throw error;
  });
  const ready = process.open().then(() => log.info({ port }, 'ready'));
  ready.catch((error: unknown) => process.failed(error));
  return {
    url: `http://127.0.0.1:${port}`,
    ready,
    async stop() {
      process.beginStop();
      await closeServer(server, 1_000);
      await process.close();
      claimed.release();
    },
  };
}

async function keepOthersOut(claimed: ClaimedDataDirectory, environment: BotEnvironment): Promise<void> {
  const shared = resolve(environment.dataDirectory);
  await closeToOthers(claimed.path, environment.services ? [shared, join(shared, 'processes')] : []);
}
