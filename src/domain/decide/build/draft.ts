import type { Build } from '../../documents/build.ts';
import type { Effect } from '../../documents/document.ts';
import type { Refusal } from '../../documents/refusal.ts';
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
  /** How a commit is known to be built elsewhere; absent: Slipway builds it. */
  checks?: ChecksContext;
  /** How long after a lease has ended nobody else may act; absent: `MARGIN_MS`. */
  marginMs?: number;
}

/** The checks that make a commit count as built, and how they are followed. Times in milliseconds. */
export interface ChecksContext {
  names: readonly [string, ...string[]];
  withinMs: number;
  /** A forge is asked. False: only what `/hooks/build` says counts. */
  asked: boolean;
  /** How often the forge is asked while something is awaited. */
  pollMs: number;
  /** How long after a bad end they are followed, and how often the forge is asked then. */
  followMs: number;
  followPollMs: number;
  /** How long after one look began an event makes the next one begin. */
  spacingMs: number;
  /** Waits after failed looks in a row; the last one repeats. */
  backoffMs: readonly number[];
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

export type Outcome = { kind: 'accepted'; attempt?: number } | { kind: 'refused'; refusal: Refusal };

export const NOTHING_TO_DO: Outcome = { kind: 'refused', refusal: { rule: 'nothingToDo' } };
