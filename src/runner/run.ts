import { closeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { drained, type Reading } from './drain.ts';
import { guardIsGone, takeGuardLock } from './files/lock.ts';
import { type GuardProcess, startGuard } from './guard/guard-process.ts';
import { type LastWord, leftoverLines, leftoversOf } from './guard/leftovers.ts';
import { openPipe, type Pipe } from './guard/pipe.ts';
import type { GuardReport } from './guard/reports.ts';
import type { Enclosure } from './guard/types.ts';
import { endOf, type RunEnd, type RunOutcome, type Wish } from './outcome.ts';
import { type OutputOptions, type OutputSink, openOutput } from './output/output.ts';

/** What to run, within which limits, and where its output goes. */
export interface RunOptions extends OutputOptions {
  /** Script for `sh -e` from the product's own configuration. Nothing that people type becomes part of it. */
  command: string;
  cwd: string;
  /** The whole environment of the command; see `commandEnvironment`. */
  env: Record<string, string>;
  /** null or absent: the command runs without isolation. */
  enclosure?: Enclosure | null;
  timeoutMs: number;
  /** Longest time without output. Absent or undefined: no limit. */
  silenceMs?: number | undefined;
  /** Held while the guard lives. It allows one command at a time per file and is the proof for RULES 4. */
  lockFile: string;
  /** Wall time at which the lease is over, computed before the lease was requested (RULES 3). */
  deadline: number;
}

/** A command that was started and can be cancelled. */
export interface RunningCommand {
  /** A sign of life: the lease was renewed and now lasts until `deadline`. */
  renew(deadline: number): void;
  /** Requests the end of the command. If it has already ended, its real outcome counts. */
  cancel(reason: string): void;
  /** Resolves when the command is gone and its output is on disk. Never rejects. */
  done: Promise<RunOutcome>;
}

/**
 * How long a guard may need after the deadline until its command is gone: half a second of grace, two checks of the
 * clock, and a loaded machine. The margin of a lease must be longer (RULES 3).
 */
export const GUARD_NEEDS_MS = 2000;

/** A guard that has not ended its command by then is killed: a command that is not isolated can stop its guard. */
const GUARD_ENDS_MS = 10_000;

/** Runs a command under a guard. Returns at once. */
export function runCommand(options: RunOptions): RunningCommand {
  return new GuardedRun(options);
}

class GuardedRun implements RunningCommand {
  readonly done: Promise<RunOutcome>;
  readonly #options: RunOptions;
  #guard: GuardProcess | null = null;
  #deadline: number;
  /** The first reason to end the command. null: none. */
  #wish: Wish | null = null;
  /** The guard reported that it was about to start the command. */
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
      guard = startGuard(lockFd, pipe, (report) => this.#take(report));
    } finally {
      closeSync(lockFd);
      if (pipe !== null) closeSync(pipe.fd);
    }
    this.#guard = guard;
    const { command, cwd, env, enclosure = null } = this.#options;
    // A shell would treat the carriage return of a Windows line end as part of the last word.
    const script = command.replaceAll('\r\n', '\n');
    guard.send({ type: 'start', command: script, cwd, env, enclosure, deadline: this.#deadline });

    const reading: Reading = { waitingSince: performance.now(), chunks: 0 };
    const consumed = output.consume(guard.output, {
      took: () => {
        reading.waitingSince = null;
        reading.chunks += 1;
        this.#silence?.refresh();
      },
      waits: () => {
        reading.waitingSince = performance.now();
      },
    });
    await guard.gone;
    this.#stopClocks();
    await drained(guard.output, consumed, reading);
    if (this.#lastWord === null) await watcherIsDone(this.#options.lockFile);
    const leftovers = leftoversOf(this.#lastWord);
    if (leftovers === null) return this.#outcome(guard);
    await output.consume(Readable.from([Buffer.from(leftoverLines(leftovers))]));
    return { ...this.#outcome(guard), leftovers };
  }

  /** Why the command was cancelled. null: it was not. */
  #cancelled(): string | null {
    return this.#wish?.kind === 'cancelled' ? this.#wish.reason : null;
  }

  #take(report: GuardReport): void {
    switch (report.type) {
      case 'starting':
        this.#mayHaveRun = true;
        this.#startedAt = performance.now();
        // Starts with 'starting': a command can stop its guard before the guard reports 'started'.
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
    if (this.#lastWord !== null) return endOf(this.#lastWord, this.#wish, this.#durationMs());
    if (this.#mayHaveRun) return this.#lost();
    return {
      kind: 'didNotRun',
      reason: `the guard could not start: ${guard.complaint() ?? 'it was killed'}`,
    };
  }

  #lost(): RunEnd {
    return { kind: 'guardLost', durationMs: this.#durationMs() };
  }

  #durationMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }
}

/** When a guard died, its watcher kills the rest of the command and holds the lock until then. */
async function watcherIsDone(lockFile: string): Promise<void> {
  const since = performance.now();
  while (!guardIsGone(lockFile) && performance.now() - since < GUARD_NEEDS_MS) await delay(10);
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
