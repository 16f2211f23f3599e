import { setTimeout as delay } from 'node:timers/promises';

/** Nobody waits longer than this for others, who may be waiting for git or Slack: a lease must be renewed meanwhile. */
const PATIENCE_MS = 1_000;

/**
 * Turns of those in this process that lost a race for the same document. Without them each would read it again for every
 * other that wins. They spare work and promise nothing: the revision decides who writes.
 */
export class Turns {
  /** The end of the last turn of each line. */
  readonly #lines = new Map<string, Promise<void>>();

  /** Works when those who came before have, or after a while all the same. */
  async take<T>(line: string, work: () => Promise<T>): Promise<T> {
    const before = this.#lines.get(line);
    let end = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      end = resolve;
    });
    const last = before ? before.then(() => mine) : mine;
    this.#lines.set(line, last);
    try {
      if (before) await atMost(PATIENCE_MS, before);
      return await work();
    } finally {
      end();
      if (this.#lines.get(line) === last) this.#lines.delete(line);
    }
  }
}

async function atMost(ms: number, wait: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const patience = delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([wait, patience]);
  stop.abort();
}
