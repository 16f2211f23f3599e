import { createHash, type Hash } from 'node:crypto';

/** Passes on the chunks of `from`, and adds each to `hash`. */
export async function* hashed(from: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of from) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The SHA-256 of all chunks, in hexadecimal. */
export async function sha256Of(from: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of from) hash.update(chunk);
  return hash.digest('hex');
}
