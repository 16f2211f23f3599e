import type { DocumentRef } from '../domain/documents/document.ts';

/**
 * One lane for each kind of work. Long work has its own lanes, so that nothing short waits behind a build, no deploy
 * waits behind a build, a rollback does not wait behind deploys of other environments, and nothing waits behind a slow
 * Slack, a slow forge, a slow repository of records, a slow system that carries out deploys, or an
 * environment that is slow to say what runs there.
 */
export const LANES = [
  'tell',
  'chat',
  'report',
  'record',
  'fetch',
  'build',
  'deploy',
  'rollback',
  'follow',
  'current',
] as const;
export type Lane = (typeof LANES)[number];

/**
 * How long a document is not reminded of again, even if the first reminder was lost or its handler hangs: a few sweeps,
 * because a person waits for what was lost. The load stays small: a document that a worker claimed is not due, so only
 * those are reminded of that wait for a slot or that nobody heard of. Each adds one wake-up in this time, however many
 * processes sweep, and the handler of a superfluous one reads one document. At the sweep's limit of 200 documents that is
 * 20 wake-ups a second.
 */
export const ONCE_MS = 10_000;

/**
 * Delivers wake-up hints: a job only says which document to process. A hint may be delivered late, several times or, if
 * the backend loses its data, not at all. The documents are the source of truth, and the sweep wakes again. Promise: each
 * delivery goes to one worker of the lane.
 */
export interface Queue {
  /**
   * Enqueues a wake-up. `delayMs` 0: at once. Rejects quickly when the backend does not answer, so that nobody waits for
   * it.
   */
  enqueue(lane: Lane, place: DocumentRef, delayMs?: number): Promise<void>;
  /**
   * Enqueues a wake-up at once, unless one that was enqueued so within `ONCE_MS` still waits or is being handled, or two
   * handlers of this process are at the document. A handler that hangs, a lost wake-up or a backend that delivers nothing
   * therefore delays the document by `ONCE_MS` at most while a slot is free.
   */
  enqueueOnce(lane: Lane, place: DocumentRef): Promise<void>;
  /** Resolves when the backend answers; rejects when it does not, within seconds. */
  ping(): Promise<void>;
  /**
   * Starts to handle the wake-ups of a lane, `concurrency` at a time. If a handler throws, `onError` is called and the
   * wake-up is done: the queue itself repeats nothing. `isAtHand`: wake-ups that this process enqueues are handled here
   * while a slot is free, without the backend; they overtake others and are lost when the process ends.
   */
  answer(
    lane: Lane,
    concurrency: number,
    handler: (place: DocumentRef) => Promise<void>,
    onError: (error: unknown, place: DocumentRef | null) => void,
    isAtHand?: boolean,
  ): void;
  /** Stops taking wake-ups, waits up to `withinMs` for running handlers, then closes. A second call does nothing. */
  close(withinMs: number): Promise<void>;
}
