import { setTimeout as delay } from 'node:timers/promises';

/** Runs tasks one after the other, in the order given. A rejected task does not block later ones. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}

/** Work that callers share: who asks while it runs, or rests, shares the next run. No more than two begin within `restMs`. */
export function createShared(turns: Turns, restMs: number, work: () => Promise<void>): () => Promise<void> {
  let next: Promise<void> | null = null;
  /** When the last two began. */
  let begun: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return () => {
    next ??= turns(async () => {
      const restsMs = begun[0] + restMs - performance.now();
      if (restsMs > 0) await delay(restsMs);
      next = null;
      begun = [begun[1], performance.now()];
      return work();
    });
    return next;
  };
}
