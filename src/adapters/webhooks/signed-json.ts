import type { Request } from 'express';
import type * as z from 'zod';
import type { Bodies } from '../http/bodies.ts';
import { type StandardSignature, standardSignature } from '../standard-webhooks.ts';
import type { HookOutcome } from './hook-outcome.ts';

/** In bytes. */
const BODY_LIMIT = 64 * 1024;

/** Where the signature of a message is. */
export const STANDARD_HEADER = 'webhook-signature';

/** A message of Standard Webhooks that was read and is not believed yet. */
export interface SignedMessage {
  kind: 'message';
  signature: Extract<StandardSignature, { kind: 'given' }>;
  raw: Buffer;
}

/** Reads a small message of Standard Webhooks. One whose headers cannot be right is not read. */
export async function readSigned(
  request: Request,
  bodies: Bodies,
  now: number,
): Promise<SignedMessage | Extract<HookOutcome, { kind: 'unsigned' | 'stale' | 'unread' }>> {
  const signature = standardSignature((name) => request.get(name), now);
  const header = STANDARD_HEADER;
  if (signature.kind === 'absent' || signature.kind === 'malformed') return { kind: 'unsigned', header };
  if (signature.kind === 'stale') return { kind: 'stale', header };
  const body = await bodies.read(request, BODY_LIMIT);
  return body.kind === 'read' ? { kind: 'message', signature, raw: body.raw } : { kind: 'unread', body };
}

/** The body as the schema has it, or what is wrong with it. */
export function parseJson<S extends z.ZodType>(
  raw: Buffer,
  schema: S,
): { kind: 'read'; data: z.output<S> } | { kind: 'garbage'; reason: string } {
  const read = schema.safeParse(jsonOf(raw));
  return read.success ? { kind: 'read', data: read.data } : { kind: 'garbage', reason: reasonOf(read.error) };
}

/** undefined: it is no JSON. */
function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}

function reasonOf({ issues: [first] }: z.ZodError): string {
  const path = first?.path.join('.') ?? '';
  return path === '' ? 'the body is no JSON object' : `${path}: ${first?.message ?? 'is wrong'}`;
}
