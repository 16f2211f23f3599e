import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What the guard tells on fd 3. */
export type GuardReport =
  /** About to start the command: from here on it may have run. */
  | { type: 'starting' }
  | { type: 'started'; pid: number }
  /** It is known that the command did not start (RULES 5). */
  | { type: 'notStarted'; reason: string }
  /** The command and all of its session are gone. `cause` null: it ended by itself. */
  | {
      type: 'ended';
      cause: 'asked' | 'leaseOver' | 'workerGone' | null;
      exitCode: number | null;
      signal: string | null;
    };

export type GuardMessage =
  | { type: 'start'; command: string; cwd: string; env: Record<string, string>; deadline: number }
  | { type: 'alive'; deadline: number }
  | { type: 'kill'; reason: string };

export interface GuardProcess {
  /** Standard output and error of the command, in the order it wrote them. */
  output: Readable;
  /** To a guard that is gone it says nothing, silently. */
  send(message: GuardMessage): void;
  /** When the guard is gone and its last report was heard. Never rejects. */
  gone: Promise<void>;
  /** What the guard itself complained about, or why it could not be started; null: nothing. */
  complaint(): string | null;
}

const GUARD = fileURLToPath(new URL('./guard.js', import.meta.url));
const COMPLAINT_CHARACTERS = 2000;

/** Starts a guard, which inherits the lock `lockFd`; the caller closes its own copy afterwards. */
export function startGuard(lockFd: number, onReport: (report: GuardReport) => void): GuardProcess {
  const child = spawn(process.execPath, [GUARD], {
    detached: true,
    // The guard needs nothing, and so holds nothing of the bot's; the command's environment comes by stdin.
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', lockFd],
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
    output: readable(child, 1),
    send(message) {
      if (child.stdin instanceof Writable && child.stdin.writable)
        child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    gone: Promise.all([exited, hearReports(readable(child, 3), onReport)]).then(() => {}),
    complaint: () => (complaint.trim() === '' ? null : complaint.trim()),
  };
}

async function hearReports(from: Readable, onReport: (report: GuardReport) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: from })) onReport(JSON.parse(line) as GuardReport);
  } catch {
    // The guard died in the middle of a word: whoever waits sees that the last word is missing.
  }
}

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  return stream instanceof Readable ? stream : Readable.from([]);
}
