import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../runner/files/errno.ts';

/** What takes room below `DATA_DIR`, and in which folder it is. */
const FOLDERS = {
  store: 'pglite',
  mirrors: 'mirrors',
  trees: 'trees',
  homes: 'homes',
  artifacts: 'artifacts',
  logs: 'logs',
} as const;
export type SizeKind = keyof typeof FOLDERS;
export const SIZE_KINDS = Object.keys(FOLDERS) as SizeKind[];

/** How much of the disk each kind takes, in bytes. */
export interface DirectorySizes {
  bytes: Record<SizeKind, number>;
  /** False: the counting was ended before everything was counted, so these are least values. */
  complete: boolean;
}

/**
 * Counts what takes room below a data directory: the room on the disk, a file with several names once. On the services
 * tier that of all processes together. What is deleted meanwhile, or may not be read, counts nothing. `signal` ends the
 * counting.
 */
export async function directorySizes(dataDirectory: string, signal: AbortSignal): Promise<DirectorySizes> {
  const processes = join(dataDirectory, 'processes');
  const places = [dataDirectory, ...(await namesIn(processes)).map((name) => join(processes, name))];
  const bytes = { store: 0, mirrors: 0, trees: 0, homes: 0, artifacts: 0, logs: 0 };
  for (const kind of SIZE_KINDS) {
    const seen = new Set<string>();
    for (const place of places) bytes[kind] += await sizeOf(join(place, FOLDERS[kind]), seen, signal);
  }
  return { bytes, complete: !signal.aborted };
}

/** A file system counts the room of a file in blocks of this many bytes. */
const BLOCK = 512;

async function sizeOf(path: string, seen: Set<string>, signal: AbortSignal): Promise<number> {
  let size = 0;
  const left = [path];
  for (let next = left.pop(); next !== undefined && !signal.aborted; next = left.pop()) {
    const found = await orNothing(lstat(next));
    if (found === null) continue;
    const isDirectory = found.isDirectory();
    if (found.nlink > 1 && !isDirectory) {
      const file = `${found.dev} ${found.ino}`;
      if (seen.has(file)) continue;
      seen.add(file);
    }
    size += found.blocks * BLOCK;
    const directory = next;
    if (isDirectory) left.push(...(await namesIn(directory)).map((name) => join(directory, name)));
  }
  return size;
}

async function namesIn(path: string): Promise<string[]> {
  return (await orNothing(readdir(path))) ?? [];
}

/** null: it is not there, or may not be read. */
async function orNothing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].some((code) => hasCode(error, code))) return null;
    throw error;
  }
}
