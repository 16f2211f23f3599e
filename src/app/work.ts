import type { Place } from '../domain/aggregate.ts';
import { announce } from '../flow/announce.ts';
import { build } from '../flow/build.ts';
import { carry } from '../flow/carry.ts';
import { deploy } from '../flow/deploy.ts';
import { fetchBranch } from '../flow/fetch.ts';
import { NotConfigured, type Parts } from '../flow/parts.ts';
import { sweep, takeOver } from '../flow/sweep.ts';
import type { Lane } from '../ports/queue.ts';

/** How often the sweep looks for what a lost bell or a dead worker left undone. */
const SWEEP_MS = 2_000;

/** What answers each lane, and how many rings at a time. Builds leave a core free for everything else. */
const STAGES: {
  [L in Lane]: { concurrency: number; handler: (parts: Parts, place: Place) => Promise<void> };
} = {
  tell: { concurrency: 4, handler: carry },
  chat: { concurrency: 4, handler: (parts, { id }) => announce(parts, id) },
  fetch: { concurrency: 2, handler: (parts, { id }) => fetchBranch(parts, id) },
  build: { concurrency: 2, handler: (parts, { id }) => build(parts, id) },
  deploy: { concurrency: 8, handler: (parts, { id }) => deploy(parts, id) },
};

/** The worker's side of this process: what it does when a bell rings, and the sweep. */
export function work(parts: Parts): { begin(): Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let sweeping = false;
  const sweepOnce = async () => {
    if (sweeping) return;
    sweeping = true;
    try {
      await sweep(parts);
    } catch (error) {
      parts.log.warn({ err: error }, 'the sweep failed; the next one comes');
    } finally {
      sweeping = false;
    }
  };
  return {
    async begin() {
      for (const lane of Object.keys(STAGES) as Lane[]) {
        const { concurrency, handler } = STAGES[lane];
        parts.queue.answer(
          lane,
          concurrency,
          (place) => handler(parts, place),
          (error, place) => {
            if (error instanceof NotConfigured) parts.log.debug({ place }, error.message);
            else parts.log.error({ err: error, lane, place }, 'a stage failed; the sweep rings again');
          },
        );
      }
      await takeOver(parts);
      timer = setInterval(sweepOnce, SWEEP_MS);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
