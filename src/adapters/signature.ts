import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * True when `given` is `prefix` and the hexadecimal HMAC-SHA256 of the raw bytes, compared in constant time. An empty
 * secret signs nothing: the answer is false.
 */
export function isSigned(raw: Buffer, secret: string, given: string, prefix: string): boolean {
  if (secret === '') return false;
  const expected = Buffer.from(prefix + createHmac('sha256', secret).update(raw).digest('hex'));
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
