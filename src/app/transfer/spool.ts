import { mkdtemp, open, rm } from 'node:fs/promises';
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

/**
 * Keeps everything of `source` in a file of `directory` that has no name any more, so that nobody else can open it and it
 * disappears with this process, however that ends.
 */
export async function spool(source: AsyncIterable<Uint8Array>, directory = tmpdir()): Promise<Spool> {
  const folder = await mkdtemp(join(directory, 'slipway-import-'));
  try {
    const file = await open(join(folder, 'export'), 'wx+', 0o600);
    try {
      await rm(folder, { recursive: true });
      for await (const piece of source) await file.writeFile(piece);
    } catch (error) {
      await file.close();
      throw error;
    }
    return {
      async *read() {
        for (let position = 0; ; ) {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
          if (bytesRead === 0) return;
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      },
      close: () => file.close(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
