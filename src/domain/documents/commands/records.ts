import type { Failed } from '../values/record.ts';
import type { Base } from './base.ts';

/** What environments and workers send to what is kept of an environment in a repository. */
export type RecordsCommand = Base &
  /** What is deployed or accepted has changed. */
  (
    | { type: 'keepRecord'; product: string }
    | { type: 'claimRecord'; worker: string; until: number }
    /** The file says change `wanted`, and may have said it before. `compareAt`: as in the document. */
    | { type: 'recordWritten'; worker: string; wanted: number; compareAt: number | null }
    | { type: 'recordDeferred'; worker: string; until: number; failed: Failed }
    /** A process has started: the configuration may name another place, and what was in the way may be gone. */
    | { type: 'recordAgain' }
    /** The product keeps no records. */
    | { type: 'recordNothing' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );
