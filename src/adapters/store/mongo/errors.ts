import { MongoServerError } from 'mongodb';

/** The server's code for a duplicate key in a unique index. */
const DUPLICATE_KEY = 11_000;

/** Whether the server refused an insert because the key exists. Nothing was written then. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
