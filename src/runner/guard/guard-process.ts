import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Pipe } from './pipe.ts';
import { type GuardReport, parseReport } from './reports.ts';
import type { GuardMessage } from './types.ts';

export interface GuardProcess {
  /** Standard output and error of the command, in the order it wrote them. */
  output: Readable;
  /** To a guard that is gone it says nothing, silently. */
  send(message: GuardMessage): void;
  /** Its watcher ends the command then. */
  kill(): void;
  /** When the guard is gone and its last report was heard. Never rejects. */
  gone: Promise<void>;
  /** What the guard itself complained about, or why it could not be started; null: nothing. */
  complaint(): string | null;
}

const GUARD = fileURLToPath(new URL('./guard.js', import.meta.url));
const COMPLAINT_CHARACTERS = 2000;

/** Starts a guard, which inherits the lock `lockFd` and what the command writes to; the caller closes its own copies afterwards. */
export function startGuard(
  lockFd: number,
  pipe: Pipe | null,
  onReport: (report: GuardReport) => void,
): GuardProcess {
  const child = spawn(process.execPath, [GUARD], {
    detached: true,
    // The guard needs nothing, and so holds nothing of the bot's; the command's environment comes by stdin.
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
    gone: Promise.all([exited, hearReports(readable(child, 3), onReport)]).then(() => {}),
    complaint: () => (complaint.trim() === '' ? null : complaint.trim()),
  };
}

/** What is no word of a guard, such as one in whose middle it died, is passed over: whoever waits sees that the last word is missing. */
async function hearReports(from: Readable, onReport: (report: GuardReport) => void): Promise<void> {
  for await (const line of createInterface({ input: from })) {
    const report = parseReport(line);
    if (report !== null) onReport(report);
  }
}

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  return stream instanceof Readable ? stream : Readable.from([]);
}
