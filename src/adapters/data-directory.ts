import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { hasCode } from '../runner/files/errno.ts';

// The package has no types, and is CommonJS.
const { tryLock }: { tryLock(fd: number, options?: { shared: boolean }): boolean } = createRequire(
  import.meta.url,
)('fs-native-extensions');

/** The content of the file `owner`; `startedAt` in ISO 8601. */
const ownerFile = z.object({ pid: z.number(), startedAt: z.string() });
type Owner = z.infer<typeof ownerFile>;

/** Another process uses this data directory. */
export class DataDirectoryInUse extends Error {
  constructor(
    readonly path: string,
    /** null: it has not written its process id yet. */
    readonly pid: number | null,
    /** ISO 8601; null: as above. */
    readonly startedAt: string | null,
  ) {
    const who = pid === null ? 'another process' : `process ${pid}, running since ${startedAt}`;
    super(
      `The data directory ${path} is in use by ${who}. Two at once would destroy its database: ` +
        'stop that one first, or start this one with another DATA_DIR.',
    );
    this.name = 'DataDirectoryInUse';
  }
}

/** A data directory that this process has locked. */
export interface ClaimedDataDirectory {
  /** Absolute path, with symbolic links resolved. */
  path: string;
  /** Releases the lock. Safe to call twice. The kernel does the same when the process ends for whatever reason. */
  release(): void;
}

/** Most processes on one directory: more are a mistake. */
const PLACES = 1_000;

/**
 * Claims a numbered directory below `path` for one of several processes that share it: the first one without a living
 * process, so that a restarted process finds its mirrors and trees again.
 */
export function claimPlace(path: string, now = Date.now()): ClaimedDataDirectory {
  for (let number = 1; ; number += 1) {
    try {
      return claimDataDirectory(join(path, 'processes', String(number)), now);
    } catch (error) {
      if (!(error instanceof DataDirectoryInUse) || number >= PLACES) throw error;
    }
  }
}

function readOwner(file: string): Owner | null {
  try {
    return ownerFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Claims the directory for this process with a lock held by the kernel, and creates it if it does not exist. Throws
 * `DataDirectoryInUse`. `now`: milliseconds since the epoch, shown to processes that are refused.
 */
export function claimDataDirectory(path: string, now = Date.now()): ClaimedDataDirectory {
  mkdirSync(resolve(path), { recursive: true, mode: 0o700 });
  // Resolved now, so that a symbolic link that is changed later does not lead this process elsewhere.
  const directory = realpathSync(path);
  const file = join(directory, 'owner');
  // 'a+' creates the file, and does not truncate the owner's.
  const fd = openSync(file, 'a+', 0o600);
  try {
    if (!tryLock(fd)) {
      const owner = readOwner(file);
      throw new DataDirectoryInUse(directory, owner?.pid ?? null, owner?.startedAt ?? null);
    }
    ftruncateSync(fd);
    writeSync(
      fd,
      `${JSON.stringify({ pid: process.pid, startedAt: new Date(now).toISOString() } satisfies Owner)}\n`,
    );
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let held = true;
  return {
    path: directory,
    release() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}

/** The process that has claimed a data directory, as its file says. */
export interface Holder {
  /** null: it has not written its process id yet. */
  pid: number | null;
}

/**
 * The process that has the directory now; null: none. Creates and writes nothing. To find out, the lock is shared for a
 * moment, in which nobody can claim the directory. Throws errors of the file system, but not if there is no such file.
 */
export function holderOf(path: string): Holder | null {
  const file = join(path, 'owner');
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
  try {
    return tryLock(fd, { shared: true }) ? null : { pid: readOwner(file)?.pid ?? null };
  } finally {
    closeSync(fd);
  }
}
