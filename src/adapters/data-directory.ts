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

// The package brings no types and is CommonJS.
const { tryLock }: { tryLock(fd: number): boolean } = createRequire(import.meta.url)('fs-native-extensions');

/** What the file `owner` says. */
interface Owner {
  pid: number;
  /** ISO 8601. */
  startedAt: string;
}

/** Another process works in this data directory. */
export class DataDirectoryInUse extends Error {
  constructor(
    readonly path: string,
    /** null: it has not written its name yet. */
    readonly pid: number | null,
    /** ISO 8601; null as above. */
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

export interface ClaimedDataDirectory {
  /** Absolute, without links. */
  path: string;
  /** Lets others claim it. Safe to call twice. The kernel does the same when the process ends, however it ends. */
  release(): void;
}

/** More processes than this on one directory are a mistake. */
const PLACES = 1_000;

/**
 * A numbered directory below `path` for one of several processes that share it: the first that no living process has, so
 * that a process that comes again finds the mirrors and trees of before.
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
    const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startedAt' in owner))
      return null;
    return { pid: Number(owner.pid), startedAt: String(owner.startedAt) };
  } catch {
    return null;
  }
}

/**
 * Makes the directory where there is none, and claims it for this process with a lock that the kernel holds.
 * Throws `DataDirectoryInUse`. `now`: milliseconds since the epoch, told to those who are refused.
 */
export function claimDataDirectory(path: string, now = Date.now()): ClaimedDataDirectory {
  mkdirSync(resolve(path), { recursive: true, mode: 0o700 });
  // Without links: one that leads elsewhere later leads this process nowhere.
  const directory = realpathSync(path);
  const file = join(directory, 'owner');
  // 'a+' makes the file and never empties that of the owner.
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
