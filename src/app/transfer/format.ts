import * as z from 'zod';
import { COLLECTIONS, type Collection, type Counts, type Records } from '../../ports/portable.ts';

/** The version of the format of exported files. A file of a later one is not understood. */
export const FORMAT = 1;

/** The first line of a file. */
export const header = z.strictObject({
  slipway: z.literal('export'),
  format: z.literal(FORMAT),
  /** Version of the Slipway that wrote it, for people. */
  version: z.string(),
  /** `DOCUMENTS_VERSION` of that Slipway. */
  documents: z.int().min(1),
  /** Where it was exported from, for people; `schema`: the version of the schema there. */
  tier: z.enum(['embedded', 'services']),
  schema: z.int().min(1),
  /** ISO 8601. */
  at: z.string(),
});
export type Header = z.infer<typeof header>;

/** What every format has in its first line. */
export const anyHeader = z.looseObject({
  slipway: z.literal('export'),
  format: z.int().min(1),
  version: z.string(),
  documents: z.int().min(1),
});

/** A line with a document. */
export const documentLine = z.strictObject({ in: z.enum(COLLECTIONS), document: z.unknown() });

/** Older files do not name collections of which they know nothing. */
const documents = z.int().min(0).default(0);

/** The last line of a file. `sha256`: of all bytes before it, in hexadecimal. */
export const lastLine = z.strictObject({
  counts: z.strictObject(
    Object.fromEntries(COLLECTIONS.map((collection) => [collection, documents])) as Record<
      Collection,
      typeof documents
    >,
  ),
  sha256: z.string(),
});

/** A line, with its end. The same value is always the same text: the keys of each object are in order. */
export function lineOf(value: unknown): string {
  return `${JSON.stringify(inOrder(value))}\n`;
}

/** The line of a document. Tiers keep the same documents, but in deliveries only what a column of text can hold. */
export function lineOfRecord<C extends Collection>(collection: C, record: Records[C]): string {
  const document = collection === 'deliveries' ? asColumns(record) : record;
  return lineOf({ in: collection, document });
}

function asColumns(record: object): object {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      // In UTF-8 and back, so that halves of surrogate pairs are replaced too.
      typeof value === 'string' ? Buffer.from(value).toString().replaceAll('\0', '\uFFFD') : value,
    ]),
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  // `fromEntries` makes even a key like `__proto__` an own property.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inside]) => [key, inOrder(inside)]),
  );
}

export function noCounts(): Counts {
  return Object.fromEntries(COLLECTIONS.map((collection) => [collection, 0])) as Counts;
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
