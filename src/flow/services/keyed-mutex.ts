import { setTimeout as delay } from 'node:timers/promises';

/** A turn that takes longer waits for git or Slack: the next one begins. */
const TURN_MS = 1_000;

/**
 * Turns of those in this process that lost a race for the same document. Without them each would read it again for every
 * other that wins. They spare work and promise nothing: the revision decides who writes.
 */
export class KeyedMutex {
  /** The end of the last turn of each line. */
  readonly #lines = new Map<string, Promise<void>>();

  /** Works when the turns of those who came before are over. */
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

/** Until the signal, or for so long. */
async function atMost(ms: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => undefined);
}
