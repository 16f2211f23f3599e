import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { environmentsPath } from '../flow/services/paths.ts';
import type { Services } from '../flow/services/services.ts';
import type { Troubles } from '../flow/services/troubles.ts';
import { needsEngine, type Settings } from '../flow/settings/settings.ts';
import {
  type Engine,
  EngineUnavailable,
  findEngine,
  PLACE,
  removeLeftContainers,
} from '../runner/isolation/containers.ts';
import { enclose, findIsolation, type Isolation } from '../runner/isolation/isolation.ts';
import type { Role } from './configuration/environment.ts';
import type { Hiding } from './hidden.ts';

/** How this machine runs commands. */
export interface CommandRuntime {
  isolation: Isolation;
  /** null: not needed, because no command names an image. */
  engine: Engine | null;
}

const NOT_NEEDED: CommandRuntime = { isolation: { kind: 'none', why: null }, engine: null };

/** A role that runs no commands needs nothing. Throws `IsolationUnavailable` and `EngineUnavailable`. */
export async function findCommandRuntime(settings: Settings, role: Role = 'all'): Promise<CommandRuntime> {
  if (role === 'bot') return NOT_NEEDED;
  const { isolation = 'auto', containers = 'auto' } = settings;
  return {
    isolation: await findIsolation(isolation),
    engine: needsEngine(settings) ? findEngine(containers) : null,
  };
}

/** The services for running commands. */
export function runtimeServices(
  { isolation, engine }: CommandRuntime,
  hidden: Hiding,
): Pick<Services, 'enclose' | 'engine'> {
  return { enclose: (shown) => enclose(isolation, hidden(), shown), engine };
}

/** True: commands of both configurations are run in the same way. */
export function sameRuntime(before: Settings, after: Settings): boolean {
  return (
    before.isolation === after.isolation &&
    before.containers === after.containers &&
    needsEngine(before) === needsEngine(after)
  );
}

/** Key of the trouble that commands are not isolated. */
const ISOLATION_TROUBLE = 'isolation';

/**
 * The trouble to report when commands are not isolated; null: they are, or the configuration chose not to isolate them.
 */
export function missingIsolation(isolation: Isolation): { says: string; todo: string } | null {
  if (isolation.kind !== 'none' || isolation.why === null) return null;
  return {
    says: 'commands are not isolated: anyone who can push can read what Slipway can, and so approve',
    todo: `make bubblewrap work here (${isolation.why}), or write isolation: none to accept that`,
  };
}

/** Logs how commands are run, and records a missing isolation as a trouble, which is over when there is one. */
export function reportRuntime({ isolation, engine }: CommandRuntime, log: Logger, troubles: Troubles): void {
  log.info({ isolation: isolation.kind, containers: engine?.kind ?? null }, 'how commands are run');
  const missing = missingIsolation(isolation);
  if (missing === null) troubles.clear(ISOLATION_TROUBLE);
  else troubles.set(ISOLATION_TROUBLE, missing);
}

/** Key of the trouble that containers of a killed process may still run. */
const CONTAINERS_TROUBLE = 'containers';

/**
 * Removes the containers and environment files that an earlier process with this directory left when it was killed, also
 * where the configuration needs no engine any more. What cannot be removed is recorded as a trouble.
 */
export async function clearLeftContainers(
  { engine }: CommandRuntime,
  place: string,
  { settings, log, troubles }: { settings: Settings; log: Logger; troubles: Troubles },
): Promise<void> {
  const files = environmentsPath(place);
  try {
    // Each container has a file there.
    const left = engine ?? (existsSync(files) && readdirSync(files).length > 0 ? installed(settings) : null);
    const removed = left === null ? 0 : await removeLeftContainers(left, place);
    if (removed > 0) log.info({ removed }, 'containers of a dead process were removed');
  } catch (error) {
    log.warn({ err: error }, 'could not remove the containers of a process that is gone');
    troubles.set(CONTAINERS_TROUBLE, {
      says: 'the containers of a process that was killed could not be looked for: a command may still run in one',
      todo: `see that podman or docker works here, end what has the label ${PLACE}=${place}, and restart`,
    });
  }
  await rm(files, { recursive: true, force: true });
}

/** null: there is none. */
function installed({ containers = 'auto' }: Settings): Engine | null {
  try {
    return findEngine(containers);
  } catch (error) {
    if (error instanceof EngineUnavailable) return null;
    throw error;
  }
}
