import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { nowMs } from './clock.ts';

/**
 * A pipe with a name, which commands write a line to as their first act. Nothing needs to be started for that: `echo`
 * and redirections are the shell's own.
 */
export interface Marks {
  path: string;
  /** When this line was, or will be, heard: `nowMs`. Each line is waited for once. */
  heard(line: string): Promise<number>;
  close(): void;
}

/** How long a line is waited for. */
const LINE_MS = 60_000;

export function openMarks(path: string): Marks {
  execFileSync('mkfifo', ['-m', '600', path]);
  // Open for both: so that it never ends, and opening waits for nobody.
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  const early = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  createInterface({ input: socket }).on('line', (line) => {
    const at = nowMs();
    const waits = waiting.get(line);
    if (waits) waits(at);
    else early.set(line, at);
  });
  return {
    path,
    heard(line) {
      const known = early.get(line);
      if (known !== undefined) {
        early.delete(line);
        return Promise.resolve(known);
      }
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`never heard: ${line}`)), LINE_MS);
        waiting.set(line, (at) => {
          clearTimeout(late);
          waiting.delete(line);
          resolve(at);
        });
      });
    },
    close: () => socket.destroy(),
  };
}
