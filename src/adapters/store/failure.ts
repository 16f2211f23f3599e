import { StoreError } from '../../ports/store.ts';
import { NewerSchema } from './newer-schema.ts';

/** Runs `work`, and turns any failure into a `StoreError`: it is then unknown whether the work was done. */
export async function orStoreError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError || error instanceof NewerSchema) throw error;
    throw new StoreError(`The store failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
