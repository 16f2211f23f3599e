import { DamagedArtifact } from '../../ports/artifacts.ts';
import { StoreError } from '../../ports/store.ts';

const FAILED = {
  kept: 'the build result could not be kept',
  restored: 'the build result could not be copied into the tree',
  listed: 'the stored build results could not be listed',
  removed: 'a stored build result could not be removed',
};

/** The error shown when something could not be done with build artifacts. A `StoreError` is returned as it is. */
export function artifactsError(what: keyof typeof FAILED, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const why =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return new StoreError(`${FAILED[what]}: ${why}`, { cause: error });
}

/** The error for stored artifacts that are damaged; `why`: what is wrong with them. */
export function damaged(why: string): DamagedArtifact {
  return new DamagedArtifact(`the stored build result is damaged: ${why}`);
}
