import { type EnvironmentId, environmentId } from '../ids.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Failed } from './values/record.ts';

/** Whether the file of an environment in the repository of records is as the store says, under the id of the environment. */
export interface CommitRecord extends Aggregate {
  id: EnvironmentId;
  /** Counts the changes of what the file is to say. */
  wanted: number;
  /** The change that the file says. */
  written: number;
  /** When the file is looked at next, as others may have changed it; null: nobody looks. Milliseconds since the epoch. */
  compareAt: number | null;
  /**
   * The worker that writes now, and when its claim ends; null: none. `again`: something came since, and it may have read what was before
   * that, so its outcome ends no wait. Absent: nothing came.
   */
  claim: { worker: string; until: number; again?: true } | null;
  /** Nothing is tried before this time, as the last try failed. 0: no wait. Milliseconds since the epoch. */
  notBefore: number;
  /** How often in a row it could not be written. */
  failures: number;
  /** Why the last try failed; null: it did not. */
  failed: Failed | null;
}

/** An environment of which nothing is to be written yet. */
export function newCommitRecord(product: string, environment: string): CommitRecord {
  return {
    ...newAggregate(environmentId(product, environment), product),
    wanted: 0,
    written: 0,
    compareAt: null,
    claim: null,
    notBefore: 0,
    failures: 0,
    failed: null,
  };
}
