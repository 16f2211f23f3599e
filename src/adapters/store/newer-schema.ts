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
