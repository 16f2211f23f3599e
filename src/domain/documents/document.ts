import type { Actor } from '../people/people.ts';
import type { Command, Commands } from './commands/commands.ts';
import type { Refusal } from './refusal.ts';
import type { Warning } from './warning.ts';

/** The kinds of document that have one writer each (DESIGN §4), in alphabetical order. */
export const AGGREGATE_KINDS = [
  'builds',
  'cards',
  'environments',
  'people',
  'products',
  'records',
  'reports',
] as const;
export type AggregateKind = (typeof AGGREGATE_KINDS)[number];

/** Reference to one document. */
export interface DocumentRef<K extends AggregateKind = AggregateKind> {
  kind: K;
  id: string;
}

/**
 * A command for another document, of a kind that accepts it. It stays in the sender's document until the other one has
 * processed it under `id`; delivering it twice is harmless.
 */
export type Effect<K extends AggregateKind = AggregateKind> = {
  [P in K]: {
    /** The id of the command it sends; unique for all time. */
    id: string;
    to: DocumentRef<P>;
    command: Commands[P];
  };
}[K];

/**
 * The result of a command. `release` and `attempt` name what it made or changed. `warnings`: what the sender should know
 * although the command was accepted; absent: nothing.
 */
export type Answer =
  | { kind: 'accepted'; release?: number; attempt?: number; build?: string; warnings?: Warning[] }
  | { kind: 'refused'; refusal: Refusal };

/** The parts of a document that the audit follows. */
export const AUDITED = ['release', 'build', 'deployed', 'accepted', 'lock', 'paused'] as const;

/** One change made by a processed command. */
export interface Change {
  /**
   * What changed: the status of a release or build, the `deployed` or `accepted` commit, or who holds a lock or a pause.
   */
  what: (typeof AUDITED)[number];
  /** Number of the release, or of the build's attempt; null: neither. */
  number: number | null;
  /** A status, a full SHA, or a person (for a lock with its end); null: there was none. */
  from: string | null;
  to: string | null;
}

/** A processed command with its answer: a repeated command with the same id gets this answer. */
export interface Settled {
  /** The command's id. */
  id: string;
  type: Command['type'];
  actor: Actor;
  /** Milliseconds since the epoch. */
  at: number;
  answer: Answer;
  /** Full SHA of the commit that the command was about; null: none. */
  sha: string | null;
  reason: string | null;
  /** The revision under which it was written. */
  revision: number;
  /**
   * What this revision changed; empty once recorded. A refused command may be processed when something else was due, and
   * those changes are listed here too.
   */
  changed: Change[];
  /** False until its audit record is stored; only recorded ones may leave the document. */
  recorded: boolean;
}

/** What all stored documents have in common. */
export interface Aggregate {
  /** Unique among its kind. */
  id: string;
  product: string;
  /** 0: never stored; each save adds one. */
  revision: number;
  /** The latest time this document has seen, so its time never runs backwards. Milliseconds since the epoch. */
  time: number;
  /** When the document must be processed again: 0 at once, null never. Milliseconds since the epoch. */
  wakeAt: number | null;
  effects: Effect[];
  /** Oldest first. */
  settled: Settled[];
}

/** A document that nothing has happened to yet. */
export function newAggregate<Id extends string>(id: Id, product: string): Aggregate & { id: Id } {
  return { id, product, revision: 0, time: 0, wakeAt: null, effects: [], settled: [] };
}

/** How many recorded commands a document keeps; older ones are looked up in the audit (RULES 20). */
export const SETTLED_KEPT = 40;

/**
 * The result of `decide`: the document to store and the effects to dispatch, both saved in one write. `changed` false:
 * there is nothing to store.
 */
export type Decision<A extends Aggregate> = { aggregate: A; effects: Effect[]; changed: boolean } & (
  | Extract<Answer, { kind: 'accepted' }>
  | Extract<Answer, { kind: 'refused' }>
);
