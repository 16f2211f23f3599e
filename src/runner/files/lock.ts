import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { hasCode } from './errno.ts';

/**
 * Takes the lock for a guard that is about to start. The worker takes it and the guard inherits it, so it is held
 * without a gap from before the guard exists until the guard and its watcher are gone. null: another guard holds it.
 */
export function takeGuardLock(lockFile: string): number | null {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  const fd = openSync(lockFile, 'a+', 0o600);
  if (tryLock(fd)) return fd;
  closeSync(fd);
  return null;
}

/**
 * Proof for RULES 4: true when neither the guard that held this lock nor any process in the session of its command
 * runs any more. Processes that left the session with `setsid` are not covered. A file that does not exist was never
 * locked.
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
