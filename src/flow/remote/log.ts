import { Readable } from 'node:stream';
import { openOutput } from '../../runner/output/output.ts';
import { shareLog } from '../pipeline/attempt-lease.ts';
import { attemptLog } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import type { RemoteWork } from './target.ts';

/**
 * Keeps the end of a run's output as the log of its attempt, masked. What is known already is not written again: two may see
 * the end of a run.
 */
export async function keepLog(services: Services, work: RemoteWork, text: string): Promise<void> {
  const { attempt } = work.followed;
  const name = attemptLog(work.environment.id, attempt.number);
  try {
    const isFirst = attempt.outcome === null;
    if (isFirst && (await services.logs.tail(name, 1)).lines.length > 0) return;
    const warn = (error: unknown) =>
      services.log.warn({ err: error, name }, 'the log of a remote attempt could not be written');
    const sink = await openOutput({
      logFile: services.logs.file(name),
      secrets: work.product.secrets,
      onLogError: warn,
    });
    await sink.consume(Readable.from([Buffer.from(text.endsWith('\n') ? text : `${text}\n`)]));
    await sink.close();
    await shareLog(services, name);
  } catch (error) {
    // What became of the attempt is recorded all the same.
    services.log.warn({ err: error, name }, 'the log of a remote attempt could not be kept');
  }
}
