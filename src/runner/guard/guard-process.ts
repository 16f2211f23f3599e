import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Pipe } from './pipe.ts';
import { type GuardReport, parseReport } from './reports.ts';
import type { GuardMessage } from './types.ts';

/** A running guard, as its worker sees it. */
export interface GuardProcess {
  /** Standard output and error of the command, in the order it wrote them. */
  output: Readable;
  /** Does nothing when the guard is gone. */
  send(message: GuardMessage): void;
  /** Kills the guard. Its watcher then ends the command. */
  kill(): void;
  /** Resolves when the guard is gone and its last report was read. Never rejects. */
  gone: Promise<void>;
  /** The guard's own error output, or why it could not be started. null: nothing. */
  complaint(): string | null;
}

const GUARD = fileURLToPath(new URL('./guard.js', import.meta.url));
const COMPLAINT_CHARACTERS = 2000;

/**
 * Starts a guard. The guard inherits the lock `lockFd` and the write end of `pipe`; the caller closes its own copies
 * afterwards.
 */
export function startGuard(
  lockFd: number,
  pipe: Pipe | null,
  onReport: (report: GuardReport) => void,
): GuardProcess {
  const child = spawn(process.execPath, [GUARD], {
    detached: true,
    // The guard needs no environment, so it inherits none from the bot. The command's environment is sent on stdin.
    env: {},
    stdio: ['pipe', pipe?.fd ?? 'pipe', 'pipe', 'pipe', lockFd],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
  });
  child.stdin?.on('error', () => {});

  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      complaint = error.message;
      if (child.pid === undefined) resolve();
    });
  });

  return {
    output: pipe?.output ?? readable(child, 1),
    send(message) {
      if (child.stdin instanceof Writable && child.stdin.writable)
        child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    kill: () => void child.kill('SIGKILL'),
    gone: Promise.all([exited, readReports(readable(child, 3), onReport)]).then(() => {}),
    complaint: () => (complaint.trim() === '' ? null : complaint.trim()),
  };
}

/**
 * Ignores lines that are not valid reports, such as one that was cut off when the guard died. Callers notice that the
 * final report is missing.
 */
async function readReports(from: Readable, onReport: (report: GuardReport) => void): Promise<void> {
  for await (const line of createInterface({ input: from })) {
    const report = parseReport(line);
    if (report !== null) onReport(report);
  }
}

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  return stream instanceof Readable ? stream : Readable.from([]);
}
