import type { Readable } from 'node:stream';
import { createMasker } from '../mask/mask.ts';
import { BoundedLog } from './bounded-log.ts';
import { lineFeed } from './lines.ts';

export interface OutputOptions {
  /** Appended to, masked; of very much output the middle is left out (`BoundedLog`). */
  logFile: string;
  secrets: readonly string[];
  /** Each complete line, masked and readable. */
  onLine?: ((line: string) => void) | undefined;
  /** The log could not be written. The command goes on: a full disk must not stop a deploy half way. */
  onLogError?: ((error: unknown) => void) | undefined;
}

export interface OutputSink {
  /** Reads until the stream ends or is destroyed. */
  consume(from: Readable, onChunk: () => void): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log before anything runs, so that a log that cannot be opened stops the command in time. */
export async function openOutput(options: OutputOptions): Promise<OutputSink> {
  const log = await BoundedLog.open(options.logFile);
  const masker = createMasker(options.secrets);
  const feed = lineFeed((line) => options.onLine?.(line));
  let failed = false;

  async function take(text: string): Promise<void> {
    if (text === '') return;
    feed.push(text);
    if (!failed) failed = !(await written(log, text, options.onLogError));
  }

  return {
    async consume(from, onChunk) {
      try {
        for await (const chunk of from) {
          onChunk();
          await take(masker.push(chunk));
        }
      } catch {
        // Destroyed by us, because something that left the session keeps the pipe open.
      }
      await take(masker.end());
      feed.end();
    },
    close: () => log.close().catch((error) => options.onLogError?.(error)),
  };
}

async function written(
  log: BoundedLog,
  text: string,
  onLogError: OutputOptions['onLogError'],
): Promise<boolean> {
  try {
    await log.write(Buffer.from(text));
    return true;
  } catch (error) {
    onLogError?.(error);
    return false;
  }
}
