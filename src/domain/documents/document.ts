import type { Actor } from '../people/people.ts';
import type { Command } from './commands.ts';
import type { Refusal } from './refusal.ts';
import type { Warning } from './warning.ts';

/** The kinds of document that have one writer each (DESIGN §4). */
export type AggregateKind = 'environments' | 'builds' | 'products' | 'cards';

/** Where a doorbell tells to look. */
export interface DocumentRef {
  kind: AggregateKind;
  id: string;
}

/**
 * A command for another aggregate. It stays in its document until the other one has settled it under `id`;
 * hearing it twice is harmless.
 */
export interface Effect {
  /** The id of the command it sends; unique for all time. */
  id: string;
  to: DocumentRef;
  command: Command;
}

/**
 * What a command came to. `release` and `attempt` name what it made or touched. `warnings`: what its sender should know all
 * the same; absent: nothing.
 */
export type Answer =
  | { kind: 'accepted'; release?: number; attempt?: number; build?: string; warnings?: Warning[] }
  | { kind: 'refused'; refusal: Refusal };

/** What of an aggregate an audit follows. */
export const AUDITED = ['release', 'build', 'deployed', 'accepted', 'lock', 'paused'] as const;

/** One thing that a settled command changed. */
export interface Change {
  /** A status of a release or build; which commit is `deployed` or `accepted`; who has locked or paused it. */
  what: (typeof AUDITED)[number];
  /** Of the release; of a build's attempt. null: none. */
  number: number | null;
  /** A status, a full SHA, or a person with an end; null: there was none. */
  from: string | null;
  to: string | null;
}

/** A settled command: the answer that everyone gets who asks again under the same id. */
export interface Settled {
  /** The command's id. */
  id: string;
  type: Command['type'];
  actor: Actor;
  /** Milliseconds since the epoch. */
  at: number;
  answer: Answer;
  /** Full name of the commit that it was about; null: none. */
  sha: string | null;
  reason: string | null;
  /** The revision under which it was written. */
  revision: number;
  /**
   * What this revision changed; empty once it is recorded. A refused command may be heard when something else is due: that
   * stands here too.
   */
  changed: Change[];
  /** False until its audit record is stored; only recorded ones may leave the document. */
  recorded: boolean;
}

/** What every aggregate has. */
export interface Aggregate {
  /** Unique among its kind. */
  id: string;
  product: string;
  /** 0: never stored; each save adds one. */
  revision: number;
  /** The latest time this document has seen: its time never runs backwards. Milliseconds since the epoch. */
  time: number;
  /** When someone must look at it again: 0 at once, null never. Milliseconds since the epoch. */
  wakeAt: number | null;
  effects: Effect[];
  /** Oldest first. */
  settled: Settled[];
}

/** What every aggregate is before anything has happened to it. */
export function newAggregate(id: string, product: string): Aggregate {
  return { id, product, revision: 0, time: 0, wakeAt: null, effects: [], settled: [] };
}

/** How many recorded settled commands a document keeps; older ones are looked up in the audit (RULES 20). */
export const SETTLED_KEPT = 40;

/**
 * What `decide` answers: the aggregate as it is to be stored, and what must now happen outside (both are saved in
 * one write). `changed` false: there is nothing to store.
 */
export type Decision<A extends Aggregate> = { aggregate: A; effects: Effect[]; changed: boolean } & (
  | Extract<Answer, { kind: 'accepted' }>
  | Extract<Answer, { kind: 'refused' }>
);
