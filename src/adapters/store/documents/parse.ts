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

/** As `parseDocument`, but refuses fields that the schema does not know. */
export function parseKnown<T>(schema: z.ZodType<T>, collection: string, id: string, value: unknown): T {
  const { success, error, data } = schema.safeParse(value);
  if (!success) throw new CorruptDocument(collection, id, error.issues);
  const unknown = unknownPaths(value, data);
  if (unknown.length === 0) return value as T;
  const message = 'is a field that this Slipway does not know';
  throw new CorruptDocument(
    collection,
    id,
    unknown.map((path) => ({ code: 'custom', path, message, input: undefined })),
  );
}

/** The paths in `value` that parsing left out of `known`. */
function unknownPaths(value: unknown, known: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => {
    const path = [...above, key];
    if (typeof known !== 'object' || known === null || !Object.hasOwn(known, key)) return [path];
    return unknownPaths(inside, (known as Record<string, unknown>)[key], path);
  });
}
