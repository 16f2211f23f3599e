import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Logs } from '../../ports/logs.ts';
import { hasCode } from '../../runner/files/errno.ts';
import { tail } from '../../runner/output/log.ts';
import { endOf, gapsOf } from '../../runner/output/stored-log.ts';
import { orStoreError } from '../store/failure.ts';

const ENDING = '.log';

/** Path of a log's file on this machine. */
export function logFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, 'logs', `${name}${ENDING}`);
}

/** Logs of a single process: the writer and the reader of a log are the same, so nothing is shared. */
export function fileLogs(dataDirectory: string): Logs {
  return {
    file: (name) => logFile(dataDirectory, name),
    whole: (name) => `${logFile('', name)} below DATA_DIR`,
    share: async () => {},
    tail: (name, count) => orStoreError(() => tail(logFile(dataDirectory, name), count)),
    old: (before) => orStoreError(() => oldFiles(dataDirectory, before)),
    remove: (name) => orStoreError(() => removeFiles(dataDirectory, name)),
    bytes: () => orStoreError(() => bytesOfFiles(dataDirectory)),
  };
}

/** Names of the logs on this machine that were last written before this time. */
export async function oldFiles(dataDirectory: string, before: number): Promise<string[]> {
  const directory = join(dataDirectory, 'logs');
  const old: string[] = [];
  for (const file of await filesBelow(directory)) {
    if (!file.endsWith(ENDING)) continue;
    const written = await stat(file).catch(ifGone);
    const end = await stat(endOf(file)).catch(ifGone);
    const at = Math.max(written?.mtimeMs ?? Number.POSITIVE_INFINITY, end?.mtimeMs ?? 0);
    if (at < before) old.push(relative(directory, file).slice(0, -ENDING.length));
  }
  return old;
}

/** Removes what is kept of a log on this machine. Its own file goes last, as the others are found by it. */
export async function removeFiles(dataDirectory: string, name: string): Promise<void> {
  const file = logFile(dataDirectory, name);
  for (const part of [endOf(file), gapsOf(file), `${gapsOf(file)}.half`, file])
    await rm(part, { recursive: true, force: true });
}

async function bytesOfFiles(dataDirectory: string): Promise<number> {
  let bytes = 0;
  for (const file of await filesBelow(join(dataDirectory, 'logs')))
    bytes += (await stat(file).catch(ifGone))?.size ?? 0;
  return bytes;
}

/** Absolute paths; empty: there is no such directory. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(ifGone);
  return (entries ?? []).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Somebody has removed it meanwhile. */
function ifGone(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}
