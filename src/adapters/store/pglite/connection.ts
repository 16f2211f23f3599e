import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Message, Request } from './thread.js';

/** The result of one statement. */
export interface Rows<R> {
  rows: R[];
  /** How many rows it returned or changed. */
  rowCount: number;
}

/** PostgreSQL refused a statement, or its thread has ended. */
class DatabaseError extends Error {
  /** SQLSTATE; undefined: the error did not come from PostgreSQL. */
  readonly code: string | undefined;
  readonly detail: string | undefined;

  constructor(message: string, code?: string, detail?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = code;
    this.detail = detail;
  }
}

interface Listener {
  notification(channel: string, payload: string): void;
  /** The thread ended unexpectedly; every call fails from now on. */
  lost(error: Error): void;
}

interface Waiting {
  resolve(rows: Rows<unknown>): void;
  reject(error: Error): void;
}

type Question = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

/** An exclusive section without a request for so long is considered abandoned: transactions here take milliseconds. */
const SECTION_IDLE_MS = 30_000;

/** In megabytes. Most garbage of a statement is short-lived; a larger nursery only keeps it longer. */
const THREAD_NURSERY_MB = 4;

function startThread(directory: string, sectionIdleMs = SECTION_IDLE_MS): Worker {
  // PGlite is 9 MB of WebAssembly. Compiling its hot parts again with optimisation costs 50 to 80 MB and makes statements
  // no faster (measured with Node 20, 6,000 updates). The flag is for the whole process, since V8 has no other way.
  setFlagsFromString('--liftoff-only');
  return new Worker(new URL('./thread.js', import.meta.url), {
    workerData: { directory, sectionIdleMs },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: THREAD_NURSERY_MB },
    name: 'pglite',
  });
}

/** Creates a database in `directory`, in a process of its own. */
export async function createCluster(directory: string): Promise<void> {
  const program = fileURLToPath(new URL('./create.js', import.meta.url));
  await new Promise<void>((resolve, reject) => {
    // It needs no environment, so it gets none of the bot's secrets.
    const child = spawn(process.execPath, [program, directory], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new DatabaseError(`The database could not be made (exit ${code}): ${said.trim()}`)),
    );
  });
}

/** The connection to the thread that runs the database: sends requests, receives results and notifications. */
export class Connection {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listener: Listener;
  readonly #opened: Promise<void>;
  readonly #ended: Promise<void>;
  #lastId = 0;
  #closing = false;
  #lost: Error | null = null;

  private constructor(worker: Worker, listener: Listener) {
    this.#worker = worker;
    this.#listener = listener;
    this.#opened = new Promise((resolve, reject) => {
      worker.on('message', (message: Message) => {
        if (message.type === 'open') resolve();
        else this.#hear(message);
      });
      worker.once('error', (error) => {
        reject(error);
        this.#lose(error);
      });
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#lose(new Error('its thread ended'));
        resolve();
      });
    });
  }

  static async open(directory: string, listener: Listener, sectionIdleMs?: number): Promise<Connection> {
    const connection = new Connection(startThread(directory, sectionIdleMs), listener);
    await connection.#opened;
    return connection;
  }

  ask<R>(question: Question): Promise<Rows<R>> {
    if (this.#lost !== null || this.#closing) {
      return Promise.reject(
        new DatabaseError('The database is closed.', undefined, undefined, { cause: this.#lost }),
      );
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (rows) => resolve(rows as Rows<R>), reject });
      try {
        this.#worker.postMessage({ ...question, id });
      } catch (error) {
        this.#waiting.delete(id);
        reject(error);
      }
    });
  }

  /** Waits for earlier requests. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#closing) {
      const closed = this.ask({ type: 'close' });
      this.#closing = true;
      await closed.catch(() => undefined);
    }
    await this.#ended;
  }

  #hear(message: Exclude<Message, { type: 'open' }>): void {
    if (message.type === 'notification') {
      this.#listener.notification(message.channel, message.payload);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'result') waiting?.resolve({ rows: message.rows, rowCount: message.rowCount });
    else waiting?.reject(new DatabaseError(message.message, message.code, message.detail));
  }

  #lose(cause: Error): void {
    if (this.#lost !== null) return;
    this.#lost = new DatabaseError(`The database is gone: ${cause.message}`, undefined, undefined, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
    if (!this.#closing) this.#listener.lost(this.#lost);
  }
}
