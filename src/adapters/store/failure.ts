import { StoreError } from '../../ports/store.ts';

/** The stored data was written by a newer Slipway. */
export class NewerSchema extends Error {
  constructor(
    readonly found: number,
    readonly known: number,
    /** Where it is stored: `data directory`, `database`. */
    readonly where: string,
  ) {
    super(
      `The ${where} has schema version ${found}, but this Slipway knows only ${known}: a newer one has written it. ` +
        `Start that newer version, or use another ${where}.`,
    );
    this.name = 'NewerSchema';
  }
}

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
