import type { Effect } from '../../documents/document.ts';
import { AWAITED_BACKOFF_MS, AWAITED_MS, type AwaitedWaits } from './awaited.ts';
import { BURST_MS } from './burst.ts';

/** Waits between fetches of a repository that cannot be reached; the last one repeats. */
export const FETCH_BACKOFF_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000];

/** What a product is decided from, beside its document. */
export interface ProductContext {
  now: number;
  /** Ids of its environments; each gets the product's lock. */
  environments: readonly string[];
  /** Waits between fetches of a repository that cannot be reached; absent: `FETCH_BACKOFF_MS`. */
  fetchBackoffMs?: readonly number[];
  /** Waits between fetches while the branch does not show an announced push; absent: `AWAITED_BACKOFF_MS`. */
  awaitedBackoffMs?: readonly number[];
  /** How long to wait for an announced push; absent: `AWAITED_MS`. */
  awaitedMs?: number;
  /** How long the card of a push waits for a newer push after an earlier one; absent: `BURST_MS`. */
  burstMs?: number;
  /** The interval at which the branch is fetched without being asked; null or absent: never. */
  pollMs?: number | null;
  /** The files that a head must change to be built; empty or absent: any. */
  paths?: readonly string[];
  /** True: the sender of the command may lock all environments. */
  mayLock: boolean;
}

/** The waits in force, with the defaults filled in. */
export interface Waits {
  fetch: readonly number[];
  awaited: AwaitedWaits;
  pollMs: number | null;
  burstMs: number;
}

/** The waits that the context asks for; what it leaves out is the default. */
export function waitsOf(context: ProductContext): Waits {
  const { fetchBackoffMs = FETCH_BACKOFF_MS, awaitedBackoffMs = AWAITED_BACKOFF_MS } = context;
  const { awaitedMs = AWAITED_MS, pollMs = null, burstMs = BURST_MS } = context;
  return {
    fetch: fetchBackoffMs,
    awaited: { backoffMs: awaitedBackoffMs, forMs: awaitedMs },
    pollMs,
    burstMs,
  };
}

/** The state of a decision about a product. */
export interface At {
  now: number;
  /** The document's time, see `documentTime`. */
  time: number;
  revision: number;
  effects: Effect[];
  environments: readonly string[];
}
