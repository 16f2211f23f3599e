import { setTimeout as wait } from 'node:timers/promises';

/** The result of `work`, if it comes within `ms` milliseconds; undefined: it does not, and goes on. */
export async function within<T extends object>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const done = new AbortController();
  const late = wait(Math.max(0, ms), undefined, { signal: done.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
