import { StoreError } from '../../ports/store.ts';

/** Runs `work`; whatever it throws becomes a `StoreError`, as nobody knows then whether it happened. */
export async function orStoreError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`The store failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
