import { StoreError } from './store.ts';

/** The attempt at a build that made something. */
export interface BuildRun {
  product: string;
  /** Full SHA. */
  sha: string;
  attempt: number;
}

/** What is stored of a run is not what was kept. Nothing of it may be deployed; the commit can be built again. */
export class DamagedArtifact extends StoreError {}

/** `gone`: nothing was kept, or it was removed as a whole. */
export type ArtifactState = 'whole' | 'damaged' | 'gone';

/**
 * What builds made, beyond the commits themselves: with it, a clean tree of the commit becomes the tree that was built and
 * tested, on any machine and however much later. Promise: what `keep` has answered is whole and stays as it was.
 */
export interface Artifacts {
  /**
   * Keeps all in `tree` that differs from its commit: files that git does not know, ignored ones too, changed and deleted
   * ones. Keeping the same run again replaces it. Rejects with `StoreError`.
   */
  keep(run: BuildRun, tree: string): Promise<void>;
  /**
   * Makes `tree`, a clean tree of the same commit, what it was when it was kept. 'gone': nothing was kept for this run.
   * Rejects with `StoreError`, `DamagedArtifact` where what is stored is not what was kept; the tree may be half made then.
   */
  lay(run: BuildRun, tree: string): Promise<'laid' | 'gone'>;
  /** Reads all that is stored for a run, and compares it with what was kept. Rejects with `StoreError`. */
  state(run: BuildRun): Promise<ArtifactState>;
}
