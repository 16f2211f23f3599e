import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../files/errno.ts';

/** Number of bytes kept of the beginning of a command's output, and of its end. */
export const KEPT_BYTES = 8 * 1024 * 1024;

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 10;

const gap = z.object({
  /** Position in the file, and length, of the note that replaces what was left out. */
  at: z.int(),
  note: z.int(),
  /** Number of bytes left out. */
  bytes: z.int(),
  /** Number of newlines printed before the text that follows the note. */
  newlinesBefore: z.int(),
});
/** A part that was left out of a log. The list of them is stored beside the log's file. */
export type Gap = z.infer<typeof gap>;

/**
 * Directory with the newest output, used while a command prints more than the beginning keeps. Its files are named by
 * their positions.
 */
export const endOf = (file: string) => `${file}.end`;
/** File that lists what was left out of a log. */
export const gapsOf = (file: string) => `${file}.gaps`;

/**
 * A stretch of the printed output and where it is stored. `from` and `to` count from the beginning of everything that
 * was printed.
 */
export interface Piece {
  from: number;
  to: number;
  handle: FileHandle;
  /** Position of its first byte in the file. */
  offset: number;
  /** Number of newlines printed before `from`. */
  newlinesBefore: number;
}

/** A file with a part of the end of a log. */
export interface Segment {
  name: string;
  from: number;
  newlinesBefore: number;
}

export function segmentName(from: number, newlinesBefore: number): string {
  return `${String(from).padStart(16, '0')}-${newlinesBefore}`;
}

/** In order. Empty: the log has no separate end. */
export async function segmentsOf(file: string): Promise<Segment[]> {
  const names = await orNone(() => readdir(endOf(file)));
  return (names ?? [])
    .filter((name) => /^\d{16}-\d+$/.test(name))
    .toSorted()
    .map((name) => ({ name, from: Number(name.slice(0, 16)), newlinesBefore: Number(name.slice(17)) }));
}

/** Empty when nothing was left out. */
export async function readGaps(file: string): Promise<Gap[]> {
  const text = await orNone(() => readFile(gapsOf(file), 'utf8'));
  return text === null ? [] : z.array(gap).parse(JSON.parse(text));
}

/**
 * The kept parts of a log as one text. Can be read while the log is written and while its end is appended: open files
 * stay readable. Must be closed.
 */
export class StoredLog {
  readonly #handles: FileHandle[];
  readonly pieces: readonly Piece[];

  private constructor(handles: FileHandle[], pieces: Piece[]) {
    this.#handles = handles;
    this.pieces = pieces;
  }

  /** null: the log was never written. */
  static async open(file: string): Promise<StoredLog | null> {
    const handles: FileHandle[] = [];
    try {
      // Opens the end first. Parts that are moved to the beginning meanwhile are then found in both, and `joined` counts
      // them once.
      const segments: Piece[] = [];
      for (const { name, from, newlinesBefore } of await segmentsOf(file)) {
        const handle = await orNone(() => open(join(endOf(file), name), 'r'));
        if (handle === null) continue;
        handles.push(handle);
        const { size } = await handle.stat();
        segments.push({ from, to: from + size, handle, offset: 0, newlinesBefore });
      }
      const handle = await orNone(() => open(file, 'r'));
      if (handle === null) {
        await closeAll(handles);
        return null;
      }
      handles.push(handle);
      const { size } = await handle.stat();
      return new StoredLog(handles, await joined(piecesOf(handle, size, await readGaps(file)), segments));
    } catch (error) {
      await closeAll(handles);
      throw error;
    }
  }

  /** Position of its end, which is the number of bytes printed. */
  get to(): number {
    return this.pieces.at(-1)?.to ?? 0;
  }

  /** Number of bytes printed but not kept. */
  get leftOut(): number {
    return this.to - this.pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  }

  /** Number of newlines printed before a position in one of its pieces. */
  async newlinesBefore({ from, handle, offset, newlinesBefore }: Piece, position: number): Promise<number> {
    return newlinesBefore + (await newlinesBetween(handle, offset, offset + position - from));
  }

  async close(): Promise<void> {
    await closeAll(this.#handles);
  }
}

/** The pieces in the file with the beginning of a log. */
export function piecesOf(handle: FileHandle, size: number, gaps: readonly Gap[]): Piece[] {
  const pieces: Piece[] = [];
  let [offset, from] = [0, 0];
  let newlinesBefore = 0;
  for (const gap of gaps) {
    const length = Math.min(size, gap.at) - offset;
    if (length > 0) pieces.push({ from, to: from + length, handle, offset, newlinesBefore });
    from += Math.max(0, length) + gap.bytes;
    offset = gap.at + gap.note;
    newlinesBefore = gap.newlinesBefore;
  }
  if (size > offset || pieces.length === 0)
    pieces.push({ from, to: from + Math.max(0, size - offset), handle, offset, newlinesBefore });
  return pieces;
}

/** Appends the pieces of the separate end, without what the beginning already contains. */
async function joined(beginning: Piece[], segments: readonly Piece[]): Promise<Piece[]> {
  const pieces = [...beginning];
  for (const piece of segments) {
    const end = pieces.at(-1)?.to ?? 0;
    const known = Math.max(0, end - piece.from);
    if (piece.from + known >= piece.to) continue;
    const newlinesBefore = piece.newlinesBefore + (await newlinesBetween(piece.handle, 0, known));
    pieces.push({ ...piece, from: piece.from + known, offset: known, newlinesBefore });
  }
  return pieces;
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle.close()));
}

async function orNone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Number of newlines from `start` up to, but not including, `end`. Reads block by block. */
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

/** Returns fewer bytes than `length` at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
