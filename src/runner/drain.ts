import { setTimeout as delay } from 'node:timers/promises';
import type { GuardProcess } from './guard/guard-process.ts';

/** After the guard is gone, remaining output is read until the pipe was quiet for this long. */
const DRAIN_MS = 200;
/** Upper limit for that, when a remaining process keeps writing. */
const DRAIN_AT_MOST_MS = 2000;

/** Waits for the end of the output, but not for a daemon that left the session and keeps the pipe open. */
export async function drained(
  guard: GuardProcess,
  consumed: Promise<void>,
  lastChunkAt: () => number,
): Promise<void> {
  let over = false;
  const end = consumed.then(() => {
    over = true;
  });
  const gone = performance.now();
  while (!over) {
    const quietMs = performance.now() - Math.max(gone, lastChunkAt());
    if (quietMs >= DRAIN_MS || performance.now() - gone >= DRAIN_AT_MOST_MS) guard.output.destroy();
    await Promise.race([end, delay(DRAIN_MS)]);
  }
}
