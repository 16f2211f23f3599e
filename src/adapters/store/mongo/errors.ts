import { MongoServerError } from 'mongodb';

/** The server's code for a key that is taken under a unique index. */
const DUPLICATE_KEY = 11_000;

/** The server refused an insert because its key is taken. It is known, then, that nothing was written. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
