import { createHmac } from 'node:crypto';
import { isEqual } from './signature.ts';

/** How long before or after our time a message may have been signed. */
const TOLERANCE_MS = 5 * 60_000;

const PREFIX = 'whsec_';
/** Signatures of the only version that is known: an HMAC-SHA256 as base64. */
const KNOWN = /^v1,([A-Za-z0-9+/]{43}=)$/;
const ID_MAX = 200;

/** Reads a header of a request. */
export type Header = (name: string) => string | undefined;

/** What the headers of a message say about its signature. */
export type StandardSignature =
  | { kind: 'absent' }
  /** A header is missing, or cannot be one of Standard Webhooks. */
  | { kind: 'malformed' }
  /** Signed more than five minutes before or after our time. */
  | { kind: 'stale' }
  | { kind: 'given'; id: string; verify: (raw: Buffer, secret: string) => boolean };

/** Whether a secret is written as Standard Webhooks writes its keys. */
export function isStandardSecret(secret: string): boolean {
  return secret.startsWith(PREFIX);
}

/** What is secret about a secret: its text, and what follows the prefix. */
export function secretsIn(secret: string): string[] {
  return isStandardSecret(secret) ? [secret, secret.slice(PREFIX.length)] : [secret];
}

/**
 * Reads `webhook-id`, `webhook-timestamp` and `webhook-signature` (https://www.standardwebhooks.com), so that a body need
 * not be read if they cannot be right. Signatures of other versions are skipped; one of the others must match the raw
 * bytes. `now`: in milliseconds.
 */
export function standardSignature(header: Header, now: number): StandardSignature {
  const [id, timestamp, signature] = [
    header('webhook-id'),
    header('webhook-timestamp'),
    header('webhook-signature'),
  ];
  if (!signature) return { kind: 'absent' };
  const given = signature.split(' ').flatMap((one) => KNOWN.exec(one)?.[1] ?? []);
  const isWhole = id && id.length <= ID_MAX && timestamp && /^[0-9]{1,12}$/.test(timestamp);
  if (!isWhole || given.length === 0) return { kind: 'malformed' };
  if (Math.abs(now - Number(timestamp) * 1_000) > TOLERANCE_MS) return { kind: 'stale' };
  const verify = (raw: Buffer, secret: string) => {
    const key = keyOf(secret);
    if (key.length === 0) return false;
    const signed = sign(key, id, timestamp, raw);
    return given.some((one) => isEqual(one, signed));
  };
  return { kind: 'given', id, verify };
}

/** The headers by which a message of ours is believed. `now`: in milliseconds. */
export function standardHeaders(
  secret: string,
  id: string,
  raw: string,
  now: number,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = `v1,${sign(keyOf(secret), id, timestamp, Buffer.from(raw))}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

function sign(key: Buffer, id: string, timestamp: string, raw: Buffer): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(raw).digest('base64');
}

/** `whsec_` and base64 is decoded; any other text is its UTF-8 bytes. */
function keyOf(secret: string): Buffer {
  return isStandardSecret(secret)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
