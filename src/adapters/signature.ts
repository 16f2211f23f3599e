import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `given` is `prefix` followed by the hexadecimal HMAC-SHA256 of the raw bytes; compared in constant time. False
 * for an empty secret.
 */
export function isSigned(raw: Buffer, secret: string, given: string, prefix: string): boolean {
  if (secret === '') return false;
  const expected = Buffer.from(prefix + createHmac('sha256', secret).update(raw).digest('hex'));
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
