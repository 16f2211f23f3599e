import { ONCE_MS } from '../../ports/queue.ts';

/** A handler that may hang, and one more that does the work in its place. Other documents keep the remaining slots. */
const HANDLERS = 2;

/** What one lane of this process is handling now, so that a reminder does not double it. */
export class Handled {
  readonly #now: () => number;
  readonly #running = new Map<string, { count: number; lastBegan: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A handler begins with the document `key`. The function that it returns says that the handler has ended. */
  begin(key: string): () => void {
    const entry = this.#running.get(key) ?? { count: 0, lastBegan: 0 };
    entry.count += 1;
    entry.lastBegan = this.#now();
    this.#running.set(key, entry);
    return () => {
      entry.count -= 1;
      if (entry.count === 0) this.#running.delete(key);
    };
  }

  /** Whether a reminder of this document is dropped: a handler began with it a short time ago, or two are at it. */
  isEnough(key: string): boolean {
    const entry = this.#running.get(key);
    return entry !== undefined && (entry.count >= HANDLERS || this.#now() - entry.lastBegan < ONCE_MS);
  }
}
