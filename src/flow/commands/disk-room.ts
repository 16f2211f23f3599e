import { statfs } from 'node:fs/promises';
import { ROBOT } from '../../domain/people/people.ts';
import type { Services, Space } from '../services/services.ts';
import { apply } from './apply.ts';

const MB = 1_000_000;
const TROUBLE = 'disk';

/** Shown on the card of a build that waits for disk space. The text must not vary, because it is stored. */
const HELD = 'its worker has too little free disk space; it starts by itself when there is enough again';

/** Below this many free bytes no build begins: 1 GB; on a small disk 5 % of it, but at least 64 MB, for the database. */
export function reserve({ total }: Pick<Space, 'total'>): number {
  return Math.min(1_000 * MB, Math.max(64 * MB, total / 20));
}

/** Sets or clears the trouble about a nearly full disk. Returns true if the disk is nearly full. */
export async function watchDisk(
  services: Pick<Services, 'disk' | 'dataDirectory' | 'troubles' | 'log' | 'metrics'>,
): Promise<boolean> {
  const space = await spaceOf(services);
  if (space !== null) services.metrics.disk(space.free, space.total);
  if (space === null || space.free >= reserve(space)) {
    services.troubles.clear(TROUBLE);
    return false;
  }
  const least = Math.round(reserve(space) / MB).toLocaleString('en-US');
  services.troubles.set(TROUBLE, {
    says: `the disk with DATA_DIR is nearly full: less than ${least} MB are free`,
    todo: 'make room there; until then no build starts on this machine, but deploys and rollbacks continue',
  });
  return true;
}

/** Shows on its cards that a build cannot begin here now; another worker, or the next sweep, begins it. */
export async function holdBuild(services: Services, id: string): Promise<void> {
  const build = await services.store.load('builds', id);
  if (build?.status !== 'requested' || build.held === HELD) return;
  await apply(services, 'builds', id, { id: services.newId(), actor: ROBOT, type: 'holdBuild', why: HELD });
}

/** The free space of the data directory's disk; null: unknown on this system. */
async function spaceOf({
  disk,
  dataDirectory,
  log,
}: Pick<Services, 'disk' | 'dataDirectory' | 'log'>): Promise<Space | null> {
  try {
    if (disk) return await disk();
    const { bavail, bsize, blocks } = await statfs(dataDirectory);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch (error) {
    log.debug({ err: error }, 'the free disk space is unknown');
    return null;
  }
}
