import { DamagedArtifact } from '../../ports/artifacts.ts';
import { StoreError } from '../../ports/store.ts';

/** Says to people what failed, and why. */
export function artifactsError(what: 'kept' | 'laid', error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const why =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const failed = what === 'kept' ? 'kept' : 'laid into the tree';
  return new StoreError(`what the build made could not be ${failed}: ${why}`, { cause: error });
}

/** `why`: what is wrong with it. */
export function damaged(why: string): DamagedArtifact {
  return new DamagedArtifact(`what the build made is stored damaged: ${why}`);
}
