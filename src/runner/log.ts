import { type FileHandle, open } from 'node:fs/promises';
import { hasCode } from './errno.ts';
import { cut, readableLine } from './lines.ts';

export interface Tail {
  /** The last lines, oldest first, readable and cut. */
  lines: string[];
  /** How many lines the log has before these. */
  before: number;
}

/** CARDS: lines of a log in Slack. */
const LINE_CODE_POINTS = 200;
const BLOCK_BYTES = 64 * 1024;
/** A tail reads no more than this, even when lines are longer. */
export const TAIL_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The last `count` lines of a log. Holds only the tail in memory: it is read from the end, and the newlines
 * before it are counted block by block. A log that was never written is empty.
 */
export async function tail(file: string, count: number): Promise<Tail> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { lines: [], before: 0 };
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const { bytes, from } = await lastLines(handle, size, count);
    return { lines: readableLines(bytes), before: await newlinesBetween(handle, 0, from) };
  } finally {
    await handle.close();
  }
}

/** The bytes from the start of the `count`th last line to the end. A last line without newline is one too. */
async function lastLines(handle: FileHandle, size: number, count: number) {
  let bytes = Buffer.alloc(0);
  let from = size;
  while (from > 0 && size - from < TAIL_BYTES) {
    const start = startOfLast(bytes, count);
    if (start !== null) return { bytes: bytes.subarray(start), from: from + start };
    const length = Math.min(BLOCK_BYTES, from);
    const block = await readAt(handle, from - length, length);
    bytes = Buffer.concat([block, bytes]);
    from -= length;
  }
  const start = startOfLast(bytes, count) ?? 0;
  return { bytes: bytes.subarray(start), from: from + start };
}

/** The lines of a piece of a log, readable and cut. */
export function readableLines(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => cut(readableLine(line), LINE_CODE_POINTS));
}

/** Where the last `count` lines begin; null: `bytes` does not hold that many lines. */
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

/** Newlines from `start` up to, not including, `end`; reads block by block. */
export async function newlinesBetween(handle: FileHandle, start: number, end: number): Promise<number> {
  let newlines = 0;
  for (let at = start; at < end; at += BLOCK_BYTES) {
    newlines += newlinesIn(await readAt(handle, at, Math.min(BLOCK_BYTES, end - at)));
  }
  return newlines;
}

export function newlinesIn(bytes: Buffer): number {
  let newlines = 0;
  for (let index = bytes.indexOf(NEWLINE); index !== -1; index = bytes.indexOf(NEWLINE, index + 1)) {
    newlines += 1;
  }
  return newlines;
}

/** Shorter than `length` at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
