import type { BakePolicy } from '../../../domain/documents/values/bake.ts';
import { durationText, parseDuration } from '../../../domain/time/duration.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';
import type { Written } from '../schema.ts';

type WrittenVerify = NonNullable<Written['products'][string]['environments'][number]['verify']>;

/** How often a bake looks, unless the file says so. A shorter bake looks at its begin and at its end. */
const EVERY_MS = 60_000;
/** What has a meaning only beside `for`. */
const OF_BAKES = ['every', 'failures', 'newer'];

/** The bake of a verification as it is written; undefined: it is done once. */
export function toBake(verify: WrittenVerify | undefined): BakePolicy | undefined {
  if (verify?.for === undefined) return undefined;
  const { for: forMs, every: everyMs = Math.min(EVERY_MS, forMs), failures = 1, newer = 'wait' } = verify;
  return { forMs, everyMs, failures, yields: newer === 'replace' };
}

/** Errors between the fields of a bake. Ignores whatever has the wrong shape, as `rules.ts` does. */
export function bakeErrors(verify: Record<string, unknown>, at: Path): PlacedError[] {
  const { for: whole, every } = verify;
  if (whole === undefined) {
    return OF_BAKES.filter((field) => verify[field] !== undefined).map((field) => ({
      path: [...at, field],
      what: 'has a meaning only beside for, and the verification is done once',
      todo: 'remove it, or say for how long it is repeated: for: 15m',
    }));
  }
  const [forMs, everyMs] = [whole, every].map((text) =>
    typeof text === 'string' ? parseDuration(text) : null,
  );
  if (forMs == null || everyMs == null || forMs >= everyMs) return [];
  return [
    {
      path: [...at, 'for'],
      what: `${durationText(forMs)} is over before the second check, which comes after ${durationText(everyMs)}`,
      todo: 'make it at least as long as every',
    },
  ];
}
