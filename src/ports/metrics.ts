import type { Command } from '../domain/documents/commands/commands.ts';
import type { AggregateKind, Answer } from '../domain/documents/document.ts';
import type { BuildOutcome } from '../domain/documents/values/build/run.ts';
import type { AttemptOutcome } from '../domain/documents/values/release.ts';
import type { Store } from './store.ts';

/** What a worker runs under a lease. */
export type Leasing = 'build' | 'deploy' | 'verify';

/** A build, or an attempt at a deploy or verification, that has just ended. */
export type Ended =
  | {
      of: 'build';
      product: string;
      outcome: BuildOutcome['kind'];
      /** null: unknown. */
      seconds: number | null;
    }
  | {
      of: 'deploy' | 'verify';
      product: string;
      environment: string;
      outcome: AttemptOutcome['kind'];
      seconds: number | null;
    };

/** The groups of Slack's methods, by the word before the dot; `other`: one that is not listed. */
export const SLACK_CLASSES = [
  'apps',
  'auth',
  'chat',
  'conversations',
  'usergroups',
  'users',
  'views',
  'other',
] as const;
export type SlackClass = (typeof SLACK_CLASSES)[number];

/** `failed`: Slack did not answer, or not as it should. */
export type SlackOutcome = 'ok' | 'refused' | 'rate_limited' | 'failed';

/**
 * Counts and measures what happens, for whoever watches this process. Promises: no method throws or takes noticeable time, and
 * what is told is dropped rather than held. Nothing that people or other systems write becomes a name or a label.
 */
export interface Metrics {
  /** A command was settled just now; a repeated one is not settled again. */
  settled(verb: Command['type'], outcome: Answer['kind']): void;
  /** The context was read and a command decided. */
  decided(kind: AggregateKind, seconds: number): void;
  ended(attempt: Ended): void;
  /** Something took the lease from a worker that still held the work. */
  leaseLost(of: Leasing): void;
  /** A sweep is done. `oldest`: for how many seconds the document of each kind that is due longest has been due; absent: none is. */
  swept(atMs: number, oldest: ReadonlyMap<AggregateKind, number>): void;
  disk(freeBytes: number, totalBytes: number): void;
  /** By how many seconds this clock is ahead of the database's. */
  clock(seconds: number): void;
  /** Cards of a product that cannot be delivered until somebody acts. */
  undeliverable(product: string, cards: number): void;
  slackCalled(methods: SlackClass, outcome: SlackOutcome, seconds: number): void;
  /** `ok` false: the store failed or did not answer. */
  storeCalled(operation: keyof Store, ok: boolean, seconds: number): void;
  /** A write lost the race for a document; it is decided again. */
  storeConflict(kind: AggregateKind): void;
}

/** Measures nothing. */
export const NO_METRICS: Metrics = {
  settled: () => {},
  decided: () => {},
  ended: () => {},
  leaseLost: () => {},
  swept: () => {},
  disk: () => {},
  clock: () => {},
  undeliverable: () => {},
  slackCalled: () => {},
  storeCalled: () => {},
  storeConflict: () => {},
};
