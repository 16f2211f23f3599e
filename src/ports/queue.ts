import type { DocumentRef } from '../domain/documents/document.ts';

/**
 * Long work is kept apart, so that nothing short waits behind a build, no deploy behind one either, a rollback not even
 * behind the deploys of other environments, and nothing at all behind a slow Slack.
 */
export const LANES = ['tell', 'chat', 'fetch', 'build', 'deploy', 'rollback'] as const;
export type Lane = (typeof LANES)[number];

/**
 * A doorbell: a job says only where to look. It may ring twice, late, or, when the backend is emptied, not at
 * all; the sweep rings again. It promises that a ring, if it comes, comes to one worker of the lane at a time.
 */
export interface Queue {
  /** `delayMs` 0: at once. Rejects soon when the backend does not answer: nobody waits for a doorbell. */
  ring(lane: Lane, place: DocumentRef, delayMs?: number): Promise<void>;
  /**
   * Rings at once, unless an earlier reminder of this place still waits or is being answered: however often the sweep of
   * however many processes reminds, the lane does not fill up. A reminder that was lost holds up others for a minute.
   */
  remind(lane: Lane, place: DocumentRef): Promise<void>;
  /** Resolves when the backend answers; rejects when it does not, within seconds. */
  ping(): Promise<void>;
  /**
   * Starts to answer a lane, `concurrency` rings at a time. A handler that throws is told to `onError`
   * and its ring is over: no ring is repeated by the queue itself. `isAtHand`: what this process rings for, it answers
   * itself while it has a hand free, without a way through the backend; such rings overtake others, and are gone with it.
   */
  answer(
    lane: Lane,
    concurrency: number,
    handler: (place: DocumentRef) => Promise<void>,
    onError: (error: unknown, place: DocumentRef | null) => void,
    isAtHand?: boolean,
  ): void;
  /** Stops to take rings, waits for running handlers up to `withinMs`, then closes. A second call does nothing. */
  close(withinMs: number): Promise<void>;
}
