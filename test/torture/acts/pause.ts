import { setTimeout as wait } from 'node:timers/promises';

/** Lets time pass; less of it when `stop` is given and comes. */
export async function pause(ms: number, stop?: AbortSignal): Promise<void> {
  await wait(Math.max(0, ms), undefined, stop ? { signal: stop } : {}).catch((error: unknown) => {
    if (!stop?.aborted) throw error;
  });
}
