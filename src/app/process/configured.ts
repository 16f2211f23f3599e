import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { PullRequests } from '../../flow/references/pull-requests.ts';
import type { Services } from '../../flow/services/services.ts';
import type { Timing } from '../../flow/services/timing.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import { type CommandRuntime, runtimeServices } from '../command-runtime.ts';
import type { BotEnvironment } from '../configuration/environment.ts';
import { openExecutors } from '../executors.ts';
import { type OpenedClients, openClients, projectsOf } from '../forges.ts';
import { hiding } from '../hidden.ts';
import { openRecords } from '../records.ts';
import { openRepositories } from '../repositories.ts';
import { allSecretFiles, maskingOwn } from './own-secrets.ts';

/** The services that follow from the configuration. Another one replaces all of them at once. */
export type ConfiguredServices = Pick<
  Services,
  'settings' | 'records' | 'forge' | 'executor' | 'enclose' | 'engine'
>;

interface Options {
  /** As read, without the process's own secrets. */
  settings: Settings;
  runtime: CommandRuntime;
  environment: BotEnvironment;
  /** The process's own directory. */
  dataDirectory: string;
  timing: Timing;
  now: () => number;
  log: Logger;
  /** See `openRepositories`. */
  onFetched: (product: string) => void;
}

/** The services that follow from the configuration, and those that it changes only in part and that stay open. */
export interface Configured {
  services: ConfiguredServices & Pick<Services, 'mirror' | 'trees' | 'pullRequests'>;
  /**
   * Opens the services of another configuration, to replace the ones of before in one step. What stays open goes on with it
   * from then on.
   */
  goOnWith(settings: Settings, runtime: CommandRuntime): ConfiguredServices;
}

/** Opens what follows from the configuration that a process starts with. */
export function openConfigured(options: Options): Configured {
  const { environment, dataDirectory, timing, now, log, onFetched } = options;
  // The whole directory, with the parts that belong to other processes.
  const hidden = hiding(resolve(environment.dataDirectory));
  const opened: OpenedClients = new Map();
  const open = (read: Settings, runtime: CommandRuntime): ConfiguredServices => {
    const settings = maskingOwn(read, environment);
    const clients = openClients({ settings, now, opened });
    const forge = projectsOf(clients);
    return {
      settings,
      forge,
      records: openRecords(settings, { dataDirectory, forge, now }),
      executor: openExecutors({ settings, clients, now, dataDirectory }),
      ...runtimeServices(runtime, hidden(allSecretFiles(settings, environment))),
    };
  };
  let present = open(options.settings, options.runtime);
  const forge: Services['forge'] = (at) => present.forge(at);
  const repositories = openRepositories(present.settings, dataDirectory, log, {
    now,
    forge,
    fetchRestMs: timing.fetchRestMs,
    onFetched,
  });
  const { mirror, trees } = repositories;
  const pullRequests = new PullRequests({ forge, now, log, waitMs: timing.pullRequestsMs });
  return {
    services: { ...present, mirror, trees, pullRequests },
    goOnWith(settings, runtime) {
      present = open(settings, runtime);
      repositories.goOnWith(present.settings);
      return present;
    },
  };
}
