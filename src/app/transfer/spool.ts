import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What was given as a stream, kept so that it can be read as often as needed. */
export interface Spool {
  read(): AsyncIterable<Uint8Array>;
  /** Frees its space. */
  close(): Promise<void>;
}

/** Read and written at a time. */
const PIECE_BYTES = 256 * 1024;

/** The stream could not be read, or not be kept. */
export class NotKept extends Error {
  constructor(directory: string, cause: unknown) {
    super(
      `what is given could not be read and kept below ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.name = 'NotKept';
  }
}

/**
 * Keeps everything of `source` in a file of `directory` that has no name any more, so that nobody else can open it and it
 * disappears with this process, however that ends. Throws `NotKept`.
 */
export async function spool(source: AsyncIterable<Uint8Array>, directory = tmpdir()): Promise<Spool> {
  try {
    const file = await nameless(directory);
    try {
      for await (const piece of source) await file.writeFile(piece);
    } catch (error) {
      await file.close();
      throw error;
    }
    return { read: () => piecesOf(file), close: () => file.close() };
  } catch (error) {
    throw new NotKept(directory, error);
  }
}

async function nameless(directory: string): Promise<FileHandle> {
  const folder = await mkdtemp(join(directory, 'slipway-import-'));
  try {
    return await open(join(folder, 'export'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
