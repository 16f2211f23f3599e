import { exitAfter, type StopSignal } from './exit-codes.ts';

/**
 * `timeout` and npm forward a signal that the whole process group already received. The same signal within this time
 * counts once.
 */
const ECHO_MS = 500;

/** Resolves with the first SIGINT or SIGTERM, which requests a graceful stop. The second ends the process at once. */
export function firstSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let first: { signal: StopSignal; atMs: number } | null = null;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        const atMs = performance.now();
        if (first === null) {
          first = { signal, atMs };
          resolve(signal);
        } else if (signal !== first.signal || atMs - first.atMs > ECHO_MS) process.exit(exitAfter(signal));
      });
    }
  });
}
