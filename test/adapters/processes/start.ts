import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('../../support/typescript.js', import.meta.url).href;

export interface Program {
  process: ChildProcess;
  /** What it has said so far, line by line. */
  lines: string[];
  /** The next line it says that none before was asked for; rejects when it ends without one. */
  line(): Promise<string>;
  /** kill -9, and waits for its end and for the last it said. */
  kill(): Promise<void>;
}

/** Starts a program of this folder as a process of its own. */
export function startProgram(name: string, ...args: string[]): Program {
  const child = spawn(
    process.execPath,
    ['--import', LOADER, fileURLToPath(new URL(name, import.meta.url)), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const closed = once(reader, 'close');
  const exited = once(child, 'exit');
  reader.on('line', (line) => lines.push(line));
  let asked = 0;
  return {
    process: child,
    lines,
    async line() {
      const index = asked;
      asked += 1;
      while (lines[index] === undefined) {
        const ended = await Promise.race([once(reader, 'line').then(() => false), closed.then(() => true)]);
        if (ended && lines[index] === undefined)
          throw new Error(`${name} ended after ${JSON.stringify(lines)}`);
      }
      return lines[index];
    },
    async kill() {
      child.kill('SIGKILL');
      await Promise.all([exited, closed]);
    },
  };
}
