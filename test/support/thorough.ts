import { test } from '@jest/globals';

/** True in `npm run test:slow`: tables are walked whole, and properties as often as they are written down. */
export const THOROUGH = process.env.THOROUGH === 'true';

/** How often a property runs: a quarter of `times` where a change is checked, all of it in `npm run test:slow`. */
export function runs(times: number): number {
  return THOROUGH ? times : Math.ceil(times / 4);
}

/** Every third of `all`, beginning at `offset`, where a change is checked; all of them in `npm run test:slow`. */
export function everyThird<T>(all: readonly T[], offset: number): T[] {
  return all.filter((_one, at) => THOROUGH || at % 3 === offset % 3);
}

/** A test that only `npm run test:slow` runs: it takes long, and what it guards is guarded where a change is checked too. */
export function thoroughTest(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  if (THOROUGH) test(name, run, timeoutMs);
}
