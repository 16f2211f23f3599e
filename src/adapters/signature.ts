import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `given` is `prefix` followed by the hexadecimal HMAC-SHA256 of the raw bytes; compared in constant time. False
 * for an empty secret.
 */
export function isSigned(raw: Buffer, secret: string, given: string, prefix: string): boolean {
  if (secret === '') return false;
  return isEqual(given, prefix + createHmac('sha256', secret).update(raw).digest('hex'));
}

/** Whether two texts are equal. Takes the same time whatever they have in common; their lengths are no secret. */
export function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether a token that was sent is the secret. The time that this takes tells nothing of it, its length neither. */
export function isSameSecret(given: string, secret: string): boolean {
  return secret !== '' && isEqual(digestOf(given), digestOf(secret));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
