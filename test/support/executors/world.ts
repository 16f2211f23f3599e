import type { Executor, RemoteAttempt } from '../../../src/ports/executor.ts';
import type { ForgeServer } from '../forges/server.ts';

/** What a run comes to, as the contract has it. A `queued` one has begun for the system, and does nothing yet. */
export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** How a client is opened. */
export interface Opening {
  now: () => number;
  /** How long one call may take. */
  timeoutMs: number;
}

/**
 * A stand-in for a system that carries out attempts, configured so that its runs are told `{attempt}`. It keeps what it is told,
 * refuses what the system refuses, and lets `server.fault` go before everything.
 */
export interface ExecutorWorld {
  server: ForgeServer;
  /** A client with nothing remembered, as another process has it. */
  open(opening: Opening): Promise<Executor>;
  /** How many runs were ever begun for an attempt. */
  starts(key: string): number;
  /** Lets the runs of an attempt come to a state, also from an end: somebody ran them again there. */
  become(key: string, state: RunState): void;
  /** How often the system was asked to end the runs of an attempt. */
  cancels(key: string): number;
  /** The output of the runs of an attempt becomes this. */
  print(key: string, text: string): void;
  /** No answer may contain one of these. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** What a kind of system can do, and what opens a stand-in for it. */
export interface ExecutorKindUnderTest {
  name: string;
  open(): Promise<ExecutorWorld>;
  can: {
    /** It ends runs at Slipway's wish. */
    cancel: boolean;
    /** It tells the output of runs. */
    log: boolean;
    /** Its runs are in a project or job, which may be hidden from the account. Absent: they are not. */
    project?: boolean;
    /** An end may change later. */
    rerun: boolean;
    /** A run may get another id while it is looked at, and is known by both. Absent: it does not. */
    renames?: boolean;
    /** `find` asks for the attempt again, which begins it where the system never heard of it, and never twice. */
    findBegins: boolean;
    /**
     * All that it does for an attempt is done when the start is answered: nothing runs there, fails or is ended there later. It reads
     * before it changes anything, by a program of its own, which follows redirects and does not tell of `Retry-After`. Absent: it
     * runs on.
     */
    atOnce?: boolean;
  };
}

export const COMMIT = 'a'.repeat(40);

/** An attempt with an id of its own. */
export function attemptOf(changes: Partial<RemoteAttempt> = {}): RemoteAttempt {
  return {
    key: 'slip-1a2b3c4d5e6f',
    step: 'deploy',
    product: 'storefront',
    environment: 'prod',
    commit: COMMIT,
    ref: 'main',
    previous: 'b'.repeat(40),
    release: 42,
    kind: 'promotion',
    ...changes,
  };
}
