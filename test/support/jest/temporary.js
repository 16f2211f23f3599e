import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/** `linux/magic.h`: TMPFS_MAGIC. */
const TMPFS = 0x01021994;

/** A whole run holds half a gigabyte at most. */
const NEEDED_BYTES = 2 * 1024 ** 3;

const NAME = /^slipway-(\d+)$/;

/**
 * Gives all tests of a run one directory for their files, which is removed at the exit. It is in memory where that is
 * possible and `TMPDIR` is not set: tests create and delete a million small files, and take half as long again on a disk.
 */
export function makeOwnDirectory() {
  const inMemory = process.env.TMPDIR === undefined && hasRoom() && makeDirectory(MEMORY);
  process.env.TMPDIR = inMemory || makeDirectory(tmpdir()) || tmpdir();
}

/**
 * Null: programs cannot be run there.
 * @param {string} parent
 */
function makeDirectory(parent) {
  for (const name of readdirSync(parent)) if (isLeft(name)) remove(join(parent, name));
  const directory = join(parent, `slipway-${process.pid}`);
  mkdirSync(directory);
  process.once('exit', () => remove(directory));
  if (!runsPrograms(directory)) return null;
  // As `/tmp` is: some tests act as another user.
  chmodSync(directory, 0o1777);
  return directory;
}

function hasRoom() {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    return type === TMPFS && Math.min(bavail * bsize, freemem()) >= NEEDED_BYTES;
  } catch {
    return false;
  }
}

/** @param {string} name */
function isLeft(name) {
  const pid = NAME.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/**
 * False where the file system is mounted with `noexec`, as in a container.
 * @param {string} directory
 */
function runsPrograms(directory) {
  const program = join(directory, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}

/** @param {string} directory */
function remove(directory) {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A process that a test left behind still writes there; the next run removes it.
  }
}
