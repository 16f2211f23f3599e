import { join } from 'node:path';
import type { Logs } from '../../ports/logs.ts';
import { tail } from '../../runner/output/log.ts';
import { orStoreError } from '../store/failure.ts';

/** Path of a log's file on this machine. */
export function logFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, 'logs', `${name}.log`);
}

/** Logs of a single process: the writer and the reader of a log are the same, so nothing is shared. */
export function fileLogs(dataDirectory: string): Logs {
  return {
    file: (name) => logFile(dataDirectory, name),
    whole: (name) => `${logFile('', name)} below DATA_DIR`,
    share: async () => {},
    tail: (name, count) => orStoreError(() => tail(logFile(dataDirectory, name), count)),
  };
}
