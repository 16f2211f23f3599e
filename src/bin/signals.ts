import { exitAfter, type StopSignal } from './exit-codes.ts';

/** The first SIGINT or SIGTERM, which asks for a graceful stop; the second ends the process at once. */
export function firstSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitAfter(signal));
        asked = true;
        resolve(signal);
      });
    }
  });
}
