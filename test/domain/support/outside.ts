import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import type { CancelAnswer, RemoteRun, Sight } from '../../../src/domain/documents/values/remote.ts';

/** What became of a run. */
export type RunEnd = 'succeeded' | 'failed' | 'cancelled' | 'skipped';
const ENDS: RunEnd[] = ['succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled', 'skipped'];

const SAYS: Record<RunEnd, AttemptOutcome> = {
  succeeded: { kind: 'succeeded' },
  failed: { kind: 'failed', how: { kind: 'outside', says: 'the run failed' } },
  cancelled: { kind: 'cancelled', says: 'by Lin' },
  skipped: { kind: 'errored', reason: 'it was skipped', ran: true },
};

/** What a look sees: a sight, or an end. */
export type Look = { sight: Sight } | { outcome: AttemptOutcome; run: RemoteRun };

/** A system that carries out attempts, by their ids. It may be silent, lag behind, or refuse to end anything. */
export class Outside {
  readonly runs = new Map<string, RunEnd | 'running'>();

  /** Throws if the attempt was begun before. */
  begin(key: string): void {
    if (this.runs.has(key)) throw new Error(`${key} was started twice`);
    this.runs.set(key, 'running');
  }

  /** Somebody or something there ends the run, or runs it again and that ends. */
  end(key: string, how: number): void {
    if (this.runs.has(key)) this.runs.set(key, ENDS[how % ENDS.length]!);
  }

  /** `how`: 0 it is silent, 1 its lists lag behind, else it says what is. `known`: its run is. */
  look(key: string, how: number, known: boolean): Look {
    const state = this.runs.get(key);
    const run = { id: key, url: null };
    if (how === 0) return { sight: { kind: 'unknown', reason: 'no answer', until: null } };
    if (state === undefined || (how === 1 && !known)) return { sight: { kind: 'notFound' } };
    if (state === 'running') return { sight: { kind: 'running', run, waits: null, lastLine: 'working' } };
    return { outcome: SAYS[state], run };
  }

  /** `how`: 0 its answer is lost, 1 it cannot, 2 it does so later, else it ends at once. */
  cancel(key: string, how: number): CancelAnswer {
    if (how === 1) return { kind: 'impossible', reason: 'end it there' };
    if (how > 2 && this.runs.get(key) === 'running') this.runs.set(key, 'cancelled');
    return how === 0 ? { kind: 'unknown', reason: 'no answer', until: null } : { kind: 'asked' };
  }
}
