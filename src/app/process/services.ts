import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { askAddress } from '../../adapters/current/address.ts';
import { measuredStore } from '../../adapters/metrics/measured-store.ts';
import { Clock } from '../../flow/services/clock.ts';
import { Configurations } from '../../flow/services/configurations.ts';
import { KeyedMutex } from '../../flow/services/keyed-mutex.ts';
import { guardLockPath } from '../../flow/services/paths.ts';
import type { Services } from '../../flow/services/services.ts';
import type { Timing } from '../../flow/services/timing.ts';
import type { Troubles } from '../../flow/services/troubles.ts';
import type { People } from '../../ports/chat.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Traces } from '../../ports/traces.ts';
import { guardIsGone } from '../../runner/files/lock.ts';
import type { Backend } from '../backends.ts';
import type { Configured } from './configured.ts';

interface Options {
  backend: Backend;
  people: People;
  configured: Configured['services'];
  troubles: Troubles;
  metrics: Metrics;
  /** null: nobody receives them. */
  traces: Traces | null;
  now: () => number;
  timing: Timing;
  /** The process's own directory. */
  dataDirectory: string;
  stopping: AbortSignal;
  ending: AbortSignal;
  log: Logger;
}

/** What every stage of the flow works with in one process, as a new worker (RULES 1). */
export function openServices(options: Options): Services {
  const { backend, configured, traces, metrics, now, dataDirectory, ...others } = options;
  const { store, queue, logs, artifacts, alone } = backend;
  return {
    ...configured,
    ...others,
    configurations: new Configurations(),
    turns: new KeyedMutex(),
    metrics,
    ...(traces && { traces }),
    store: measuredStore(store, metrics),
    queue,
    logs,
    now,
    clock: new Clock({ now }),
    newId: randomUUID,
    worker: randomUUID(),
    askAddress,
    artifacts,
    dataDirectory,
    // A lock is visible on one machine only. With workers on other machines, only the lease and its margin prove that
    // a guard is gone.
    guardIsGone: (place) => alone && guardIsGone(guardLockPath(dataDirectory, place)),
    bot: { lang: process.env.LANG ?? null, node: process.execPath },
  };
}
