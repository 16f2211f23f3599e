import { StoreError } from './store.ts';

/** One attempt at a build, under which its result is kept. */
export interface BuildRun {
  product: string;
  /** Full SHA. */
  sha: string;
  attempt: number;
}

/** The stored result of a run differs from what was kept. Nothing of it may be deployed; the commit can be built again. */
export class DamagedArtifact extends StoreError {}

/** What is stored for one attempt at a build. */
export interface StoredArtifact extends BuildRun {
  bytes: number;
}

/** The state of a stored result. `gone`: nothing was kept, or all of it was removed. */
export type ArtifactState = 'whole' | 'damaged' | 'gone';

/**
 * Stores what builds made beyond their commits. With it, a clean tree of the commit becomes the tree that was built and
 * tested, on any machine and at any later time. Promise: once `save` has resolved, the result is stored whole and does
 * not change until it is removed.
 */
export interface Artifacts {
  /**
   * Stores everything in `tree` that differs from its commit: untracked files, ignored ones included, and changed or
   * deleted files. Saving the same run again replaces the stored result. Rejects with `StoreError`.
   */
  save(run: BuildRun, tree: string): Promise<void>;
  /**
   * Restores `tree`, a clean tree of the same commit, to the state in which it was kept. 'gone': nothing is stored for
   * this run. Rejects with `StoreError`, or with `DamagedArtifact` if the stored result is damaged; the tree may then be
   * half restored.
   */
  restore(run: BuildRun, tree: string): Promise<'restored' | 'gone'>;
  /** Reads everything stored for a run and compares it with what was kept. Rejects with `StoreError`. */
  state(run: BuildRun): Promise<ArtifactState>;
  /** Whether a result is stored for a run, without reading it. Rejects with `StoreError`. */
  has(run: BuildRun): Promise<boolean>;
  /**
   * Everything that takes up space for a product, in no order: also what a killed `save` or `remove` left of a run, and what is
   * being saved now. Rejects with `StoreError`.
   */
  list(product: string): Promise<StoredArtifact[]>;
  /**
   * Removes what is stored for a run; nothing stored is no error. If the process is killed meanwhile, what is left never counts as
   * whole, and is listed until it is removed. Rejects with `StoreError`.
   */
  remove(run: BuildRun): Promise<void>;
}
