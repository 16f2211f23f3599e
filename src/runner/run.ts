import { closeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { guardIsGone, takeGuardLock } from './files/lock.ts';
import { type GuardProcess, startGuard } from './guard/guard-process.ts';
import { type LastWord, type Leftovers, leftoverLines, leftoversOf } from './guard/leftovers.ts';
import { openPipe, type Pipe } from './guard/pipe.ts';
import type { GuardReport } from './guard/reports.ts';
import type { Enclosure } from './guard/types.ts';
import { type OutputOptions, type OutputSink, openOutput } from './output/output.ts';

export interface RunOptions extends OutputOptions {
  /** Script for `sh -e` of the product's own configuration; nothing that people type goes in here. */
  command: string;
  cwd: string;
  /** All that the command sees: `commandEnvironment`. */
  env: Record<string, string>;
  /** null: it runs as it is. */
  enclosure?: Enclosure | null;
  timeoutMs: number;
  /** Longest time without output; absent: no limit. */
  silenceMs?: number | undefined;
  /** Held while the guard lives: one command at a time for each file, proof for RULES 4. */
  lockFile: string;
  /** Wall time at which the lease is over, computed before it was asked for (RULES 3). */
  deadline: number;
}

export type RunOutcome = RunEnd & {
  /** Absent: nothing was left. */
  leftovers?: Leftovers;
};

type RunEnd =
  | { kind: 'exited'; exitCode: number; durationMs: number }
  /** Somebody outside Slipway ended it, or it ended itself so. */
  | { kind: 'signalled'; signal: string; durationMs: number }
  /** Ended by Slipway: longer than `timeoutMs`, or silent for longer than `silenceMs`. */
  | { kind: 'timedOut'; limit: 'time' | 'silence'; afterMs: number }
  /** Ended by Slipway because it was asked to; a command that had ended before that is `exited`. */
  | { kind: 'cancelled'; reason: string; durationMs: number }
  /** Known not to have started: nothing was changed (RULES 5). */
  | { kind: 'didNotRun'; reason: string }
  /** The guard ended it because the worker's signs of life stopped; it is gone, how far it got is unknown. */
  | { kind: 'leaseLost'; durationMs: number }
  /** The guard was killed; its watcher killed the command; how far it got is unknown. */
  | { kind: 'guardLost'; durationMs: number };

export interface RunningCommand {
  /** A sign of life: the lease was renewed and is now over at `deadline`. */
  renew(deadline: number): void;
  /** A wish; what the command really did wins. */
  cancel(reason: string): void;
  /** When nothing of it runs any more and its output is on disk. Never rejects. */
  done: Promise<RunOutcome>;
}

/**
 * How long a guard may need, after the deadline, until nothing of its command runs: half a second of grace,
 * two looks at the clock, and a loaded machine. The margin of a lease must be longer (RULES 3).
 */
export const GUARD_NEEDS_MS = 2000;

/** A guard that was asked to end its command and is not gone by then never will: a command that is not isolated can stop it. */
const GUARD_ENDS_MS = 10_000;

/** Output that is still in the pipe when the guard is gone is read for so long after the last of it. */
const DRAIN_MS = 200;
/** And no longer than this, though what runs on goes on writing. */
const DRAIN_AT_MOST_MS = 2000;

type Wish =
  | { kind: 'cancelled'; reason: string }
  | { kind: 'timedOut'; limit: 'time' | 'silence'; afterMs: number };

export function runCommand(options: RunOptions): RunningCommand {
  return new GuardedRun(options);
}

class GuardedRun implements RunningCommand {
  readonly done: Promise<RunOutcome>;
  readonly #options: RunOptions;
  #guard: GuardProcess | null = null;
  #deadline: number;
  /** The first reason we had to end it; null: none. */
  #wish: Wish | null = null;
  /** The guard said that it was about to start the command. */
  #mayHaveRun = false;
  #lastWord: LastWord | null = null;
  #startedAt = performance.now();
  #limits: NodeJS.Timeout[] = [];
  #silence: NodeJS.Timeout | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#deadline = options.deadline;
    this.done = this.#run();
  }

  renew(deadline: number): void {
    this.#deadline = deadline;
    this.#guard?.send({ type: 'alive', deadline });
  }

  cancel(reason: string): void {
    this.#end({ kind: 'cancelled', reason });
  }

  async #run(): Promise<RunOutcome> {
    let output: OutputSink;
    try {
      output = await openOutput(this.#options);
    } catch (error) {
      return { kind: 'didNotRun', reason: `the log cannot be opened: ${messageOf(error)}` };
    }
    try {
      return await this.#underGuard(output);
    } catch (error) {
      return this.#mayHaveRun ? this.#lost() : { kind: 'didNotRun', reason: messageOf(error) };
    } finally {
      this.#stopClocks();
      await output.close();
    }
  }

  async #underGuard(output: OutputSink): Promise<RunOutcome> {
    const reason = this.#cancelled();
    if (reason !== null) return { kind: 'didNotRun', reason };
    const lockFd = takeGuardLock(this.#options.lockFile);
    if (lockFd === null)
      return { kind: 'didNotRun', reason: 'the guard of an earlier command is still running' };
    let pipe: Pipe | null = null;
    let guard: GuardProcess;
    try {
      pipe = await openPipe(`${this.#options.lockFile}.output`);
      const since = this.#cancelled();
      if (since !== null) {
        pipe?.output.destroy();
        return { kind: 'didNotRun', reason: since };
      }
      guard = startGuard(lockFd, pipe, (report) => this.#hear(report));
    } finally {
      closeSync(lockFd);
      if (pipe !== null) closeSync(pipe.fd);
    }
    this.#guard = guard;
    const { command, cwd, env, enclosure = null } = this.#options;
    // A shell takes the end of a line from Windows for a part of its last word.
    const script = command.replaceAll('\r\n', '\n');
    guard.send({ type: 'start', command: script, cwd, env, enclosure, deadline: this.#deadline });

    let lastChunkAt = performance.now();
    const consumed = output.consume(guard.output, () => {
      lastChunkAt = performance.now();
      this.#silence?.refresh();
    });
    await guard.gone;
    this.#stopClocks();
    await drained(guard, consumed, () => lastChunkAt);
    if (this.#lastWord === null) await watcherIsDone(this.#options.lockFile);
    const leftovers = leftoversOf(this.#lastWord);
    if (leftovers === null) return this.#outcome(guard);
    await output.consume(Readable.from([Buffer.from(leftoverLines(leftovers))]), () => {});
    return { ...this.#outcome(guard), leftovers };
  }

  /** Why; null: nobody did. */
  #cancelled(): string | null {
    return this.#wish?.kind === 'cancelled' ? this.#wish.reason : null;
  }

  #hear(report: GuardReport): void {
    switch (report.type) {
      case 'starting':
        this.#mayHaveRun = true;
        this.#startedAt = performance.now();
        // From here on: a command can stop its guard before the guard says that it has started.
        this.#startClocks();
        return;
      case 'started':
        return;
      case 'notStarted':
        this.#mayHaveRun = false;
        this.#lastWord = report;
        return;
      case 'ended':
        this.#lastWord = report;
        return;
      default:
        report satisfies never;
    }
  }

  #startClocks(): void {
    const { timeoutMs, silenceMs } = this.#options;
    const timedOut = (limit: 'time' | 'silence', afterMs: number) => () =>
      this.#end({ kind: 'timedOut', limit, afterMs });
    this.#limits.push(setTimeout(timedOut('time', timeoutMs), timeoutMs));
    if (silenceMs === undefined) return;
    this.#silence = setTimeout(timedOut('silence', silenceMs), silenceMs);
    this.#limits.push(this.#silence);
  }

  #stopClocks(): void {
    for (const timer of this.#limits.splice(0)) clearTimeout(timer);
    this.#silence = null;
  }

  #end(wish: Wish): void {
    if (this.#wish !== null || this.#lastWord !== null) return;
    this.#wish = wish;
    const guard = this.#guard;
    if (guard === null) return;
    guard.send({ type: 'kill', reason: wish.kind === 'cancelled' ? wish.reason : wish.kind });
    this.#limits.push(setTimeout(() => guard.kill(), GUARD_ENDS_MS));
  }

  #outcome(guard: GuardProcess): RunEnd {
    const word = this.#lastWord;
    if (word === null) {
      if (this.#mayHaveRun) return this.#lost();
      return {
        kind: 'didNotRun',
        reason: `the guard could not start: ${guard.complaint() ?? 'it was killed'}`,
      };
    }
    if (word.type === 'notStarted') return { kind: 'didNotRun', reason: word.reason };
    const durationMs = this.#durationMs();
    switch (word.cause) {
      case null:
        return word.exitCode === null
          ? { kind: 'signalled', signal: word.signal ?? 'unknown', durationMs }
          : { kind: 'exited', exitCode: word.exitCode, durationMs };
      case 'asked':
        return this.#wish?.kind === 'timedOut'
          ? this.#wish
          : { kind: 'cancelled', reason: this.#wish?.reason ?? '', durationMs };
      case 'leaseOver':
      case 'workerGone':
        return { kind: 'leaseLost', durationMs };
      default:
        return word.cause satisfies never;
    }
  }

  #lost(): RunEnd {
    return { kind: 'guardLost', durationMs: this.#durationMs() };
  }

  #durationMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }
}

/** Waits for the end of the output, but not for a daemon that left the session and keeps the pipe open. */
async function drained(
  guard: GuardProcess,
  consumed: Promise<void>,
  lastChunkAt: () => number,
): Promise<void> {
  let over = false;
  const end = consumed.then(() => {
    over = true;
  });
  const gone = performance.now();
  while (!over) {
    const quietMs = performance.now() - Math.max(gone, lastChunkAt());
    if (quietMs >= DRAIN_MS || performance.now() - gone >= DRAIN_AT_MOST_MS) guard.output.destroy();
    await Promise.race([end, delay(DRAIN_MS)]);
  }
}

/** After the death of a guard its watcher kills what is left of the command, and holds the lock until then. */
async function watcherIsDone(lockFile: string): Promise<void> {
  const since = performance.now();
  while (!guardIsGone(lockFile) && performance.now() - since < GUARD_NEEDS_MS) await delay(10);
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
