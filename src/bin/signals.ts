import { exitAfter, type StopSignal } from './exit-codes.ts';

/** `timeout` and npm pass on a signal that the whole process group got already: within this time it is the same. */
const ECHO_MS = 500;

/** The first SIGINT or SIGTERM, which asks for a graceful stop; the second ends the process at once. */
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
