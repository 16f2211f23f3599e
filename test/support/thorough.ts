import { test } from '@jest/globals';

/** True in `npm run test:slow`: tables are tested completely, and properties run their full number of times. */
export const THOROUGH = process.env.THOROUGH === 'true';

/** How often a property runs: all `times` in `npm run test:slow`, otherwise a quarter. */
export function runs(times: number): number {
  return THOROUGH ? times : Math.ceil(times / 4);
}

/** Every third item, starting at `offset`. All items in `npm run test:slow`. */
export function everyThird<T>(all: readonly T[], offset: number): T[] {
  return all.filter((_one, at) => THOROUGH || at % 3 === offset % 3);
}

/** A slow test that only `npm run test:slow` runs. Faster tests must cover the same behaviour in every run. */
export function thoroughTest(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  if (THOROUGH) test(name, run, timeoutMs);
}
