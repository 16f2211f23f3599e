import { MongoServerError } from 'mongodb';
import type { Records } from '../../../ports/portable.ts';
import { idOf, parseRecord, readRecord } from '../documents/collections.ts';
import { escaped, unescaped } from './escape.ts';

/** A document as stored in MongoDB: its id as `_id`, all other fields as in the domain. */
export interface Stored {
  _id: string;
  [field: string]: unknown;
}

/** An id or another text, as stored. */
export const storedText = (text: string): string => escaped(text);

/** The text as it was before `storedText`. */
export const readText = (stored: string): string => unescaped(stored);

/**
 * The document to store for `value`. Throws `CorruptDocument` if it could not be read again, so that it is not stored.
 */
export function toStored<C extends keyof Records>(collection: C, value: Records[C]): Stored {
  const id = idOf(value);
  const fields: Record<string, unknown> = { ...(parseRecord(collection, id, value) as object) };
  delete fields.id;
  return escaped({ _id: id, ...fields });
}

/** The value that was given to `toStored`. Throws `CorruptDocument`. */
export function fromStored<C extends keyof Records>(collection: C, stored: Stored): Records[C] {
  const { id, value } = uncheckedOf(collection, stored);
  return readRecord(collection, id, value);
}

/** The same, whatever it is. */
export function uncheckedOf(collection: keyof Records, stored: Stored): { id: string; value: unknown } {
  const { _id: id, ...fields } = unescaped(stored);
  return { id, value: collection === 'acceptances' ? fields : { id, ...fields } };
}

/** The server's code for a duplicate key in a unique index. */
const DUPLICATE_KEY = 11_000;

/** Whether the server refused an insert because the key exists. Nothing was written then. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
