import { createHash, type Hash } from 'node:crypto';

/** What `from` gives, added to `hash` on the way. */
export async function* hashed(from: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of from) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Of all of it, in hexadecimal. */
export async function sha256Of(from: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of from) hash.update(chunk);
  return hash.digest('hex');
}
