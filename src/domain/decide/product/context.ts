import type { Effect } from '../../documents/document.ts';
import { AWAITED_BACKOFF_MS, AWAITED_MS, type AwaitedWaits } from './awaited.ts';

/** Waits between looks at a repository that cannot be reached; the last one repeats. */
export const FETCH_BACKOFF_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000];

/** What a product is decided from. */
export interface ProductContext {
  now: number;
  /** Ids of its environments; each is told of a lock. */
  environments: readonly string[];
  /** Waits between looks at a repository that cannot be reached; absent: `FETCH_BACKOFF_MS`. */
  fetchBackoffMs?: readonly number[];
  /** Waits between glances at a branch that does not show an announced push; absent: `AWAITED_BACKOFF_MS`. */
  awaitedBackoffMs?: readonly number[];
  /** How long such a push is waited for; absent: `AWAITED_MS`. */
  awaitedMs?: number;
  /** How often it is looked whether the branch moved, though nobody asked; null or absent: never. */
  pollMs?: number | null;
  /** Who asks may lock all of them. */
  mayLock: boolean;
}

/** How long is waited for what, with what the context leaves out. */
export interface Waits {
  fetch: readonly number[];
  awaited: AwaitedWaits;
  pollMs: number | null;
}

export function waitsOf(context: ProductContext): Waits {
  const { fetchBackoffMs = FETCH_BACKOFF_MS, awaitedBackoffMs = AWAITED_BACKOFF_MS } = context;
  const { awaitedMs = AWAITED_MS, pollMs = null } = context;
  return {
    fetch: fetchBackoffMs,
    awaited: { backoffMs: awaitedBackoffMs, forMs: awaitedMs },
    pollMs,
  };
}

/** A product while it is decided about. */
export interface At {
  now: number;
  /** Of the document. */
  time: number;
  revision: number;
  effects: Effect[];
  environments: readonly string[];
}
