import type { Readable } from 'node:stream';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** After the guard is gone, remaining output is read until the pipe was quiet for this long. */
const DRAIN_MS = 200;
/** Upper limit for that, when a remaining process keeps writing. */
const DRAIN_AT_MOST_MS = 2000;
/**
 * A stream returns everything it holds as one chunk, and a pipe holds 64 KB: after this many chunks, whatever comes was
 * written by a remaining process.
 */
const HELD_AT_MOST_CHUNKS = 10;

/** What the reader of a command's output is doing. */
export interface Reading {
  /** When it began to wait for the next chunk; null: it still masks and stores the last one. By `performance.now()`. */
  waitingSince: number | null;
  /** Chunks it has taken so far. */
  chunks: number;
}

/**
 * Waits for the end of the output, but not for a daemon that left the session and keeps the pipe open. All that the
 * command wrote is read first, even on a slow disk or a busy machine: the pipe counts as empty only after the reader has
 * waited for a chunk and none came.
 */
export async function drained(output: Readable, consumed: Promise<void>, reading: Reading): Promise<void> {
  let over = false;
  const end = consumed.then(() => {
    over = true;
  });
  const gone = performance.now();
  const chunksBefore = reading.chunks;
  /** The reader has caught up: everything the command wrote is read. */
  let caughtUp = false;
  while (!over) {
    await Promise.race([end, delay(DRAIN_MS)]);
    // The event loop reads what has arrived before this turn.
    await nextTurn();
    const { waitingSince, chunks } = reading;
    caughtUp ||= waitingSince !== null || chunks - chunksBefore > HELD_AT_MOST_CHUNKS;
    const now = performance.now();
    const quiet = waitingSince !== null && now - Math.max(gone, waitingSince) >= DRAIN_MS;
    if (quiet || (caughtUp && now - gone >= DRAIN_AT_MOST_MS)) output.destroy();
  }
}
