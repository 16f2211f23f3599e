import { cut, readableLine } from './lines.ts';
import { readAt, StoredLog } from './stored-log.ts';

/** The end of a log. */
export interface Tail {
  /** The last lines, oldest first, readable and truncated. */
  lines: string[];
  /** Number of lines of the log before these. */
  before: number;
  /** Bytes printed but not kept, between the beginning and the end. Absent: none. */
  leftOut?: number;
}

/** Longest line shown from a log (CARDS §4). */
const LINE_CODE_POINTS = 200;
const BLOCK_BYTES = 64 * 1024;
/** A tail reads at most this much, even when lines are longer. Less than what is kept of the end of a log. */
export const TAIL_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The last `count` lines of a log. Reads from the end, so only the tail is in memory. A log that was never written is
 * empty.
 */
export async function tail(file: string, count: number): Promise<Tail> {
  const log = await StoredLog.open(file);
  if (log === null) return { lines: [], before: 0 };
  try {
    const { bytes, before } = await lastLines(log, count);
    return { lines: readableLines(bytes), before, ...(log.leftOut > 0 ? { leftOut: log.leftOut } : {}) };
  } finally {
    await log.close();
  }
}

/** The bytes from the start of the `count`th last line to the end. A last line without a newline counts as a line. */
async function lastLines(log: StoredLog, count: number): Promise<{ bytes: Buffer; before: number }> {
  let bytes = Buffer.alloc(0);
  let from = log.to;
  for (const piece of log.pieces.toReversed()) {
    // Output was left out between these pieces.
    if (piece.to !== from) return { bytes, before: await newlinesBefore(log, from) };
    while (from > piece.from) {
      const start = startOfLast(bytes, count);
      if (start !== null || bytes.length >= TAIL_BYTES) return await startingAt(log, bytes, from, start ?? 0);
      const length = Math.min(BLOCK_BYTES, from - piece.from);
      const block = await readAt(piece.handle, piece.offset + from - length - piece.from, length);
      bytes = Buffer.concat([block, bytes]);
      from -= length;
    }
  }
  return await startingAt(log, bytes, from, startOfLast(bytes, count) ?? 0);
}

async function startingAt(log: StoredLog, bytes: Buffer, from: number, start: number) {
  return { bytes: bytes.subarray(start), before: await newlinesBefore(log, from + start) };
}

async function newlinesBefore(log: StoredLog, position: number): Promise<number> {
  const piece = log.pieces.find(
    ({ from, to }) => from <= position && position <= to && (position < to || to === log.to),
  );
  return piece === undefined ? 0 : await log.newlinesBefore(piece, position);
}

/** The lines of a part of a log, readable and truncated. */
export function readableLines(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => cut(readableLine(line), LINE_CODE_POINTS));
}

/** Where the last `count` lines begin. null: `bytes` has fewer lines. */
export function startOfLast(bytes: Buffer, count: number): number | null {
  if (count <= 0) return bytes.length;
  let position = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  for (let found = 0; found < count; found += 1) {
    if (position <= 0) return null;
    position = bytes.lastIndexOf(NEWLINE, position - 1);
    if (position === -1) return null;
  }
  return position + 1;
}
