import { latestAttempt } from '../../../domain/documents/environment.ts';
import { ownerOfLog } from '../../services/paths.ts';
import type { Services } from '../../services/services.ts';
import { KEEP } from '../../settings/settings.ts';

/**
 * Removes logs to which nothing was added for as long as they are kept, but never that of a command that still runs, however long
 * it has been silent. Returns how many. Rejects with `StoreError`.
 */
export async function cleanLogs(
  services: Pick<Services, 'settings' | 'store' | 'logs' | 'clock' | 'stopping'>,
): Promise<number> {
  const { logsMs } = services.settings.keep ?? KEEP;
  let removed = 0;
  for (const name of await services.logs.old(services.clock.now() - logsMs)) {
    if (services.stopping.aborted) break;
    if (await isWritten(services, name)) continue;
    await services.logs.remove(name);
    removed += 1;
  }
  return removed;
}

/** Whether the attempt that writes a log still runs. */
async function isWritten({ store }: Pick<Services, 'store'>, name: string): Promise<boolean> {
  const owner = ownerOfLog(name);
  if (owner === null) return false;
  if (owner.kind === 'builds') {
    const build = await store.load('builds', owner.id);
    return build?.attempt?.number === owner.attempt && build.attempt.outcome === null;
  }
  const environment = await store.load('environments', owner.id);
  const latest = environment ? latestAttempt(environment)?.attempt : undefined;
  return latest?.number === owner.attempt && latest.outcome === null;
}
