import type * as z from 'zod';
import { DamagedDocument } from '../../../ports/store.ts';

/** How many faults of a document are named. */
const NAMED = 5;

/** A document does not match its schema: it is damaged, or was written by another program. Nothing of it was used. */
export class CorruptDocument extends DamagedDocument {
  /** Paths of the faults: `open.0.status`. */
  readonly paths: readonly string[];

  constructor(collection: string, id: string, issues: readonly z.core.$ZodIssue[]) {
    const faults = issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
    const named = faults.slice(0, NAMED).map(({ path, message }) => `${path || 'the document'}: ${message}`);
    super(
      collection,
      id,
      `The document ${collection} ${id} cannot be read (${named.join('; ')}${faults.length > NAMED ? '; …' : ''})`,
    );
    this.name = 'CorruptDocument';
    this.paths = faults.map(({ path }) => path);
  }
}

/**
 * Returns `value` itself once `schema` accepts it, including fields that the schema does not know. Throws
 * `CorruptDocument`.
 */
export function parseDocument<T>(schema: z.ZodType<T>, collection: string, id: string, value: unknown): T {
  const { success, error } = schema.safeParse(value);
  if (!success) throw new CorruptDocument(collection, id, error.issues);
  return value as T;
}
