import { join } from 'node:path';
import type { Logs } from '../../ports/logs.ts';
import { tail } from '../../runner/output/log.ts';
import { orStoreError } from '../store/failure.ts';

/** Where a log is written on this machine. */
export function logFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, 'logs', `${name}.log`);
}

/** Logs of a process that is alone: whoever writes a log reads it too, so there is nothing to share. */
export function fileLogs(dataDirectory: string): Logs {
  return {
    file: (name) => logFile(dataDirectory, name),
    whole: (name) => `${logFile('', name)} below DATA_DIR`,
    share: async () => {},
    tail: (name, count) => orStoreError(() => tail(logFile(dataDirectory, name), count)),
  };
}
