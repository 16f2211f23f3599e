import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** A pipe for a command's output. */
export interface Pipe {
  /** Write end. The caller closes its own copy. */
  fd: number;
  output: Readable;
}

/**
 * Opens a real pipe, as programs expect for their output: the socket that Node.js gives to a child cannot be reopened
 * as `/dev/stderr`. Node.js cannot create pipes, so one is created at `path` and unlinked at once. null: not possible
 * on this system.
 */
export async function openPipe(path: string): Promise<Pipe | null> {
  let reading: number | null = null;
  try {
    rmSync(path, { force: true });
    await promisify(execFile)('mkfifo', ['-m', '600', path]);
    // A non-blocking reader does not wait for a writer, and a writer that finds a reader does not wait either.
    reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    return { fd, output: new Socket({ fd: reading, readable: true, writable: false }) };
  } catch {
    if (reading !== null) closeSync(reading);
    return null;
  } finally {
    rmSync(path, { force: true });
  }
}
