import type { Build } from '../../documents/build.ts';
import type { Effect } from '../../documents/document.ts';
import type { EnvironmentId } from '../../ids.ts';

/** What a build is decided from, beside its document. */
export interface BuildContext {
  now: number;
  /** See `Context`. */
  leaseNow?: number;
  /** The lowest environment, where continuous commits are deployed first. */
  lowest: { id: EnvironmentId; mode: 'continuous' | 'approval' };
  /** True: the guard of the latest attempt is proven gone (RULES 4). */
  guardGone: boolean;
  /** How long after a lease has ended nobody else may act; absent: `MARGIN_MS`. */
  marginMs?: number;
}

/** A build while one command is decided. */
export interface Draft {
  build: Build;
  context: BuildContext;
  /** The document's time, see `documentTime`. */
  at: number;
  revision: number;
  effects: Effect[];
}
