import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../files/errno.ts';

/** Of a command's output, so much of its beginning and of its end is kept. */
export const KEPT_BYTES = 8 * 1024 * 1024;

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 10;

const gap = z.object({
  /** Offset of the note that stands in the place of what is left out, and its length. */
  at: z.int(),
  note: z.int(),
  /** Left out. */
  bytes: z.int(),
  /** Newlines that were printed before what follows the note. */
  newlinesBefore: z.int(),
});
/** What is left out of a log, beside its file. */
export type Gap = z.infer<typeof gap>;

/** While a command prints more than is kept of its beginning: the newest of the rest, in files named by where they begin. */
export const endOf = (file: string) => `${file}.end`;
export const gapsOf = (file: string) => `${file}.gaps`;

/** A stretch of what was printed, and where it stands. Positions count from the beginning of all that was printed. */
export interface Piece {
  from: number;
  to: number;
  handle: FileHandle;
  /** Of its first byte in the file. */
  offset: number;
  /** Newlines that were printed before `from`. */
  newlinesBefore: number;
}

export interface Segment {
  name: string;
  from: number;
  newlinesBefore: number;
}

export function segmentName(from: number, newlinesBefore: number): string {
  return `${String(from).padStart(16, '0')}-${newlinesBefore}`;
}

/** In order; none: the log has no end of its own. */
export async function segmentsOf(file: string): Promise<Segment[]> {
  const names = await orNone(() => readdir(endOf(file)));
  return (names ?? [])
    .filter((name) => /^\d{16}-\d+$/.test(name))
    .toSorted()
    .map((name) => ({ name, from: Number(name.slice(0, 16)), newlinesBefore: Number(name.slice(17)) }));
}

export async function readGaps(file: string): Promise<Gap[]> {
  const text = await orNone(() => readFile(gapsOf(file), 'utf8'));
  return text === null ? [] : z.array(gap).parse(JSON.parse(text));
}

/**
 * What is kept of a log, as one text, also while it is written and while its end is put to its beginning: what was opened
 * stays readable. It has to be closed.
 */
export class StoredLog {
  readonly #handles: FileHandle[];
  readonly pieces: readonly Piece[];

  private constructor(handles: FileHandle[], pieces: Piece[]) {
    this.#handles = handles;
    this.pieces = pieces;
  }

  /** null: it was never written. */
  static async open(file: string): Promise<StoredLog | null> {
    const handles: FileHandle[] = [];
    try {
      // The end first: what is put to the beginning meanwhile is found there then, and counted once.
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

  /** Where it ends: so much was printed. */
  get to(): number {
    return this.pieces.at(-1)?.to ?? 0;
  }

  /** Bytes that were printed and are not kept. */
  get leftOut(): number {
    return this.to - this.pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  }

  /** Newlines that were printed before a position in one of its pieces. */
  async newlinesBefore({ from, handle, offset, newlinesBefore }: Piece, position: number): Promise<number> {
    return newlinesBefore + (await newlinesBetween(handle, offset, offset + position - from));
  }

  async close(): Promise<void> {
    await closeAll(this.#handles);
  }
}

/** Those of the file that a log begins with. */
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
