import { idOf, type Kept, parseKept } from '../documents/kept.ts';
import { escaped, unescaped } from './escape.ts';

/** A document as MongoDB has it: the id is `_id`, all else as the domain knows it. */
export interface Stored {
  _id: string;
  [field: string]: unknown;
}

/** As an id or another text is stored. */
export const storedText = (text: string): string => escaped(text);

/** As it was before. */
export const readText = (stored: string): string => unescaped(stored);

/** What is stored for `value`. Throws `CorruptDocument` when it could not be read again: it is not to be stored then. */
export function toStored<C extends keyof Kept>(collection: C, value: Kept[C]): Stored {
  const id = idOf(value);
  const fields: Record<string, unknown> = { ...(parseKept(collection, id, value) as object) };
  delete fields.id;
  return escaped({ _id: id, ...fields });
}

/** What `toStored` was given. Throws `CorruptDocument`. */
export function fromStored<C extends keyof Kept>(collection: C, stored: Stored): Kept[C] {
  const { _id: id, ...fields } = unescaped(stored);
  return parseKept(collection, id, collection === 'acceptances' ? fields : { id, ...fields });
}
