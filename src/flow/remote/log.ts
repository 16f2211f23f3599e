import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../../runner/files/errno.ts';
import { shareLog } from '../pipeline/attempt-lease.ts';
import { attemptLog } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import { masked } from './said.ts';
import type { RemoteWork } from './target.ts';

/**
 * Keeps the end of a run's output as the log of its attempt, masked. Several may see the end of a run, so what is there
 * already is not written again.
 */
export async function keepLog(services: Services, work: RemoteWork, text: string): Promise<void> {
  const { attempt } = work.followed;
  const name = attemptLog(work.environment.id, attempt.number);
  const file = services.logs.file(name);
  const kept = masked(text.endsWith('\n') ? text : `${text}\n`, work.product.secrets);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (attempt.outcome === null) await writeFile(file, kept, { mode: 0o600, flag: 'wx' });
    // It ended before, and what it printed then stands there.
    else await appendFile(file, kept, { mode: 0o600 });
  } catch (error) {
    // What became of the attempt is recorded all the same.
    if (!hasCode(error, 'EEXIST'))
      services.log.warn({ err: error, name }, 'the log of a remote attempt could not be written');
  }
  await shareLog(services, name);
}
