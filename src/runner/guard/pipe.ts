import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

export interface Pipe {
  /** For whoever writes; the caller closes its own copy. */
  fd: number;
  output: Readable;
}

/**
 * A pipe, as programs expect where they write: what Node gives to a child is a socket, and a socket cannot be opened again as
 * `/dev/stderr`. Node makes none, so it is made at `path`, which is free again at once. null: it cannot be had here.
 */
export async function openPipe(path: string): Promise<Pipe | null> {
  let reading: number | null = null;
  try {
    rmSync(path, { force: true });
    await promisify(execFile)('mkfifo', ['-m', '600', path]);
    // Who reads does not wait for who writes; a writer that finds a reader does not wait either.
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
