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

/**
 * Whether the token in a header is the secret. The time that this takes tells nothing of it, its length neither. Senders write
 * UTF-8, of which Node makes a character of each byte, and what is blank around a header's value is lost on the way.
 */
export function isSameToken(header: string, secret: string): boolean {
  const given = Buffer.from(header, 'latin1').toString('utf8').trim();
  const wanted = secret.trim();
  return wanted !== '' && isEqual(digestOf(given), digestOf(wanted));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
