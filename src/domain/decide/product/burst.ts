import type { Burst, Head } from '../../documents/product.ts';
import type { PushBurst } from '../../documents/values/build/run.ts';

/** A push that follows another one within this time is held back until it is over: a still newer one may come. */
export const BURST_MS = 10_000;

/** However long a burst goes on, a card is posted each time that so many of these waits are over. */
const LONGEST = 3;

/** The burst that a head belongs to; undefined: none. `last`: the head before it. */
export function burstAt(last: Head | undefined, at: number, burstMs: number): Burst | undefined {
  if (last === undefined || at - last.at >= burstMs) return undefined;
  const before = last.burst ?? { since: last.at, earlier: 0 };
  const wasHeldBack = before.since !== last.at;
  const earlier = wasHeldBack ? before.earlier + 1 : 0;
  const goesOn = at - before.since < LONGEST * burstMs;
  return { since: goesOn ? before.since : at, earlier };
}

/** What the build of a head is told of its burst. */
export function pushBurst({ at, burst }: Head, burstMs: number): PushBurst | undefined {
  if (burst === undefined) return undefined;
  return { earlier: burst.earlier, quietUntil: burst.since === at ? null : at + burstMs };
}
