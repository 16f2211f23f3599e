import { DamagedArtifact } from '../../ports/artifacts.ts';
import { StoreError } from '../../ports/store.ts';

/** The error shown when build artifacts could not be stored or restored. A `StoreError` is returned as it is. */
export function artifactsError(what: 'kept' | 'restored', error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const why =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const failed = what === 'kept' ? 'kept' : 'copied into the tree';
  return new StoreError(`the build result could not be ${failed}: ${why}`, { cause: error });
}

/** The error for stored artifacts that are damaged; `why`: what is wrong with them. */
export function damaged(why: string): DamagedArtifact {
  return new DamagedArtifact(`the stored build result is damaged: ${why}`);
}
