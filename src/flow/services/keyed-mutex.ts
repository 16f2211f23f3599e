import { setTimeout as delay } from 'node:timers/promises';

/** If a turn takes longer, it waits for git or Slack, and the next one begins. */
const TURN_MS = 1_000;

/**
 * Queues those in this process that lost a race for the same document. Without it, each of them would read the document
 * again after every other write. It saves work and guarantees nothing: the revision decides who writes.
 */
export class KeyedMutex {
  /** For each line, the promise that its last turn is over. */
  readonly #lines = new Map<string, Promise<void>>();

  /** Runs `work` after the earlier turns of the line, each of which delays it by at most `TURN_MS`. */
  async take<T>(line: string, work: () => Promise<T>): Promise<T> {
    const before = this.#lines.get(line) ?? Promise.resolve();
    const over = new AbortController();
    const last = before.then(() => atMost(TURN_MS, over.signal));
    this.#lines.set(line, last);
    try {
      await before;
      return await work();
    } finally {
      over.abort();
      if (this.#lines.get(line) === last) this.#lines.delete(line);
    }
  }
}

/** Resolves at the signal, or after `ms`. */
async function atMost(ms: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => undefined);
}
