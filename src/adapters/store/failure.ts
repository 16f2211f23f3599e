import { StoreError } from '../../ports/store.ts';
import { NewerSchema } from './newer-schema.ts';

/** Runs `work`; whatever fails in it becomes a `StoreError`, as nobody knows then whether it happened. */
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
