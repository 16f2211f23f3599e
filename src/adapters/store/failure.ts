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

/** The stored data was written by an older Slipway, or is empty, and what opens it now may not change it. */
export class OlderSchema extends Error {
  constructor(
    /** 0: no Slipway has used it yet. */
    readonly found: number,
    readonly known: number,
    /** Where it is stored: `data directory`, `database`. */
    readonly where: string,
  ) {
    super(
      found === 0
        ? `The ${where} is empty: no Slipway has used it yet.`
        : `The ${where} has schema version ${found}, but this Slipway reads only ${known}: an older one has written it. ` +
            `Use that older version, or start this one first, which migrates the ${where}.`,
    );
    this.name = 'OlderSchema';
  }
}

/** The store is half filled: an import into it has begun, and was killed or still runs. */
export class UnfinishedImport extends Error {
  constructor(
    /** Where it is stored: `data directory`, `database`. */
    readonly where: string,
  ) {
    super(
      `An import into the ${where} has begun and not ended, so what is there is only a part. ` +
        'If it does not run any more, import again: slipway import < FILE. It begins anew.',
    );
    this.name = 'UnfinishedImport';
  }
}

/** Runs `work`, and turns any failure into a `StoreError`: it is then unknown whether the work was done. */
export async function orStoreError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError || error instanceof NewerSchema || error instanceof OlderSchema)
      throw error;
    throw new StoreError(`The store failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
