import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { hasCode } from './errno.ts';

/**
 * Takes the lock of a guard to be. The worker takes it and lets the guard inherit it: so it is held without a
 * gap from before the guard exists until guard and watcher are gone. null: another guard holds it.
 */
export function takeGuardLock(lockFile: string): number | null {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  const fd = openSync(lockFile, 'a+', 0o600);
  if (tryLock(fd)) return fd;
  closeSync(fd);
  return null;
}

/**
 * Proof for RULES 4: true when neither the guard that held this lock, nor anything in the session of its command,
 * runs any more (what left with `setsid` is not of the session). A file that does not exist was never held.
 */
export function guardIsGone(lockFile: string): boolean {
  let fd: number;
  try {
    fd = openSync(lockFile, 'r+');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
  try {
    return tryLock(fd);
  } finally {
    closeSync(fd);
  }
}
