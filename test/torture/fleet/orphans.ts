import { MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { pause } from '../acts/pause.ts';
import type { Timeline } from '../report/timeline.ts';
import { type Known, runs } from './processes.ts';

/** A guard needs two seconds, the margin of a lease is five; a machine that does much else gets as much again. */
const GONE_MS = 2 * MARGIN_MS;

/** Looks after what was left without its worker: it has to be gone in good time. */
export class Orphans {
  readonly #timeline: Timeline;
  readonly #watched = new Set<Promise<void>>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** These must be gone soon. */
  watch(left: readonly Known[], why: string): void {
    const watched = this.#untilGone(left, why).finally(() => this.#watched.delete(watched));
    this.#watched.add(watched);
  }

  /** Waits until all that is watched is gone, or was found. */
  async done(): Promise<void> {
    await Promise.all(this.#watched);
  }

  async #untilGone(left: readonly Known[], why: string): Promise<void> {
    const end = Date.now() + GONE_MS;
    let still = left;
    while (still.length > 0 && Date.now() < end) {
      await pause(100);
      still = still.filter(runs);
    }
    for (const { pid, what } of still) {
      this.#timeline.find('orphans', `${what} (${pid}) still runs ${GONE_MS} ms after ${why}`, Date.now());
    }
  }
}
