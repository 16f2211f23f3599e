import type { Readable } from 'node:stream';
import { createMasker } from '../mask/mask.ts';
import { BoundedLog } from './bounded-log.ts';
import { lineFeed } from './lines.ts';

export interface OutputOptions {
  /** The masked output is appended here. The middle of very long output is left out (`BoundedLog`). */
  logFile: string;
  secrets: readonly string[];
  /** Called with each complete line, masked and readable. */
  onLine?: ((line: string) => void) | undefined;
  /** Called when the log could not be written. The command continues: a full disk must not interrupt a deploy. */
  onLogError?: ((error: unknown) => void) | undefined;
}

/** Masks the output of a command and writes it to the log. */
export interface OutputSink {
  /** Reads until the stream ends or is destroyed. `took` is called with each chunk, `waits` when it is stored. */
  consume(from: Readable, on?: { took(): void; waits(): void }): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log before anything runs, so that a log that cannot be opened prevents the command from starting. */
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
    async consume(from, on) {
      try {
        for await (const chunk of from) {
          on?.took();
          await take(masker.push(chunk));
          on?.waits();
        }
      } catch {
        // Destroyed by us, because a process that left the session keeps the pipe open.
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
